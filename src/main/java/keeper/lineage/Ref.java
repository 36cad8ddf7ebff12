// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

/**
 * A name that a repository gives to a commit.
 *
 * @param name without {@code refs/heads/} and the like
 * @param commit its full id; of a tag, what the tag is put on
 */
public record Ref(String name, String commit, Kind kind) {
  /** What sort of name. */
  public enum Kind {
    HEAD,
    BRANCH,
    TAG
  }

  public boolean isTag() {
    return kind == Kind.TAG;
  }

  /** {@code v6.6-rc1}, {@code v2024.01}, {@code U-Boot-1_1_2}: digits, and before them at most a name. */
  public boolean isRelease() {
    int digit = 0;
    while (digit < name.length() && !Character.isDigit(name.charAt(digit))) digit++;
    if (digit == name.length()) return false;
    for (int i = digit; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean version = Character.isDigit(c) || c == '.' || c == '_' || c == '-' || name.startsWith("rc", i) || c == 'c' && name.startsWith("rc", i - 1);
      if (!version) return false;
    }
    return true;
  }

  /** {@code v6.6-rc1} comes before a release and is none. */
  public static boolean isCandidate(String release) {
    int rc = release.lastIndexOf("rc");
    return rc > 0 && !Character.isLetter(release.charAt(rc - 1)) && release.length() > rc + 2 && Character.isDigit(release.charAt(rc + 2));
  }
}
