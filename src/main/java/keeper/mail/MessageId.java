// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    if (id.isEmpty() || id.length() > 998) return false;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c <= ' ' || c == 127 || c == '<' || c == '>') return false;
    }
    return true;
  }

  /**
   * The first id in a header's text: {@code <id>}, whatever stands around it, else the first bare word with an {@code @} in it.
   */
  public static Optional<MessageId> parse(String header) {
    List<MessageId> all = all(header, 1);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
  }

  /** Every id in a header's text, in order, without repeats; at most {@code limit}. */
  public static List<MessageId> all(String header, int limit) {
    Set<MessageId> found = new LinkedHashSet<>();
    int at = 0;
    while (found.size() < limit) {
      int open = header.indexOf('<', at);
      if (open < 0) break;
      int close = header.indexOf('>', open);
      if (close < 0) break;
      // Some programs write "<<id>", and some fold a long id in the middle.
      String id = withoutBlanks(header.substring(header.lastIndexOf('<', close) + 1, close));
      if (valid(id)) found.add(new MessageId(id));
      at = close + 1;
    }
    if (found.isEmpty()) {
      Optional<MessageId> bare = bare(header);
      if (bare.isPresent()) found.add(bare.get());
    }
    return List.copyOf(found);
  }

  private static Optional<MessageId> bare(String header) {
    int start = -1;
    for (int i = 0; i <= header.length(); i++) {
      boolean gap = i == header.length() || header.charAt(i) <= ' ' || header.charAt(i) == '<' || header.charAt(i) == '>';
      if (!gap && start < 0) start = i;
      if (!gap || start < 0) continue;
      String word = header.substring(start, i);
      if (word.indexOf('@') >= 0 && valid(word)) return Optional.of(new MessageId(word));
      start = -1;
    }
    return Optional.empty();
  }

  private static String withoutBlanks(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) if (text.charAt(i) > ' ') kept.append(text.charAt(i));
    return kept.toString();
  }

  /**
   * The id in whatever people paste to name a mail: {@code <ID>}, {@code ID}, {@code id:ID}, {@code mid:ID}, {@code rfc822msgid:ID},
   * a header line, a URL of lore, of patch.msgid.link, of lkml.kernel.org or of a patchwork. URLs are percent-decoded once.
   */
  public static Optional<MessageId> pasted(String text) {
    String rest = text.strip();
    for (String lead : List.of("message-id:", "in-reply-to:", "link:", "closes:", "rfc822msgid:", "id:", "mid:"))
      if (rest.regionMatches(true, 0, lead, 0, lead.length())) rest = rest.substring(lead.length()).strip();
    if (rest.startsWith("<") && rest.endsWith(">")) rest = rest.substring(1, rest.length() - 1).strip();
    if (rest.regionMatches(true, 0, "http://", 0, 7)) return inUrl(rest.substring(7));
    if (rest.regionMatches(true, 0, "https://", 0, 8)) return inUrl(rest.substring(8));
    if (rest.indexOf('<') >= 0) return parse(rest);
    return rest.indexOf('@') > 0 && valid(rest) ? Optional.of(new MessageId(rest)) : Optional.empty();
  }

  /** The first path segment with an {@code @}, decoded: {@code host/list/ID/raw}, {@code host/project/p/patch/ID/}. */
  private static Optional<MessageId> inUrl(String url) {
    int end = url.length();
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c == '#' || c == '?') {
        end = i;
        break;
      }
    }
    int at = url.indexOf('/');
    while (at >= 0 && at < end) {
      int next = url.indexOf('/', at + 1);
      if (next < 0 || next > end) next = end;
      String segment = percentDecoded(url.substring(at + 1, next));
      if (segment.startsWith("<") && segment.endsWith(">")) segment = segment.substring(1, segment.length() - 1);
      if (segment.indexOf('@') > 0 && valid(segment)) return Optional.of(new MessageId(segment));
      at = next == end ? -1 : next;
    }
    return Optional.empty();
  }

  private static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) return text;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        bytes.write(high * 16 + low);
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** With angle brackets, as in a header. */
  public String bracketed() {
    return "<" + id + ">";
  }

  // Written out: a key of many maps, and the generated ones cost forty milliseconds at the first call.
  @Override
  public boolean equals(Object other) {
    return other instanceof MessageId id && id.id.equals(this.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
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
