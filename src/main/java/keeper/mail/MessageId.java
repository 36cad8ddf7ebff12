// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

/**
 * A mail's identity: its Message-ID without angle brackets, compared exactly.
 *
 * @param id not empty, no white space, no control characters, no angle brackets, at most 998 characters
 */
public record MessageId(String id) implements Comparable<MessageId> {
  public MessageId {
    if (!valid(id)) throw new IllegalArgumentException("no message id: " + id);
  }

  /** Whether text can be an id; check before the constructor when the text is a stranger's. */
  public static boolean valid(String id) {
    return !id.isEmpty() && id.length() <= 998 && id.chars().noneMatch(c -> c <= ' ' || c == 127 || c == '<' || c == '>');
  }

  /** With angle brackets, as in a header. */
  public String bracketed() {
    return "<" + id + ">";
  }

  @Override
  public int compareTo(MessageId other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id;
  }
}
