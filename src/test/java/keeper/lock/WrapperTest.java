// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import keeper.rule.Rules;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** Functions that only take a lock, and what their callers know by the value that came back. */
class WrapperTest {
  private static final String TRY_OR_WAIT = """
      static int lamp_lock(struct mutex *lock, bool nonblock)
      {
      	return nonblock ? mutex_trylock(lock) ? 0 : -EAGAIN : mutex_lock_interruptible(lock);
      }

      static int lamp_on(struct lamp *lamp, bool nonblock)
      {
      	int ret = lamp_lock(&lamp->lock, nonblock);

      	if (ret < 0)
      		return ret;
      	lamp->lit = true;
      	mutex_unlock(&lamp->lock);
      	return 0;
      }
      """;

  /** 0 or -EAGAIN is never positive: behind {@code ret < 0} the lock is held. */
  @Test
  void whatIsNotNegativeIsZeroWhereNothingElseCanComeBack() throws IOException {
    assertThat(held(TRY_OR_WAIT, "lamp_on")).contains("lamp->lit = true;\t/* held: lamp->lock */");
  }

  /** The release callback may have dropped the mutex or left it: nobody knows, so nobody speaks. */
  @Test
  void aLockTakenForACallbackIsUncertainAfterwards() throws IOException {
    String text = """
        static void lamp_put(struct lamp *lamp)
        {
        	if (kref_put_mutex(&lamp->kref, lamp_release, &lamps_lock))
        		mutex_unlock(&lamps_lock);
        }
        """;
    assertThat(held(text, "lamp_put")).contains("mutex_unlock(&lamps_lock);\t/* held: lamps_lock? */");
  }

  private static String held(String text, String function) throws IOException {
    TreeMap<String, SourceText> files = new TreeMap<>();
    for (String name : new String[] {"kernel/lock-api.tsv", "kernel/sleeping-api.tsv"}) files.put(name, SourceText.of(name, Files.readAllBytes(Path.of("rules", name))));
    Rules rules = Rules.read(files);
    return Dump.held(SourceText.of("lamp.c", text), function, rules.locks(), rules.sleepers());
  }
}
