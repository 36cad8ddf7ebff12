// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import keeper.rule.Rules;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** What is written is read back as it was, and nothing else is read as anything. */
class FileFactsTest {
  private static final String TEXT = """
      #include "kettle.h"
      #define kettle_on(k) mutex_lock(&(k)->lock)
      struct kettle { struct mutex lock; int heat __guarded_by(lock); struct { spinlock_t inner; } part; };
      DEFINE_GUARD(kettle, struct kettle *, kettle_on(_T), mutex_unlock(&_T->lock))
      int kettle_fill(struct kettle *k, gfp_t gfp, bool wait)
      {
      	void *p;

      	lockdep_assert_held(&k->lock);
      	if (wait)
      		msleep(5);
      	p = kmalloc(12, gfp);
      	if (!p)
      		return -ENOMEM;
      	spin_lock_irqsave(&k->part.inner, flags);
      	return 0;
      }
      static void kettle_off(struct kettle *k)
      {
      	mutex_unlock(&k->lock);
      }
      """;

  @Test
  void summariesComeBackAsTheyWere() throws IOException {
    Unit unit = unit();
    Map<String, Summary> summaries = new TreeMap<>();
    for (String name : unit.callable()) summaries.put(name, unit.summary(name).orElseThrow());
    assertThat(summaries.keySet()).contains("kettle_on", "kettle_fill", "kettle_off");
    assertThat(summaries.get("kettle_fill").required()).hasSize(1);
    assertThat(summaries.get("kettle_fill").sleeps()).hasSize(2);
    FileFacts.Summaries written = new FileFacts.Summaries(summaries, Set.of("kettle_gone"));
    assertThat(FileFacts.summaries(FileFacts.summaries(written))).isEqualTo(written);
  }

  @Test
  void namesComeBackAsTheyWere() throws IOException {
    SourceText text = SourceText.of("kettle.c", TEXT);
    byte[] bytes = FileFacts.names(new FileFacts.Names(Tags.of(text.bytes()), Structs.of(text)));
    FileFacts.Names read = FileFacts.names(bytes);
    assertThat(read.tags().includes()).containsExactly("\"kettle.h");
    assertThat(read.tags().names()).isEqualTo(Tags.of(text.bytes()).names());
    assertThat(read.structs().all()).isEqualTo(Structs.of(text).all());
    assertThat(read.tags().kinds("kettle")).isEqualTo(Tags.STRUCT | Tags.SCOPE);
    assertThat(read.tags().kinds("kettle_off")).isEqualTo(Tags.FUNCTION | Tags.STATIC);
    assertThat(read.tags().kinds("kettle_on")).isEqualTo(Tags.MACRO);
  }

  @Test
  void oddBytesAreNothing() throws IOException {
    byte[] whole = FileFacts.summaries(new FileFacts.Summaries(Map.of("kettle_fill", unit().summary("kettle_fill").orElseThrow()), Set.of()));
    for (int length = 0; length < whole.length; length++)
      assertThat(FileFacts.read(Optional.of(Arrays.copyOf(whole, length)), FileFacts::summaries)).as("%d bytes", length).isEmpty();
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] = (byte) 0xff;
      FileFacts.read(Optional.of(damaged), FileFacts::summaries); // anything, but no exception
    }
  }

  @Test
  void theSameFileBesideOtherHeadersHasAnotherKey() throws IOException {
    Kernel kernel = kernel();
    byte[] one = FileFacts.summariesKey(kernel, "a.c", "1", List.of("a.h", "2"));
    assertThat(FileFacts.summariesKey(kernel, "a.c", "1", List.of("a.h", "2"))).isEqualTo(one);
    assertThat(FileFacts.summariesKey(kernel, "a.c", "1", List.of("a.h", "3"))).isNotEqualTo(one);
    assertThat(FileFacts.summariesKey(kernel, "b.c", "1", List.of("a.h", "2"))).isNotEqualTo(one);
    assertThat(FileFacts.namesKey("1")).isNotEqualTo(FileFacts.namesKey("2"));
  }

  private static Unit unit() throws IOException {
    return Units.of(kernel(), keeper.text.Files.NONE).unit(SourceText.of("kettle.c", TEXT));
  }

  private static Kernel kernel() throws IOException {
    TreeMap<String, SourceText> files = new TreeMap<>();
    for (String name : new String[] {"kernel/lock-api.tsv", "kernel/sleeping-api.tsv"}) files.put(name, SourceText.of(name, Files.readAllBytes(Path.of("rules", name))));
    Rules rules = Rules.read(files);
    return new Kernel(rules.locks(), rules.sleepers());
  }
}
