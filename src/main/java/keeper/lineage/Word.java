// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.Optional;

/**
 * What a person wrote down of a commit, where logs tell nothing or the wrong thing.
 *
 * @param id of the commit, full or as far as given
 * @param other the right id of a translation ({@code NOT_VALID} when there is none), the culprit of an override; empty else
 * @param reason why, in words; ours always have one
 */
public record Word(Kind kind, String id, String other, String reason) {
  /** What is said. */
  public enum Kind {
    NOT_A_FIX,
    NOT_A_REVERT,
    DECLINED,
    VULNERABLE,
    TRANSLATION;

    /** {@code not-a-fix}: as files and commands write it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    public static Optional<Kind> of(String word) {
      for (Kind kind : values()) if (kind.word().equals(word)) return Optional.of(kind);
      return Optional.empty();
    }
  }
}
