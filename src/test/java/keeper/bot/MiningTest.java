// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.custom.Custom;
import keeper.custom.RuleText;
import keeper.mail.Mail;
import keeper.patch.Patch;
import keeper.review.Base;
import keeper.review.Reviewer;
import keeper.rule.Rules;
import keeper.series.PostedPatch;
import keeper.text.Kept;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.Test;

/** Which rules a tree keeps by custom, and what is asked by them. */
class MiningTest {
  private static final String HEADER = """
      struct pump {
      	struct mutex gate;
      	int rate;
      	struct list_head valves;
      	struct sensor *sensor;
      	struct { int count; } stats;
      };
      """;

  private static final String SETTERS = """
      #include "pump.h"
      void pump_a(struct pump *pump) { }
      static void pump_first(struct pump *pump)
      {
      	mutex_lock(&pump->gate);
      	pump->rate = 1;
      	pump->rate++;
      	mutex_unlock(&pump->gate);
      }
      static void pump_second(struct pump *pump)
      {
      	guard(mutex)(&pump->gate);
      	pump->rate = 2;
      	if (pump->rate > 1)
      		pump->rate = 3;
      	pump->rate = 4;
      }
      """.replace("void pump_a(struct pump *pump) { }\n", "");

  @Test
  void nearlyAllWritesHoldIt() {
    List<Custom> customs = customs(SETTERS);
    assertThat(words(customs)).containsExactly("pump.rate under gate, all: 5 of 5 writes, 2 of 2 reads");
    assertThat(customs.get(0).source()).isEqualTo(Custom.Source.COUNTED);
    assertThat(customs.get(0).writes().witnesses()).extracting(Custom.Seen::function).containsOnly("pump_first", "pump_second");
  }

  @Test
  void fourAreTooFew() {
    assertThat(customs(SETTERS.replace("\tpump->rate = 4;\n", "").replace("\tpump->rate++;\n", "").replace("pump->rate > 1", "pump"))).isEmpty();
  }

  @Test
  void oneFunctionAloneIsNoCustom() {
    assertThat(customs(SETTERS.replace("pump_second(struct pump *pump)\n{\n\tguard(mutex)(&pump->gate);", "other(struct pump *pump)\n{\n").replace("other(struct pump *pump)\n{\n", "pump_init(struct pump *pump)\n{\n")
        .replace("\tpump->rate++;\n", "\tpump->rate++;\n\tpump->rate++;\n\tpump->rate++;\n\tpump->rate++;\n\tpump->rate++;\n"))).isEmpty();
  }

  @Test
  void setupAndOwnObjectsAndMarkedAccessesDoNotCount() {
    String more = """
        static int pump_init(struct pump *pump)
        {
        	pump->rate = 0;
        	return pump_clear(pump);
        }
        static struct pump *pump_copy(void)
        {
        	struct pump *pump = kzalloc(sizeof(*pump), GFP_KERNEL);

        	pump->rate = 7;
        	return pump;
        }
        static int pump_peek(struct pump *pump)
        {
        	WRITE_ONCE(pump->rate, 3);
        	return READ_ONCE(pump->rate);
        }
        """;
    assertThat(words(customs(SETTERS + more))).containsExactly("pump.rate under gate, all: 5 of 5 writes, 2 of 2 reads");
  }

  @Test
  void helpersAreJudgedByAllTheirCallers() {
    String helper = """
        static void pump_set(struct pump *p, int rate)
        {
        	p->rate = rate;
        	p->rate += 1;
        	p->rate += 1;
        	p->rate += 1;
        }
        static void pump_third(struct pump *pump)
        {
        	mutex_lock(&pump->gate);
        	pump_set(pump, 1);
        	pump->rate = 9;
        	mutex_unlock(&pump->gate);
        }
        """;
    assertThat(words(customs("#include \"pump.h\"\n" + helper))).containsExactly("pump.rate under gate, all: 5 of 5 writes, 3 of 3 reads");
    String careless = helper + "static void pump_fourth(struct pump *pump)\n{\n\tpump_set(pump, 2);\n}\n";
    assertThat(customs("#include \"pump.h\"\n" + careless)).as("one caller does not hold it: nobody knows").isEmpty();
  }

  @Test
  void theOddOneIsNamedAndOnlyItIsAsked() {
    String odd = SETTERS + """
        static void pump_third(struct pump *pump)
        {
        	mutex_lock(&pump->gate);
        	pump->rate = 5; pump->rate = 6; pump->rate = 7; pump->rate = 8;
        	mutex_unlock(&pump->gate);
        }
        static irqreturn_t pump_handler(int irq, void *data)
        {
        	struct pump *pump = data;

        	pump->rate = 0;
        	return IRQ_HANDLED;
        }
        int pump_start(struct pump *pump) { return request_irq(pump->irq, pump_handler, 0, "pump", pump); }
        """.replace("int pump_start(struct pump *pump) { return", "int pump_start(struct pump *pump)\n{\n\treturn").replace("pump); }", "pump);\n}");
    List<Custom> customs = customs(odd);
    assertThat(words(customs)).containsExactly("pump.rate under gate, writes: 9 of 10 writes, 2 of 2 reads");
    assertThat(customs.get(0).writes().odd()).extracting(Custom.Seen::function).containsExactly("pump_handler");
    SortedMap<String, String> files = RuleText.files(customs);
    assertThat(files.get("drivers/pump/pump.rule")).contains("9 of 10 writes hold gate").contains("; the odd one: pump_handler() drivers/pump/main.c:");
    List<Finding> findings = findings(files, tree(odd), "drivers/pump/main.c");
    assertThat(findings).extracting(Finding::function).containsExactly("pump_handler");
    Finding finding = findings.get(0);
    assertThat(finding.confidence()).isEqualTo(Confidence.LIKELY);
    assertThat(finding.lock()).isEqualTo("pump->gate");
    assertThat(finding.message()).contains("9 of 10 writes in the tree hold gate").contains("pump_first()").contains("pump_handler() does not");
    assertThat(finding.evidence()).extracting(Witness::text).anyMatch(text -> text.startsWith("pump_first() holds gate")).anyMatch(text -> text.contains("the odd one"));
  }

  @Test
  void aCalleeThatAssertsTheLockForTheAddressItIsHanded() {
    String other = """
        #include "pump.h"
        int pump_replace_locked(struct pump *pump, struct sensor **slot, struct sensor *fresh)
        {
        	lockdep_assert_held(&pump->gate);
        	*slot = fresh;
        	return 0;
        }
        """;
    String user = """
        #include "pump.h"
        static int pump_use(struct pump *pump, struct sensor **where, struct sensor *fresh)
        {
        	return pump_replace_locked(pump, where, fresh);
        }
        int pump_attach_sensor(struct pump *pump, struct sensor *fresh)
        {
        	return pump_use(pump, &pump->sensor, fresh);
        }
        """;
    List<Custom> customs = customs(tree(user, "drivers/pump/slots.c", other));
    assertThat(words(customs)).containsExactly("pump.sensor under gate, writes: 1 of 1 writes, 0 of 0 reads");
    assertThat(customs.get(0).source()).isEqualTo(Custom.Source.ASSERTED);
  }

  @Test
  void listsGlobalsAndStructsInside() {
    String text = """
        #include "pump.h"
        static DEFINE_SPINLOCK(pumps_lock);
        static LIST_HEAD(pumps);
        static int pumps_count;
        static void pump_add(struct pump *pump)
        {
        	spin_lock(&pumps_lock);
        	list_add(&pump->node, &pumps);
        	pumps_count++; pumps_count++; pumps_count++;
        	spin_unlock(&pumps_lock);
        	mutex_lock(&pump->gate);
        	list_add(&pump->one, &pump->valves);
        	list_add(&pump->one, &pump->valves);
        	list_del(&pump->valves);
        	pump->stats.count++;
        	pump->stats.count++;
        	mutex_unlock(&pump->gate);
        }
        static void pump_drop(struct pump *pump)
        {
        	spin_lock(&pumps_lock);
        	pumps_count--; pumps_count--;
        	spin_unlock(&pumps_lock);
        	mutex_lock(&pump->gate);
        	list_add_tail(&pump->one, &pump->valves);
        	list_move(&pump->one, &pump->valves);
        	pump->stats.count--; pump->stats.count--; pump->stats.count = 0;
        	mutex_unlock(&pump->gate);
        }
        """;
    assertThat(customs(text)).extracting(custom -> custom.struct() + "." + custom.member() + " under " + custom.lock())
        .contains(".pumps_count under &pumps_lock", "pump.valves under gate", "pump.stats.count under gate");
  }

  @Test
  void aCommentIsEnoughWhereTheUsesAgree() {
    String header = HEADER.replace("int rate;", "int rate; /* litres a minute, protected by gate */");
    String text = """
        #include "pump.h"
        static void pump_first(struct pump *pump)
        {
        	mutex_lock(&pump->gate);
        	pump->rate = 1;
        	pump_report(pump->rate, pump->rate);
        	mutex_unlock(&pump->gate);
        }
        """;
    assertThat(customs(text)).isEmpty();
    List<Custom> customs = customs(keeper.text.Files.of("tree", List.of(SourceText.of("drivers/pump/pump.h", header), SourceText.of("drivers/pump/main.c", text))));
    assertThat(words(customs)).containsExactly("pump.rate under gate, writes: 1 of 1 writes, 2 of 2 reads");
    assertThat(customs.get(0).source()).isEqualTo(Custom.Source.REMARKED);
    assertThat(customs.get(0).remark()).startsWith("drivers/pump/pump.h:3: ").contains("protected by gate");
  }

  @Test
  void whatIsWrittenReadsBackAndIsTheSameEachTime() throws IOException {
    SortedMap<String, String> files = RuleText.files(customs(SETTERS));
    assertThat(RuleText.files(customs(SETTERS))).isEqualTo(files);
    Rules read = rules(files);
    assertThat(read.problems()).isEmpty();
    assertThat(read.all()).extracting(keeper.rule.Rule::says).containsExactly("pump.rate under gate");
    assertThat(read.of("drivers/pump/main.c")).hasSize(1);
    assertThat(read.of("drivers/other/main.c")).isEmpty();
  }

  @Test
  void namesThatAreWordsOfJavaReadBack() throws IOException {
    String header = "struct pump {\n\tstruct mutex new;\n\tint private;\n\tint default;\n};\n";
    String text = SETTERS.replace("gate", "new").replace("->rate", "->private");
    SortedMap<String, String> files = RuleText.files(customs(keeper.text.Files.of("tree", List.of(SourceText.of("drivers/pump/pump.h", header), SourceText.of("drivers/pump/main.c", text)))));
    assertThat(rules(files).problems()).isEmpty();
    assertThat(rules(files).all()).extracting(keeper.rule.Rule::says).containsExactly("pump.private under new");
  }

  @Test
  void whatWasCountedIsNotCountedAgain() throws IOException {
    Map<ByteBuffer, byte[]> kept = new ConcurrentHashMap<>();
    Tree tree = tree(SETTERS);
    Mining first = mining(tree, kept);
    List<Custom> customs = first.customs(paths(tree), count -> { });
    assertThat(first.fresh()).isEqualTo(2);
    Mining second = mining(tree, kept);
    assertThat(second.customs(paths(tree), count -> { })).isEqualTo(customs);
    assertThat(second.fresh()).isZero();
    Tree changed = keeper.text.Files.of("tree", List.of(SourceText.of("drivers/pump/pump.h", HEADER + "struct valve { int x; };\n"), SourceText.of("drivers/pump/main.c", SETTERS)));
    Mining third = mining(changed, kept);
    assertThat(third.customs(paths(changed), count -> { })).isEqualTo(customs);
    assertThat(third.fresh()).as("the header, and what includes it").isEqualTo(2);
  }

  private static final String BARE = """
      #include "pump.h"
      static irqreturn_t pump_handler(int irq, void *data)
      {
      	struct pump *pump = data;

      	pump->rate = 0;
      	return IRQ_HANDLED;
      }
      static int pump_start(struct pump *pump)
      {
      	return request_irq(4, pump_handler, 0, "pump", pump);
      }
      """;

  @Test
  void aFileThatTakesNoLockSpeaksAgainstACustomAsWell() throws IOException {
    Map<ByteBuffer, byte[]> kept = new ConcurrentHashMap<>();
    Tree both = tree(SETTERS, "drivers/pump/irq.c", BARE);
    assertThat(words(mining(both, kept).customs(paths(both), count -> { }))).as("one of six writes goes without: five of six are not enough").isEmpty();
    Tree alone = tree("#include \"pump.h\"\n", "drivers/pump/irq.c", BARE);
    Mining second = mining(alone, kept);
    assertThat(second.customs(paths(alone), count -> { })).isEmpty();
    assertThat(second.fresh()).as("main.c changed; nobody asks for what irq.c does any more").isEqualTo(1);
    Mining third = mining(both, kept);
    assertThat(third.customs(paths(both), count -> { })).as("as at first, whatever was kept in between").isEmpty();
    assertThat(third.fresh()).as("main.c again, and the uses of irq.c that are asked for now").isEqualTo(2);
  }

  @Test
  void readersOfASeqcountReadAgain() {
    String text = """
        #include "pump.h"
        static int pump_poll(struct pump *pump)
        {
        	unsigned int seq;
        	int rate;

        	do {
        		seq = read_seqbegin(&pump->order);
        		rate = pump->rate;
        	} while (read_seqretry(&pump->order, seq));
        	return rate;
        }
        static irqreturn_t pump_handler(int irq, void *data)
        {
        	return pump_poll(data) ? IRQ_HANDLED : IRQ_NONE;
        }
        static int pump_start(struct pump *pump)
        {
        	return request_irq(4, pump_handler, 0, "pump", pump);
        }
        """;
    assertThat(words(customs(tree(SETTERS, "drivers/pump/poll.c", text)))).containsExactly("pump.rate under gate, all: 5 of 5 writes, 2 of 2 reads");
    assertThat(words(customs(tree(SETTERS, "drivers/pump/poll.c", text.replace("read_seqbegin(&pump->order)", "1").replace("read_seqretry(&pump->order, seq)", "seq--")))))
        .as("without the seqcount the read has nothing").containsExactly("pump.rate under gate, writes: 5 of 5 writes, 2 of 3 reads");
  }

  private static final String HANDLER = BARE.replace("#include \"pump.h\"\n", "");

  @Test
  void aGuardThatAFileHasChangedIsNotAskedForAnyMore() {
    SortedMap<String, String> mined = RuleText.files(customs(SETTERS));
    Tree broken = tree(SETTERS + HANDLER);
    assertThat(findings(mined, broken, "drivers/pump/main.c")).extracting(Finding::function).containsExactly("pump_handler");
    Tree changed = tree((SETTERS + HANDLER).replace("&pump->gate", "&pump->door"));
    assertThat(all(mined, changed, "drivers/pump/main.c")).as("every use goes by another lock now: not even a doubt, which the text before would raise").isEmpty();
    Tree exported = tree(SETTERS.replace("&pump->gate", "&pump->door") + "void pump_third(struct pump *pump)\n{\n\tpump->rate = 5;\n}\n");
    assertThat(all(mined, exported, "drivers/pump/main.c")).as("whoever calls it").isEmpty();
    Tree half = tree(SETTERS.replaceFirst("&pump->gate", "&pump->door") + HANDLER);
    assertThat(findings(mined, half, "drivers/pump/main.c")).as("one function still keeps the custom").extracting(Finding::function).contains("pump_handler");
  }

  @Test
  void aLoneHunkIsAskedWhereTheNameIsDistinctAndTheObjectGoesOn() throws IOException {
    String setters = SETTERS.replace("->rate", "->flow_rate");
    SortedMap<String, String> mined = RuleText.files(customs(keeper.text.Files.of("tree",
        List.of(SourceText.of("drivers/pump/pump.h", HEADER.replace("rate;", "flow_rate;")), SourceText.of("drivers/pump/main.c", setters)))));
    String patch = """
        From: A <a@example.org>
        Subject: [PATCH] pump: forget the rate
        Message-ID: <1@example.org>

        ---
        diff --git a/drivers/pump/old.c b/drivers/pump/old.c
        --- a/drivers/pump/old.c
        +++ b/drivers/pump/old.c
        @@ -20,5 +20,6 @@ static void pump_release(void *data)
         \tif (!--pump->users) {
         \t\tpump_stop(pump);
        +\t\tpump->flow_rate = 0;
         \t}

         \tmutex_unlock(&pump->hatch->lock);
        """;
    assertThat(raised(mined, patch)).extracting(Finding::message).singleElement().asString()
        .contains("Does this store to pump->flow_rate need pump->gate?", "5 of 5 writes in the tree hold gate, for example pump_first(), pump_second()");
    assertThat(raised(mined, patch.replace(" \tmutex_unlock(&pump->hatch->lock);", " \tkfree(pump);"))).as("the last reference, perhaps").isEmpty();
    assertThat(raised(RuleText.files(customs(SETTERS)), patch.replace("flow_rate", "rate"))).as("many structs have a rate").isEmpty();
  }

  @Test
  void aWrittenRuleIsToldWhatTheTreeDoes() throws IOException {
    SortedMap<String, String> written = new TreeMap<>();
    written.put("pump/rate.rule", """
        @Paths("drivers/pump/")
        class pump {
          @GuardedBy(gate)
          int rate, flow;
        }
        """);
    Tree tree = tree(SETTERS, "drivers/pump/irq.c", BARE);
    List<keeper.rule.Rule.Guarded> rules = rules(written).all().stream().map(rule -> (keeper.rule.Rule.Guarded) rule).toList();
    Map<keeper.rule.Rule.Guarded, List<Custom>> told = new Mining(Checks.of(rules(new TreeMap<>()), Set.of()), tree, Kept.NONE, (key, bytes) -> { }, 2).told(rules, paths(tree));
    assertThat(RuleText.told(told.get(rules.get(0)).get(0))).containsExactly(
        "writes: 5 of 6 hold it: pump_first() drivers/pump/main.c:5, pump_second() drivers/pump/main.c:12; without it: pump_handler() drivers/pump/irq.c:6",
        "reads: 2 of 2 hold it: pump_first() drivers/pump/main.c:6, pump_second() drivers/pump/main.c:13");
    assertThat(told.get(rules.get(1))).as("no such member").isEmpty();
  }

  /** Of a mail by its hunks alone, likely ones. */
  private static List<Finding> raised(SortedMap<String, String> mined, String mail) throws IOException {
    Reviewer reviewer = new Reviewer(Checks.of(rules(new TreeMap<>()), rules(mined), Set.of("unguarded-access")), Confidence.LIKELY);
    Patch patch = PostedPatch.of(Mail.read(mail.getBytes(java.nio.charset.StandardCharsets.UTF_8))).patch();
    return reviewer.review(patch, new Base.HunksOnly(List.of())).introduced().stream().map(keeper.review.Raised::finding).toList();
  }

  // ---- helpers ----

  private static List<String> words(List<Custom> customs) {
    List<String> words = new ArrayList<>();
    for (Custom custom : customs)
      words.add(custom.struct() + "." + custom.member() + " under " + custom.lock() + ", " + (custom.reads() ? "all" : "writes") + ": " + custom.writes().held() + " of " + custom.writes().total() + " writes, "
          + custom.read().held() + " of " + custom.read().total() + " reads");
    return words;
  }

  private static Tree tree(String text, String... more) {
    List<SourceText> files = new ArrayList<>(List.of(SourceText.of("drivers/pump/pump.h", HEADER), SourceText.of("drivers/pump/main.c", text)));
    for (int i = 0; i < more.length; i += 2) files.add(SourceText.of(more[i], more[i + 1]));
    return keeper.text.Files.of("tree", files);
  }

  private static List<Custom> customs(String text) {
    return customs(tree(text));
  }

  private static List<Custom> customs(Tree tree) {
    try {
      return new Mining(Checks.of(rules(new TreeMap<>()), Set.of()), tree, Kept.NONE, (key, bytes) -> { }, 2).customs(paths(tree), count -> { });
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Mining mining(Tree tree, Map<ByteBuffer, byte[]> kept) throws IOException {
    return new Mining(Checks.of(rules(new TreeMap<>()), Set.of()), tree, key -> Optional.ofNullable(kept.get(ByteBuffer.wrap(key))), (key, bytes) -> kept.put(ByteBuffer.wrap(key), bytes), 2);
  }

  private static Set<String> paths(Tree tree) {
    Set<String> paths = new TreeSet<>(tree.paths("", ".c"));
    paths.addAll(tree.paths("", ".h"));
    return paths;
  }

  private static Rules rules(SortedMap<String, String> files) throws IOException {
    SortedMap<String, SourceText> all = new TreeMap<>();
    for (String table : List.of("kernel/lock-api.tsv", "kernel/sleeping-api.tsv")) all.put(table, SourceText.of(table, Files.readAllBytes(Path.of("rules", table))));
    files.forEach((path, text) -> all.put(path, SourceText.of(path, text)));
    return Rules.read(all);
  }

  /** Likely findings by mined rules alone. */
  private static List<Finding> findings(SortedMap<String, String> mined, Tree tree, String path) {
    return all(mined, tree, path).stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE).toList();
  }

  /** Doubtful ones too. */
  private static List<Finding> all(SortedMap<String, String> mined, Tree tree, String path) {
    try {
      Checks checks = Checks.of(rules(new TreeMap<>()), rules(mined), Set.of("unguarded-access"));
      return checks.findings(tree.file(path).orElseThrow(), tree).stream().filter(finding -> !finding.rule().isEmpty()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
