// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** A change that takes a protection away is asked about, the one that gives it is not. */
class WeakenedTest {
  private static final String TAKERS = """
      struct pump { spinlock_t lock; struct list_head queue; int rate; };
      static int pump_wake(wait_queue_entry_t *wait, unsigned mode, int sync, void *key)
      {
      	struct pump *pump = container_of(wait, struct pump, wait);
      	unsigned long flags;

      	spin_lock_irqsave(&pump->lock, flags);
      	pump->rate++;
      	spin_unlock_irqrestore(&pump->lock, flags);
      	return 0;
      }
      void pump_setup(struct pump *pump)
      {
      	init_waitqueue_func_entry(&pump->wait, pump_wake);
      }
      """;

  @Test
  void interruptsThatWereOffWhileTheLockWasHeld() throws IOException {
    String masked = TAKERS + """
        void pump_route(struct pump *pump)
        {
        	spin_lock_irq(&pump->lock);
        	pump->rate = 0;
        	spin_unlock_irq(&pump->lock);
        }
        """;
    String plain = masked.replace("_irq(&pump", "(&pump");
    assertThat(asked("irq-unsafe", masked, plain)).containsExactly("pump_route irq-unsafe irq");
    assertThat(asked("irq-unsafe", plain, masked)).isEmpty();
    assertThat(asked("irq-unsafe", plain, plain)).isEmpty();
    String caller = "void pump_update(struct pump *pump)\n{\n\tlocal_irq_disable();\n\tpump_route(pump);\n\tlocal_irq_enable();\n}\n";
    assertThat(asked("irq-unsafe", masked, plain + caller)).as("a caller sees to it now").isEmpty();
  }

  @Test
  void theInterruptStateOfWhoeverCalls() throws IOException {
    String saved = """
        void pump_notify(struct pump *pump)
        {
        	unsigned long flags;

        	spin_lock_irqsave(&pump->lock, flags);
        	pump->rate = 0;
        	spin_unlock_irqrestore(&pump->lock, flags);
        }
        """;
    String assumed = saved.replace("irqsave", "irq").replace("irqrestore", "irq").replace(", flags", "");
    assertThat(asked("wrong-mode", saved, assumed)).containsExactly("pump_notify wrong-mode on");
    assertThat(asked("wrong-mode", assumed, saved)).isEmpty();
    String sleeps = "\tmsleep(1);\n\tspin_lock";
    assertThat(asked("wrong-mode", saved.replaceFirst("\tspin_lock", sleeps), assumed.replaceFirst("\tspin_lock", sleeps))).as("who sleeps has interrupts on").isEmpty();
  }

  @Test
  void theSectionRoundALookup() throws IOException {
    String within = """
        struct pump { struct idr valves; };
        int pump_notifier(struct pump *pump, int id)
        {
        	struct valve *valve;

        	rcu_read_lock();
        	valve = idr_find(&pump->valves, id);
        	rcu_read_unlock();
        	return valve ? 1 : 0;
        }
        """;
    String without = within.replace("\trcu_read_lock();\n", "").replace("\trcu_read_unlock();\n", "");
    assertThat(asked("rcu-misuse", within, without)).containsExactly("pump_notifier rcu-misuse lookup");
    assertThat(asked("rcu-misuse", without, within)).isEmpty();
  }

  @Test
  void theSectionThatAnotherFunctionOfTheFileReadsIn() throws IOException {
    String within = """
        static void pump_walk(struct pump *pump)
        {
        	struct valve *valve;

        	hlist_for_each_entry_srcu(valve, &pump->valves, node, srcu_read_lock_held(&pump->srcu))
        		valve->open(valve);
        }
        void pump_ack(struct pump *pump)
        {
        	int idx;

        	idx = srcu_read_lock(&pump->srcu);
        	pump_walk(pump);
        	srcu_read_unlock(&pump->srcu, idx);
        }
        """;
    String without = within.replace("\tidx = srcu_read_lock(&pump->srcu);\n", "").replace("\tsrcu_read_unlock(&pump->srcu, idx);\n", "");
    assertThat(asked("rcu-misuse", within, without)).containsExactly("pump_ack rcu-misuse section");
    assertThat(asked("rcu-misuse", without, within)).isEmpty();
  }

  @Test
  void theGracePeriodBeforeAnObjectGoes() throws IOException {
    String waits = """
        void pump_close(struct pump *pump)
        {
        	pump->ops = &no_ops;
        	synchronize_rcu();
        	pump_done(pump);
        }
        void pump_drop(struct valve *valve)
        {
        	valve_unhook(valve);
        	kfree_rcu(valve, rcu);
        }
        """;
    String atOnce = waits.replace("\tsynchronize_rcu();\n", "").replace("kfree_rcu(valve, rcu)", "kfree(valve)");
    assertThat(asked("rcu-misuse", waits, atOnce)).containsExactlyInAnyOrder("pump_close rcu-misuse grace", "pump_drop rcu-misuse free");
    assertThat(asked("rcu-misuse", atOnce, waits)).isEmpty();
    assertThat(asked("rcu-misuse", waits, waits.replace("synchronize_rcu()", "synchronize_net()"))).isEmpty();
    String moved = waits.replace("\tsynchronize_rcu();\n", "") + "void pump_remove(struct pump *pump)\n{\n\tsynchronize_rcu();\n\tpump_close(pump);\n}\n";
    assertThat(asked("rcu-misuse", waits, moved)).as("it stands elsewhere now").isEmpty();
    assertThat(asked("wrong-mode", waits, atOnce)).as("only when rcu-misuse is wanted").isEmpty();
  }

  @Test
  void anOrderIsAskedAboutWhereItWasChanged() throws IOException {
    String agreed = """
        struct pump { struct mutex lock; struct mutex log; };
        void pump_first(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	mutex_lock(&pump->log);
        	mutex_unlock(&pump->log);
        	mutex_unlock(&pump->lock);
        }
        void pump_second(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	mutex_lock(&pump->log);
        	mutex_unlock(&pump->log);
        	mutex_unlock(&pump->lock);
        }
        """;
    int second = agreed.indexOf("pump_second");
    String turned = agreed.substring(0, second) + agreed.substring(second).replace("lock(&pump->log)", "lock(&pump->X)").replace("lock(&pump->lock)", "lock(&pump->log)").replace("pump->X", "pump->lock");
    assertThat(asked("lock-order", agreed, turned)).containsExactly("pump_second lock-order order");
    assertThat(asked("lock-order", turned, agreed)).isEmpty();
  }

  /** A lock that went away is asked about; one that was moved to where the function is used is not. */
  @Test
  void aLockThatWasMovedIsNotALockThatWentAway() throws IOException {
    String users = """
        struct pump { struct mutex lock; int rate; };
        void pump_read(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	show(pump->rate);
        	mutex_unlock(&pump->lock);
        }
        void pump_step(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	pump->rate++;
        	mutex_unlock(&pump->lock);
        }
        """;
    String taken = "int pump_apply(struct pump *pump, int rate)\n{\n\tmutex_lock(&pump->lock);\n\tpump->rate = rate;\n\tmutex_unlock(&pump->lock);\n\treturn 0;\n}\n";
    String bare = "int pump_apply(struct pump *pump, int rate)\n{\n\tpump->rate = rate;\n\treturn 0;\n}\n";
    String macro = "#define PUMP_SET(pump, rate) ({ mutex_lock(&(pump)->lock); pump_apply(pump, rate); mutex_unlock(&(pump)->lock); })\n";
    assertThat(asked("unguarded-access", users + taken, users + bare)).containsExactly("pump_apply unguarded-access write");
    assertThat(asked("unguarded-access", users + taken, users + bare + macro)).isEmpty();
  }

  @Test
  void aGracePeriodThatTheCalleeWaitsForNow() throws IOException {
    String here = """
        static void pump_unhook(struct pump *pump)
        {
        	pump->ops = &no_ops;
        }
        void pump_close(struct pump *pump)
        {
        	pump_unhook(pump);
        	synchronize_rcu();
        	pump_done(pump);
        }
        void pump_leave(struct pump *pump)
        {
        	pump_unhook(pump);
        	synchronize_rcu();
        	pump_done(pump);
        }
        """;
    String there = here.replace("\tsynchronize_rcu();\n", "").replace("&no_ops;\n", "&no_ops;\n\tsynchronize_rcu();\n");
    assertThat(asked("rcu-misuse", here, there)).isEmpty();
  }

  @Test
  void aDemandThatTheChangeTookBack() throws IOException {
    String demands = """
        struct pump { struct mutex lock; int rate; };
        static void pump_set(struct pump *pump)
        {
        	lockdep_assert_held(&pump->lock);
        	pump->rate = 1;
        }
        void pump_start(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	pump->rate = 2;
        	mutex_unlock(&pump->lock);
        }
        void pump_stop(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	pump->rate = 0;
        	mutex_unlock(&pump->lock);
        }
        """;
    assertThat(asked("unguarded-access", demands, demands.replace("\tlockdep_assert_held(&pump->lock);\n", ""))).isEmpty();
  }

  @Test
  void anObjectThatNobodyKnowsYet() throws IOException {
    String under = """
        struct pump { struct mutex lock; int rate; };
        static void pump_init(struct pump *pump, int rate)
        {
        	pump->rate = rate;
        }
        void pump_start(struct pump *pump)
        {
        	mutex_lock(&pump->lock);
        	pump_init(pump, 2);
        	mutex_unlock(&pump->lock);
        }
        void pump_more(struct pump *other)
        {
        	struct pump *pump;

        	pump = kzalloc(sizeof(*pump), GFP_KERNEL);
        	mutex_lock(&other->lock);
        	pump_init(pump, 2);
        	mutex_unlock(&other->lock);
        }
        """;
    String init = "\tmutex_lock(&other->lock);\n\tpump_init(pump, 2);\n";
    assertThat(asked("unguarded-access", under, under.replace(init, "\tpump_init(pump, 2);\n\tmutex_lock(&other->lock);\n"))).isEmpty();
  }

  private static final String KETTLES = """
      struct kettle { struct mutex lock; struct list_head cups; int heat; };
      void kettle_pour(struct kettle *kettle, struct cup *cup)
      {
      	mutex_lock(&kettle->lock);
      	list_del(&cup->node);
      	kettle->heat--;
      	mutex_unlock(&kettle->lock);
      }
      """;

  @Test
  void aStoreThatTheLockWasTakenFor() throws IOException {
    String guarded = KETTLES + """
        void kettle_warm(struct kettle *kettle)
        {
        	mutex_lock(&kettle->lock);
        	kettle->heat = 90;
        	mutex_unlock(&kettle->lock);
        }
        """;
    String bare = KETTLES + "void kettle_warm(struct kettle *kettle)\n{\n\tkettle->heat = 90;\n}\n";
    assertThat(asked("unguarded-access", guarded, bare)).hasSize(1).first().asString().startsWith("kettle_warm unguarded-access");
    assertThat(asked("unguarded-access", bare, guarded)).isEmpty();
    String called = bare + "void kettle_boil(struct kettle *kettle)\n{\n\tmutex_lock(&kettle->lock);\n\tkettle_warm(kettle);\n\tmutex_unlock(&kettle->lock);\n}\n";
    assertThat(asked("unguarded-access", guarded, called)).as("a caller takes it now").isEmpty();
    assertThat(asked("unguarded-access", guarded, bare.replace("lock", "gone"))).as("the lock is done away with").isEmpty();
  }

  @Test
  void whoMarksTheAccessMeansToDoWithoutTheLock() throws IOException {
    String guarded = KETTLES + """
        int kettle_start(struct kettle *kettle, struct cup *cup)
        {
        	mutex_lock(&kettle->lock);
        	cup_warm(cup, kettle);
        	mutex_unlock(&kettle->lock);
        	return 0;
        }
        int kettle_serve(struct kettle *kettle, struct cup *cup)
        {
        	mutex_lock(&kettle->lock);
        	if (!kettle->heat) {
        		mutex_unlock(&kettle->lock);
        		return -EAGAIN;
        	}
        	cup_warm(cup, kettle);
        	mutex_unlock(&kettle->lock);
        	return 1;
        }
        """;
    String bare = guarded.replace("\tmutex_lock(&kettle->lock);\n\tif (!kettle->heat) {\n\t\tmutex_unlock(&kettle->lock);\n\t\treturn -EAGAIN;\n\t}\n", "\tif (!kettle->heat)\n\t\treturn -EAGAIN;\n")
        .replace("\tmutex_unlock(&kettle->lock);\n\treturn 1;", "\treturn 1;");
    String marked = bare.replace("!kettle->heat)", "!READ_ONCE(kettle->heat))");
    String untested = bare.replace("\tif (!kettle->heat)\n\t\treturn -EAGAIN;\n", "");
    assertThat(asked("unguarded-access", guarded, untested)).containsExactly("kettle_serve unguarded-access exposed");
    assertThat(asked("unguarded-access", guarded, bare)).containsExactly("kettle_serve unguarded-access read");
    assertThat(asked("unguarded-access", guarded, marked)).isEmpty();
    String store = "\tkettle->heat = 20;\n\tmutex_unlock(&kettle->lock);\n\treturn 1;";
    assertThat(asked("unguarded-access", guarded.replace("\tmutex_unlock(&kettle->lock);\n\treturn 1;", store), marked.replace("\treturn 1;", "\tkettle->heat = 20;\n\treturn 1;")))
        .as("a mark on the test excuses no store").isNotEmpty();
  }

  @Test
  void aStoreUnderALockThatOthersMayShareNow() throws IOException {
    String alone = """
        struct shelf { struct rw_semaphore sem; int full; };
        int shelf_full(struct shelf *shelf)
        {
        	int full;

        	down_read(&shelf->sem);
        	full = shelf->full;
        	up_read(&shelf->sem);
        	return full;
        }
        void shelf_fill(struct shelf *shelf)
        {
        	down_write(&shelf->sem);
        	shelf->full++;
        	up_write(&shelf->sem);
        }
        """;
    String together = alone.replace("_write(", "_read(");
    assertThat(asked("wrong-mode", alone, together)).containsExactly("shelf_fill wrong-mode shared");
    assertThat(asked("wrong-mode", together, alone)).isEmpty();
  }

  @Test
  void aTestThatStandsBeforeTheLockNow() throws IOException {
    String under = KETTLES + """
        void kettle_cool(struct kettle *kettle)
        {
        	mutex_lock(&kettle->lock);
        	kettle->heat = 20;
        	mutex_unlock(&kettle->lock);
        }
        int kettle_warm(struct kettle *kettle)
        {
        	mutex_lock(&kettle->lock);
        	if (kettle->heat > 90) {
        		mutex_unlock(&kettle->lock);
        		return -EBUSY;
        	}
        	kettle->heat = 90;
        	mutex_unlock(&kettle->lock);
        	return 0;
        }
        """;
    String before = under.replace("\tmutex_lock(&kettle->lock);\n\tif (kettle->heat > 90) {\n\t\tmutex_unlock(&kettle->lock);\n\t\treturn -EBUSY;\n\t}\n",
        "\tif (kettle->heat > 90)\n\t\treturn -EBUSY;\n\tmutex_lock(&kettle->lock);\n");
    assertThat(before).isNotEqualTo(under);
    assertThat(asked("unguarded-access", under, before)).hasSize(1).first().asString().startsWith("kettle_warm unguarded-access");
    assertThat(asked("unguarded-access", before, under)).isEmpty();
  }

  @Test
  void aReadSideSectionRoundALookup() throws IOException {
    String guarded = """
        struct tray { struct kettle __rcu *kettle; };
        int tray_heat(struct tray *tray)
        {
        	struct kettle *kettle;
        	int heat = 0;

        	rcu_read_lock();
        	kettle = rcu_dereference(tray->kettle);
        	if (kettle)
        		heat = kettle->heat;
        	rcu_read_unlock();
        	return heat;
        }
        """;
    String bare = guarded.replace("\trcu_read_lock();\n", "").replace("\trcu_read_unlock();\n", "");
    assertThat(asked("rcu-misuse", guarded, bare)).hasSize(1);
    assertThat(asked("rcu-misuse", bare, guarded)).isEmpty();
  }

  /** Function, check and kind of what the second text brings that the first has not, the doubtful left out. */
  @Test
  void softirqsThatWereOffWhileOthersStillTurnThemOff() throws IOException {
    String shelf = """
        struct tank { spinlock_t lock; int level; };
        void tank_fill(struct tank *tank)
        {
        	spin_lock_bh(&tank->lock);
        	tank->level++;
        	spin_unlock_bh(&tank->lock);
        }
        void tank_empty(struct tank *tank)
        {
        	spin_lock_bh(&tank->lock);
        	tank->level = 0;
        	spin_unlock_bh(&tank->lock);
        }
        """;
    int second = shelf.indexOf("void tank_empty");
    String plain = shelf.substring(0, second) + shelf.substring(second).replace("_bh(", "(");
    assertThat(asked("irq-unsafe", shelf, plain)).containsExactly("tank_empty irq-unsafe softirq");
    assertThat(asked("irq-unsafe", plain, shelf)).as("the fix").isEmpty();
    assertThat(asked("irq-unsafe", shelf, shelf.replace("_bh(", "("))).as("nobody does any more").isEmpty();
    String careless = "void tank_look(struct tank *tank)\n{\n\tspin_lock(&tank->lock);\n\ttank_show(tank->level);\n\tspin_unlock(&tank->lock);\n}\n";
    assertThat(asked("irq-unsafe", shelf + careless, plain + careless)).as("another one never did").isEmpty();
    String caller = "void tank_drain(struct tank *tank)\n{\n\tlocal_bh_disable();\n\ttank_empty(tank);\n\tlocal_bh_enable();\n}\n";
    assertThat(asked("irq-unsafe", shelf + caller, plain + caller)).as("the caller turns them off").isEmpty();
  }

  @Test
  void whatWasLookedUpIsUsedBehindItsSectionNow() throws IOException {
    String inside = """
        void pump_rate(struct pump *pump, int id)
        {
        	struct valve *valve;

        	rcu_read_lock();
        	valve = pump_search(pump, id);
        	if (!valve) {
        		rcu_read_unlock();
        		return;
        	}
        	pump->rate = valve->rate;
        	rcu_read_unlock();
        	pump_apply(pump);
        }
        """;
    String behind = inside.replace("\tpump->rate = valve->rate;\n\trcu_read_unlock();\n", "\trcu_read_unlock();\n\tpump->rate = valve->rate;\n");
    assertThat(asked("rcu-misuse", inside, behind)).containsExactly("pump_rate rcu-misuse after");
    assertThat(asked("rcu-misuse", behind, inside)).isEmpty();
    String kept = behind.replace("\trcu_read_unlock();\n\tpump->rate", "\tvalve_get(valve);\n\trcu_read_unlock();\n\tpump->rate");
    assertThat(asked("rcu-misuse", inside, kept)).as("a reference is taken").isEmpty();
  }

  private static List<String> asked(String check, String before, String after) throws IOException {
    Checks checks = Checks.of(ExamplesTest.rules(), Set.of(check));
    SourceText then = SourceText.of("pump.c", before);
    SourceText now = SourceText.of("pump.c", after);
    List<String> known = new ArrayList<>();
    for (Finding finding : checks.findings(then, keeper.text.Files.of("example", List.of(then)))) known.add(words(finding));
    List<Finding> fresh = new ArrayList<>();
    for (Finding finding : checks.findings(now, keeper.text.Files.of("example", List.of(now)))) if (!known.contains(words(finding))) fresh.add(finding);
    List<String> asked = new ArrayList<>();
    for (Finding finding : checks.weigh(fresh, then, keeper.text.Files.of("example", List.of(then)), now, keeper.text.Files.of("example", List.of(now))))
      if (finding.confidence() != Confidence.POSSIBLE) asked.add(words(finding));
    return asked;
  }

  private static String words(Finding finding) {
    return finding.function() + " " + finding.check() + " " + finding.kind();
  }
}
