// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The one style sheet. */
final class Style implements Page {
  @Override
  public String path() {
    return "/style.css";
  }

  @Override
  public Answer answer(Site site, Map<String, String> query) {
    try (InputStream in = Style.class.getResourceAsStream("style.css")) {
      if (in == null) throw new IllegalStateException("style.css is not in the program");
      return new Answer(200, "text/css; charset=utf-8", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
