// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Git's stable patch-id: the same for the same change wherever in a file it stands. What format-patch writes as
 * {@code prerequisite-patch-id}, and {@code git patch-id --stable} prints (for renames and mode changes that command also takes header
 * lines into account that git itself, in diff.c, leaves out; so do we).
 *
 * @param hex 40 digits, lower case
 */
public record PatchId(String hex) {
  public PatchId {
    if (!CommitId.isHex(hex, 40, 40)) throw new IllegalArgumentException("no patch-id: " + hex);
  }

  /** Binary files take part with their blob ids, as in git. */
  public static PatchId of(Patch patch) {
    byte[] sum = new byte[20];
    for (FileDiff file : patch.files()) plus(sum, digest(file));
    StringBuilder hex = new StringBuilder(40);
    for (byte b : sum) hex.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
    return new PatchId(hex.toString());
  }

  /** Twenty digits added byte by byte with carry: the order of the files does not matter. */
  private static void plus(byte[] sum, byte[] digest) {
    int carry = 0;
    for (int i = 0; i < sum.length; i++) {
      carry += (sum[i] & 255) + (digest[i] & 255);
      sum[i] = (byte) carry;
      carry >>= 8;
    }
  }

  private static byte[] digest(FileDiff file) {
    MessageDigest sha = sha1();
    String pre = file.prePath().orElse(file.path());
    String post = file.postPath().orElse(pre);
    add(sha, "diff--gita/" + pre + "b/" + post);
    if (file.prePath().isEmpty()) add(sha, "newfilemode" + mode(file));
    if (file.postPath().isEmpty()) add(sha, "deletedfilemode" + mode(file));
    if (file.is("binary")) {
      file.preBlob().ifPresent(blob -> add(sha, blob.hex()));
      file.postBlob().ifPresent(blob -> add(sha, blob.hex()));
      return sha.digest();
    }
    if (file.hunks().isEmpty()) return sha.digest();
    add(sha, file.prePath().isEmpty() ? "---/dev/null" : "---a/" + pre);
    add(sha, file.postPath().isEmpty() ? "+++/dev/null" : "+++b/" + post);
    for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) add(sha, line.raw());
    return sha.digest();
  }

  private static String mode(FileDiff file) {
    return file.is("symlink") ? "120000" : file.is("submodule") ? "160000" : file.is("executable") ? "100755" : "100644";
  }

  /** Without any white space, as C's isspace() knows it. */
  private static void add(MessageDigest sha, String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ' ' && (c < '\t' || c > '\r')) kept.append(c);
    }
    sha.update(kept.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
