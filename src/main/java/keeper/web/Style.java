// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;

/** The one style sheet. Pages name it with what it holds, so that it can be kept for ever and a new one is seen at once. */
final class Style implements Page {
  private static final byte[] SHEET = sheet();

  /** Where pages find it. */
  static final String LINK = "/style.css?" + named();

  @Override
  public String path() {
    return "/style.css";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    return new Answer(200, "text/css; charset=utf-8", new String(SHEET, StandardCharsets.UTF_8));
  }

  private static byte[] sheet() {
    try (InputStream in = Style.class.getResourceAsStream("style.css")) {
      if (in == null) throw new IllegalStateException("style.css is not in the program");
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String named() {
    CRC32 crc = new CRC32();
    crc.update(SHEET);
    return Long.toHexString(crc.getValue());
  }
}
