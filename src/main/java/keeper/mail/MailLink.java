// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The ways in which people name a mail: its Message-ID, bare or dressed up, or a link to an archive or to Patchwork. */
public final class MailLink {
  private static final List<String> SCHEMES = List.of("rfc822msgid:", "msgid:", "mid:", "id:");

  private MailLink() {}

  /** The Message-ID that this text names; empty when it names none. A text without {@code @} counts only as a link or in brackets. */
  public static Optional<MessageId> id(String text) {
    String name = text.strip();
    if (name.startsWith("http://") || name.startsWith("https://")) return ofUrl(name);
    boolean sure = false;
    for (String scheme : SCHEMES) {
      if (!name.regionMatches(true, 0, scheme, 0, scheme.length())) continue;
      name = name.substring(scheme.length());
      sure = true;
      break;
    }
    if (name.startsWith("<") && name.endsWith(">")) {
      name = name.substring(1, name.length() - 1);
      sure = true;
    }
    return sure || name.indexOf('@') > 0 ? valid(name) : Optional.empty();
  }

  /**
   * {@code https://HOST/LIST/ID/…} on archives (LIST may be {@code r} or {@code all}), {@code https://patch.msgid.link/ID}, and
   * {@code …/patch/ID/} on Patchwork.
   */
  private static Optional<MessageId> ofUrl(String url) {
    String path = url.substring(url.indexOf("//") + 2);
    int end = path.length();
    for (int i = 0; i < end; i++) if (path.charAt(i) == '#' || path.charAt(i) == '?') end = i;
    String[] segments = path.substring(0, end).split("/");
    String host = segments[0].toLowerCase(java.util.Locale.ROOT);
    int first = host.equals("patch.msgid.link") || host.equals("msgid.link") ? 1 : 2;
    int patchwork = Arrays.asList(segments).indexOf("patch");
    if (patchwork > 0) first = patchwork + 1;
    if (first >= segments.length) return Optional.empty();
    // A slash in an id should be written %2F, and often is not: up to the segment with the at sign it belongs to the id.
    StringBuilder id = new StringBuilder();
    for (int i = first; i < segments.length; i++) {
      if (id.length() > 0) id.append('/');
      id.append(segments[i]);
      String soFar = decoded(id.toString());
      if (soFar.indexOf('@') >= 0) return valid(soFar);
    }
    return valid(decoded(segments[first]));
  }

  private static Optional<MessageId> valid(String id) {
    return MessageId.valid(id) ? Optional.of(new MessageId(id)) : Optional.empty();
  }

  /** Percent signs undone, once. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) return text;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
      if (low < 0) {
        bytes.write(raw[i]);
      } else {
        bytes.write(high << 4 | low);
        i += 2;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
