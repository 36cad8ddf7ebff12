// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void aWordIsFoundWhereItStandsAlone() {
    Words words = Words.of("lock = unlock; /* lock */ lock2 lock".getBytes(StandardCharsets.UTF_8));
    assertThat(words.offsets("lock")).containsExactly(0, 18, 32);
    assertThat(words.offsets("lock2")).containsExactly(26);
    assertThat(words.offsets("loc")).isEmpty();
    assertThat(words.offsets("")).isEmpty();
    assertThat(words.offsets("= unlock")).isEmpty();
  }

  @Test
  void itAgreesWithAPlainSearchOnAnyBytes() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) "ab_0 ;".charAt(random.nextInt(6));
      String text = new String(bytes, StandardCharsets.UTF_8);
      Words words = Words.of(bytes);
      for (String word : List.of("a", "ab", "b_", "0", "aa")) {
        List<Integer> expected = new ArrayList<>();
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (alone(text, at, at + word.length())) expected.add(at);
        assertThat(words.offsets(word)).as(word + " in " + text).isEqualTo(expected);
      }
    }
  }

  private static boolean alone(String text, int start, int end) {
    return (start == 0 || !isLetter(text.charAt(start - 1))) && (end == text.length() || !isLetter(text.charAt(end)));
  }

  private static boolean isLetter(char c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
  }
}
