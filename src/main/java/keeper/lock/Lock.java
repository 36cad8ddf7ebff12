// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

/**
 * A lock as one function sees it.
 *
 * @param path the instance, aliases followed, {@code .} for {@code ->} too: {@code vdev.igate}; a pointer that is the lock ends in {@code *}
 * @param type struct and member, whatever the instance: {@code vfio_pci_core_device.igate}; a global lock has its name alone; a struct
 *     that could not be told is {@code ?}
 * @param text as the code writes it: {@code vdev->igate}
 */
public record Lock(String path, String type, String text) {
  /** The last member, or the name of a lock that is no member. */
  public String member() {
    int end = type.length();
    int dot = type.lastIndexOf('.', end - 1);
    return type.substring(dot + 1);
  }

  /** The last member of a lock as code writes it: {@code igate} of {@code vdev->igate}. */
  public static String member(String text) {
    return text.substring(Math.max(text.lastIndexOf('.'), text.lastIndexOf('>')) + 1);
  }

  /** The instance's variable, or {@code #12} for what a call returned. */
  public String root() {
    return rootOf(path);
  }

  static String rootOf(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '.' || c == '[' || c == '*') return path.substring(0, i);
    }
    return path;
  }

  public boolean isGlobal() {
    return type.indexOf('.') < 0;
  }

  /** The same struct's member, as far as the struct is known: good for rules, never for "taken twice". */
  public boolean like(Lock other) {
    return alike(type, other.type);
  }

  static boolean alike(String a, String b) {
    if (a.equals(b)) return true;
    boolean vague = a.startsWith("?") || b.startsWith("?") || (chained(a) || chained(b)) && !owner(a).equals(owner(b));
    return vague && a.substring(a.lastIndexOf('.') + 1).equals(b.substring(b.lastIndexOf('.') + 1));
  }

  /** A member of a member whose struct could not be seen: {@code blkcg_gq.blkcg.lock} may be {@code blkcg.lock}. */
  private static boolean chained(String type) {
    int dot = type.indexOf('.');
    return dot >= 0 && type.indexOf('.', dot + 1) >= 0;
  }

  private static String owner(String type) {
    int dot = type.indexOf('.');
    return dot < 0 ? type : type.substring(0, dot);
  }

  @Override
  public String toString() {
    return text;
  }
}
