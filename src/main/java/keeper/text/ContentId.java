// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Names for content: the same bytes have the same name everywhere. */
public final class ContentId {
  private static final String HEX = "0123456789abcdef";

  /** How long a {@link #key} is, in bytes. */
  public static final int KEY = 16;

  private ContentId() {}

  /** The id that git gives a blob with these bytes: 40 hex digits. */
  public static String blob(byte[] bytes) {
    MessageDigest sha = digest("SHA-1");
    sha.update(("blob " + bytes.length + "\0").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    return hex(sha.digest(bytes));
  }

  /** SHA-256 of some text in UTF-8: 64 hex digits. */
  public static String sha256(String text) {
    return hex(digest("SHA-256").digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** A short name for all of these words together, in this order. */
  public static byte[] key(Iterable<String> words) {
    MessageDigest sha = digest("SHA-256");
    for (String word : words) {
      sha.update(word.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      sha.update((byte) 0);
    }
    return java.util.Arrays.copyOf(sha.digest(), KEY);
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(name + " is part of every Java", e);
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length * 2);
    for (byte b : bytes) text.append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
    return text.toString();
  }
}
