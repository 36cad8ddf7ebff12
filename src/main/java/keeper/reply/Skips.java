// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import keeper.mail.Address;
import keeper.mail.Mail;
import keeper.patch.FileDiff;
import keeper.series.PostedPatch;
import keeper.series.Series;

/** What is not ours to review, and why. */
public final class Skips {
  /** Other projects whose patches come to kernel lists, as they stand in brackets. */
  private static final Set<String> PROJECTS = Set.of(
      "e2fsprogs", "xfstests", "fstests", "blktests", "qemu", "qemu-devel", "kvm-unit-tests", "kvmtool", "pahole", "dwarves", "iproute2",
      "iproute2-next", "ethtool", "mdadm", "nvme-cli", "ltp", "man-pages", "xfsprogs", "btrfs-progs", "util-linux", "trace-cmd",
      "rt-tests", "edk2", "libvirt", "rteval", "sparse", "ndctl", "pciutils", "kmod");

  /** Top directories of the kernel. */
  private static final Set<String> TOP = Set.of(
      "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel", "lib", "mm", "net", "rust",
      "samples", "scripts", "security", "sound", "tools", "usr", "virt", "Documentation", "LICENSES");

  private static final Set<String> TOP_FILES =
      Set.of("MAINTAINERS", "Makefile", "Kbuild", "Kconfig", "CREDITS", "COPYING", "README", ".mailmap", ".gitignore", ".clang-format");

  private Skips() {}

  /** A mail that must be neither stored nor answered. */
  public static boolean confidential(Mail mail) {
    return confidential(mail.to()) || confidential(mail.cc());
  }

  private static boolean confidential(List<Address> addresses) {
    for (Address address : addresses) {
      String key = Mailbox.key(address.mailbox());
      if (key.equals("security@kernel.org") || key.startsWith("linux-distros@")) return true;
    }
    return false;
  }

  /** Why a series is not reviewed; empty when it is ours. */
  public static Optional<String> reason(Series series, ListPolicy policy) {
    for (PostedPatch part : series.parts().values()) {
      Optional<String> reason = reason(part.mail(), policy);
      if (reason.isPresent()) return reason;
    }
    boolean paths = series.parts().values().stream().anyMatch(part -> !part.patch().files().isEmpty());
    boolean known = series.parts().values().stream().flatMap(part -> part.patch().files().stream()).anyMatch(Skips::ofTheKernel);
    return paths && !known ? Optional.of("no path of it is under a top directory of the kernel") : Optional.empty();
  }

  private static Optional<String> reason(Mail mail, ListPolicy policy) {
    if (confidential(mail)) return Optional.of("it goes to a confidential address");
    String sender = Recipients.sender(mail).mailbox();
    for (String pattern : policy.ignoredEmails())
      if (Mailbox.matches(pattern, sender)) return Optional.of("its author is in ignored_emails");
    for (String pattern : policy.bots()) if (Mailbox.matches(pattern, sender)) return Optional.of("it comes from a bot");
    if (has(mail, "x-stable", "review") || mail.headers().containsKey("x-stable")) return Optional.of("it is a review for a stable release");
    if (has(mail, "x-patchwork-hint", "ignore")) return Optional.of("its sender asks tools to ignore it");
    for (String prefix : mail.subject().prefixes()) {
      String word = prefix.toLowerCase(Locale.ROOT);
      if (PROJECTS.contains(word) || policy.skipProjects().stream().anyMatch(word::equalsIgnoreCase))
        return Optional.of("it is for " + Words.brief(prefix, 40) + ", not for the kernel");
      if (word.equals("autosel") || word.equals("stable") || release(word)) return Optional.of("it is a backport: " + Words.brief(prefix, 40));
    }
    return Optional.empty();
  }

  private static boolean has(Mail mail, String header, String value) {
    String found = mail.headers().get(header);
    return found != null && found.strip().equalsIgnoreCase(value);
  }

  /** {@code 6.1}, {@code 5.10.y}, {@code 6.12-stable}. */
  private static boolean release(String word) {
    int dot = word.indexOf('.');
    if (dot <= 0 || dot > 2 || dot + 1 >= word.length()) return false;
    for (int i = 0; i < dot; i++) if (!Character.isDigit(word.charAt(i))) return false;
    return Character.isDigit(word.charAt(dot + 1));
  }

  private static boolean ofTheKernel(FileDiff file) {
    String path = file.path();
    int slash = path.indexOf('/');
    return slash < 0 ? TOP_FILES.contains(path) : TOP.contains(path.substring(0, slash));
  }
}
