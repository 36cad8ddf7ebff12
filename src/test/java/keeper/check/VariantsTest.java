// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import keeper.text.Files;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** What depends on the configuration: both ends of each {@code #if} are read, and a finding holds in one of them. */
class VariantsTest {
  private static final String BOTH = """
      int pump_start(struct pump *pump, int rate)
      {
      	mutex_lock(&pump->lock);
      #ifdef CONFIG_PUMP_CHECK
      	if (rate > 9) {
      		FIRST
      		return -EINVAL;
      	}
      #else
      	if (rate > 90) {
      		LAST
      		return -EINVAL;
      	}
      #endif
      	pump->rate = rate;
      	mutex_unlock(&pump->lock);
      	return 0;
      }
      """;

  @Test
  void anExitInTheFirstBranch() throws IOException {
    assertThat(lines(BOTH.replace("FIRST", "pump->bad++;").replace("LAST", "mutex_unlock(&pump->lock);"))).containsExactly("missing-unlock 7");
  }

  @Test
  void anExitInTheLastBranch() throws IOException {
    assertThat(lines(BOTH.replace("FIRST", "mutex_unlock(&pump->lock);").replace("LAST", "pump->bad++;"))).containsExactly("missing-unlock 12");
  }

  @Test
  void aLockAndItsUnlockUnderTheSameCondition() throws IOException {
    assertThat(lines("""
        int pump_start(struct pump *pump, int rate)
        {
        #ifdef CONFIG_PUMP_SHARED
        	mutex_lock(&pump->lock);
        #endif
        	if (rate > 9)
        		goto out;
        	pump->rate = rate;
        out:
        #ifdef CONFIG_PUMP_SHARED
        	mutex_unlock(&pump->lock);
        #endif
        	return 0;
        }
        """)).isEmpty();
  }

  @Test
  void whatIsCutOutIsNotThere() throws IOException {
    assertThat(lines("""
        int pump_start(struct pump *pump, int rate)
        {
        	mutex_lock(&pump->lock);
        #if 0
        	if (rate > 9)
        		return -EINVAL;
        #endif
        	pump->rate = rate;
        	mutex_unlock(&pump->lock);
        	return 0;
        }
        """)).isEmpty();
  }

  private static List<String> lines(String source) throws IOException {
    SourceText text = SourceText.of("pump.c", source);
    return Checks.of(ExamplesTest.rules(), Set.of()).findings(text, Files.of("example", List.of(text))).stream()
        .filter(finding -> finding.confidence() != Confidence.POSSIBLE).map(finding -> finding.check() + " " + finding.at().line()).toList();
  }
}
