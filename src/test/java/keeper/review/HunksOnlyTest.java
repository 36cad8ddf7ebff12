// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.patch.Patch;
import keeper.rule.Rules;
import keeper.text.SourceText;
import org.junit.jupiter.api.Test;

/** A patch of which there is nothing but its hunks: what they show is decided, on the rest we are silent. */
class HunksOnlyTest {
  @Test
  void aLockThatIsReleasedBelowWasTakenAbove() throws IOException {
    String hunk = """
        @@ -100,6 +100,8 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
         	pump->old = rate;
        +	if (rate > 4)
        +		return -EINVAL;
         	pump_start(pump);
         	mutex_unlock(&pump->lock);
         	return 0;
         }
        """;
    assertThat(said(hunk)).containsExactly("103 missing-unlock pump_set pump->lock");
    assertThat(said(backwards(hunk))).isEmpty();
    assertThat(said(hunk.replace("+\t\treturn -EINVAL;", "+\t\tpump->rate = 4;"))).as("it does not leave").isEmpty();
    assertThat(said(hunk.replace(" \tmutex_unlock(&pump->lock);", " \tpump_stop(pump);"))).as("nothing says that a lock is held").isEmpty();
    assertThat(said(hunk.replace(" \tmutex_unlock(&pump->lock);", "+\tmutex_unlock(&pump->lock);"))).as("the release is new itself").isEmpty();
  }

  @Test
  void whoReleasesASpinlockBelowMustNotSleepAbove() throws IOException {
    String hunk = """
        @@ -100,5 +100,6 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
         	pump->old = rate;
        +	msleep(10);
         	pump_start(pump);
         	spin_unlock(&pump->lock);
         	return 0;
        """;
    assertThat(said(hunk)).containsExactly("102 sleep-in-atomic pump_set pump->lock");
    assertThat(said(backwards(hunk))).isEmpty();
    assertThat(said(hunk.replace("spin_unlock", "mutex_unlock"))).isEmpty();
  }

  @Test
  void aReleaseUnderAConditionSaysNothingOfTheOtherWay() throws IOException {
    assertThat(said("""
        @@ -100,6 +100,7 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
         	pump->old = rate;
        +	msleep(10);
         	if (pump->locked)
         		spin_unlock(&pump->lock);
         	pump_start(pump);
         	return 0;
        """)).isEmpty();
    assertThat(said("""
        @@ -100,5 +100,6 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
        +	msleep(10);
         	if (rate)
        @@ -120,3 +121,3 @@ static int pump_set(struct pump *pump, int rate)
         	pump_start(pump);
        -	a = 1;
        +	a = 2;
         	spin_unlock(&pump->lock);
        """)).as("the lock may be taken in what is not shown").isEmpty();
  }

  @Test
  void aNewWayOutThatFailsWithTheLockJustTaken() throws IOException {
    String hunk = """
        @@ -100,6 +100,9 @@ static int pump_set(struct pump *pump, int rate)
         	struct valve *valve;

         	mutex_lock(&pump->lock);
        +	if (rate > 4)
        +		return -EINVAL;
        +
         	pump->rate = rate;
         	pump->old = rate;
         	pump_start(pump);
        """;
    assertThat(said(hunk)).containsExactly("104 missing-unlock pump_set pump->lock");
    assertThat(said(backwards(hunk))).isEmpty();
    assertThat(said(hunk.replace("+\t\treturn -EINVAL;", "+\t\tgoto out_unlock;"))).isEmpty();
  }

  @Test
  void aReturnWhoseConditionIsNotShownDoesNotEndTheFunction() throws IOException {
    assertThat(said("""
        @@ -100,5 +100,6 @@ static int pump_set(struct pump *pump, int rate)
         		return -ENODEV;

         	spin_lock(&pump->lock);
        +	msleep(1);
         	pump->rate = rate;
         	spin_unlock(&pump->lock);
        """)).containsExactly("103 sleep-in-atomic pump_set pump->lock");
  }

  @Test
  void aFunctionWithoutANameIsReadToo() throws IOException {
    assertThat(said("""
        @@ -100,5 +100,6 @@
         	pump->rate = rate;
         	spin_lock(&pump->lock);
        +	msleep(1);
         	pump->rate = rate;
         	spin_unlock(&pump->lock);
         	return 0;
        """)).containsExactly("102 sleep-in-atomic function_of_hunk_1 pump->lock");
    assertThat(said("""
        @@ -10,4 +10,5 @@
         	struct mutex lock;
         	int rate;
        +	int old;
         	int state;
         	spinlock_t spin;
        """)).as("members of a struct").isEmpty();
  }

  @Test
  void whatStandsInTheHunkItselfNeedsNoMore() throws IOException {
    assertThat(said("""
        @@ -100,5 +100,5 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
        -	if (!mutex_trylock(&pump->lock))
        +	if (mutex_trylock(&pump->lock))
         		return -EBUSY;
         	pump_start(pump);
         	pump->old = 1;
        """)).containsExactly("101 cond-lock-misuse pump_set pump->lock");
    assertThat(said("""
        @@ -100,5 +100,6 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
         	mutex_unlock(&pump->lock);
        +	mutex_unlock(&pump->lock);
         	pump_start(pump);
         	pump->old = 1;
         	pump->old = 2;
        """)).containsExactly("102 unlock-not-held pump_set pump->lock");
    assertThat(said("""
        @@ -100,5 +100,5 @@ static int pump_set(struct pump *pump, int rate)
         	pump->rate = rate;
        -	mutex_lock(&pump->lock);
        +	guard(mutex)(&pump->lock);
         	pump_start(pump);
         	mutex_unlock(&pump->lock);
         	pump->old = 1;
        """)).containsExactly("103 guard-misuse pump_set pump->lock");
  }

  @Test
  void whatAnUnseenBlockReleasesIsHeldInThatBlockOnly() throws IOException {
    String hunk = """
        @@ -100,7 +100,8 @@ static int pump_set(struct pump *pump, struct tank *tank, int rate)
         		tank->rate = rate;
         		spin_unlock(&tank->lock);
         		return 1;
         	}
        +	msleep(10);
         	pump_start(pump);
         	pump->old = rate;
         	pump_check(pump);
        """;
    assertThat(said(hunk)).isEmpty();
    assertThat(said(hunk.replace("+\tmsleep(10);", "+\tif (rate > 4)\n+\t\treturn -EINVAL;").replace("+100,8", "+100,9"))).as("this way out never took it").isEmpty();
    assertThat(said(hunk.replace(" \t}\n+\tmsleep(10);", "-\t}\n+\t} else if (rate > 4)\n+\t\treturn -EINVAL;").replace("+100,8", "+100,8"))).isEmpty();
    assertThat(said(hunk.replace("+\tmsleep(10);\n", "").replace(" \t\tspin_unlock", "+\t\tmsleep(10);\n \t\tspin_unlock"))).as("in the block it is held").containsExactly("101 sleep-in-atomic pump_set tank->lock");
  }

  @Test
  void anObjectThatIsReturnedLockedIsNoErrorCode() throws IOException {
    String hunk = """
        @@ -100,3 +100,20 @@
         int pump_count;

        +struct tank *pump_find_tank(struct pump *pump, int rate, spinlock_t **lockp)
        +{
        +	struct tank *tank = pump_tank(pump, lockp);
        +
        +	if (!tank)
        +		return NULL;
        +	if (spin_trylock(*lockp)) {
        +		if (tank->rate != rate) {
        +			spin_unlock(*lockp);
        +			return NULL;
        +		}
        +		return tank;
        +	}
        +	return NULL;
        +}
        +
         int pump_rate;
        """;
    hunk = hunk.replace("+100,20", "+100,19");
    assertThat(said(hunk)).isEmpty();
    assertThat(said(hunk.replace("spinlock_t **lockp", "int *lockp").replace("*lockp)", "&pump->lock)").replace(", int &pump->lock)", ")").replace("return tank;", "return ERR_PTR(-EIO);"))).as("and failing with it held is a mistake")
        .isNotEmpty();
  }

  @Test
  void aStoreIsAskedAboutWhereTheFunctionShowsSomethingOfItsLocks() throws IOException {
    String store = """
        @@ -100,5 +100,6 @@ static void pump_set(struct pump *pump, int rate)
         	pump->old = rate;
         	pump_check(pump);
        +	pump->rate = rate;
         	pump_start(pump);
         	mutex_unlock(&pump_list_lock);
         	pump_tell(pump);
        """;
    assertThat(ruled(store)).as("it takes and releases locks, and not this one").containsExactly("102 unguarded-access pump_set pump->lock");
    assertThat(ruled(store.replace("mutex_unlock(&pump_list_lock)", "pump_wake(pump)"))).as("a helper whose callers are not shown").isEmpty();
    assertThat(ruled(store.replace("pump->rate = rate;", "pump_show(pump->rate);"))).as("a read").isEmpty();
    String release = store.replace("static void pump_set(struct pump *pump, int rate)", "static int pump_release(struct inode *inode, struct file *file)").replace("mutex_unlock(&pump_list_lock)", "pump_wake(pump)");
    assertThat(ruled(release)).as("it may be released below").isEmpty();
    assertThat(ruled(release.replace("pump_tell(pump)", "return 0"))).as("nobody above holds it, and nothing releases it").containsExactly("102 unguarded-access pump_release pump->lock");
  }

  @Test
  void aMemberOfTwoStructsIsThatOfTheOneWithTheObjectsName() throws IOException {
    String hunk = """
        @@ -100,5 +100,6 @@ static void pump_set(void *data, int rate)
         	pump_check(data);
         	pump_wait(data);
        +	tank->level = rate;
         	pump_start(data);
         	mutex_unlock(&pump_list_lock);
         	pump_tell(data);
        """;
    assertThat(ruled(hunk)).containsExactly("102 unguarded-access pump_set tank->lock");
    assertThat(ruled(hunk.replace("tank->level", "pipe->level"))).containsExactly("102 unguarded-access pump_set pipe->gate");
    assertThat(ruled(hunk.replace("tank->level", "it->level"))).as("whose it is cannot be told").isEmpty();
  }

  @Test
  void aLockThatMovedToTheCallerInAnotherFileIsNotGone() throws IOException {
    String callee = """
        @@ -100,9 +100,7 @@ void pump_set(struct pump *pump, int rate)
         	int old;

         	pump_check(pump);
        -	mutex_lock(&pump->lock);
         	pump->rate = rate;
        -	mutex_unlock(&pump->lock);
         	pump_start(pump);
         	pump->old = rate;
         }
        """;
    String caller = """
        diff --git a/drivers/station.c b/drivers/station.c
        --- a/drivers/station.c
        +++ b/drivers/station.c
        @@ -20,3 +20,5 @@ void station_set(struct pump *pump, int rate)
         	station_check(pump);
        +	mutex_lock(&pump->lock);
         	pump_set(pump, rate);
        +	mutex_unlock(&pump->lock);
         	station_tell(pump);
        """;
    assertThat(ruled(callee)).containsExactly("103 unguarded-access pump_set pump->lock");
    assertThat(ruled(callee + caller)).isEmpty();
  }

  @Test
  void aFunctionThatMovesToAnotherFileIsNotNew() throws IOException {
    String function = """
        -void pump_stop(struct pump *pump)
        -{
        -	pump->rate = 0;
        -	mutex_lock(&pump_list_lock);
        -	pump_count--;
        -	mutex_unlock(&pump_list_lock);
        -}
        """;
    String from = "@@ -100,9 +100,2 @@\n int pump_count;\n" + function + " int pump_rate;\n";
    String to = "@@ -10,2 +10,9 @@\n int station_count;\n" + function.replaceAll("(?m)^-", "+") + " int station_rate;\n";
    String file = "diff --git a/drivers/station.c b/drivers/station.c\n--- a/drivers/station.c\n+++ b/drivers/station.c\n";
    assertThat(ruled(to)).containsExactly("13 unguarded-access pump_stop pump->lock");
    assertThat(ruled(from + file + to)).isEmpty();
  }

  private static String backwards(String hunks) {
    StringBuilder back = new StringBuilder();
    for (String line : hunks.split("\n")) {
      if (line.startsWith("@@")) line = line.replaceFirst("@@ -(\\S+) \\+(\\S+) @@", "@@ -$2 +$1 @@");
      else if (line.startsWith("+")) line = "-" + line.substring(1);
      else if (line.startsWith("-")) line = "+" + line.substring(1);
      back.append(line).append('\n');
    }
    return back.toString();
  }

  private static final String RULES = """
      /** A pump's rate, and the levels of tanks and pipes. */
      @Paths("drivers/")
      class pump {
        @GuardedBy(lock)
        int rate;
      }

      class pump_tank {
        @GuardedBy(lock)
        int level;
      }

      class pump_pipe {
        @GuardedBy(gate)
        int level;
      }
      """;

  private static List<String> said(String hunks) throws IOException {
    return said(hunks, DriftBench.rules());
  }

  private static List<String> ruled(String hunks) throws IOException {
    return said(hunks, DriftBench.rules(SourceText.of("test/pump.rule", RULES)));
  }

  private static List<String> said(String hunks, Rules rules) throws IOException {
    Patch patch = Patch.parse("diff --git a/drivers/pump.c b/drivers/pump.c\n--- a/drivers/pump.c\n+++ b/drivers/pump.c\n" + hunks.replace("\n\n", "\n \n"), "", "");
    return new Reviewer(Checks.of(rules, Set.of()), Confidence.LIKELY).review(patch, new Base.HunksOnly(List.of())).introduced().stream().map(Raised::finding)
        .map(finding -> finding.at().line() + " " + finding.check() + " " + finding.function() + " " + finding.lock()).toList();
  }
}
