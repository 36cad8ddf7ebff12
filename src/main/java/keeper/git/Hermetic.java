// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit without the machine it runs on: no settings of the user or the system, no {@code GIT_*} variables. Otherwise it
 * starts {@code git} twice to find them, and writes files of its own beside them.
 */
final class Hermetic extends SystemReader.Delegate {
  Hermetic(SystemReader real) {
    super(real);
  }

  @Override
  public String getenv(String variable) {
    return variable.startsWith("GIT_") || variable.startsWith("XDG_") ? null : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new Empty(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Empty(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Empty(parent, fs);
  }

  /** Settings that are nowhere on disk, and never will be. */
  private static final class Empty extends FileBasedConfig {
    private static final Duration CLOCK = Duration.ofSeconds(2); // as coarse as any

    Empty(Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }

    /** The one setting there is: how coarse a disk's clock may be. Without it JGit measures, with probe files in the repository. */
    @Override
    public long getTimeUnit(String section, String subsection, String name, long other, TimeUnit unit) {
      return section.equals("filesystem") ? unit.convert(CLOCK) : super.getTimeUnit(section, subsection, name, other, unit);
    }
  }
}
