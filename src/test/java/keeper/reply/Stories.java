// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The mails of the stories, for tests that change a header. */
final class Stories {
  private Stories() {}

  static byte[] bytes(String story) {
    try {
      return Files.readAllBytes(Path.of("src/test/resources/keeper/reply", story, "mail.eml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
