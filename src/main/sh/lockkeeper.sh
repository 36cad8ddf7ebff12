#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The head of target/lockkeeper: a shell script, and behind it the program's jar.
# Short commands start faster with one compiler and class data kept from the build (lockkeeper.jsa, if it lies beside).
java=java
[ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ] && java="$JAVA_HOME/bin/java"
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
archive=
[ -r "$self.jsa" ] && archive="-XX:SharedArchiveFile=$self.jsa"
case ${1-} in
  replay) tier="-XX:+UseParallelGC -Xmx900m" ;; # an archive passes by; nothing in it needs more
  serve|scan|check|facts|rules) tier="-XX:+UseParallelGC" ;;
  *) tier="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" ;;
esac
exec "$java" -Xshare:auto $archive -Xlog:disable -Xlog:all=error:stderr -XX:-UsePerfData $tier \
  -Dsun.net.httpserver.nodelay=true -Djava.awt.headless=true $LOCKKEEPER_JAVA_OPTS -jar "$self" "$@"
