// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

/** How far a finding may travel; the later ones need more trust. */
public enum Channel {
  /** Stored only. */
  SHADOW,
  /** Shown on the web page. */
  WEB,
  /** Mailed to the author, and to those whom the list named. */
  AUTHOR,
  /** Mailed to all who got the patch. */
  LIST;

  /** As people type it. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
