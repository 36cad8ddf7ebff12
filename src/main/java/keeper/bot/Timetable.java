// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Consumer;
import org.quartz.CronScheduleBuilder;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;

/**
 * When rounds are walked: each list at its own times, one round at a time. A round that was missed is the next one.
 */
public final class Timetable implements AutoCloseable {
  private static final String WALK = "walk";
  private static final String LIST = "list";
  private static final String TREES = "trees"; // no list's address is one word

  private final Scheduler scheduler;
  private final Consumer<Settings.ListSource> walk;
  private final Consumer<Settings.ListSource> trees;
  private final Map<String, String> crons = new HashMap<>(); // what is scheduled

  private Timetable(Scheduler scheduler, Consumer<Settings.ListSource> walk, Runnable trees) {
    this.scheduler = scheduler;
    Object oneAtATime = new Object();
    this.walk = alone(oneAtATime, walk);
    this.trees = alone(oneAtATime, nothing -> trees.run());
  }

  private static Consumer<Settings.ListSource> alone(Object oneAtATime, Consumer<Settings.ListSource> work) {
    return source -> {
      synchronized (oneAtATime) {
        work.accept(source);
      }
    };
  }

  /**
   * Starts it.
   *
   * @param walk walks one list's round; what it throws is its own trouble, the next round comes
   */
  public static Timetable start(Settings settings, Consumer<Settings.ListSource> walk) {
    return start(settings, walk, () -> {});
  }

  /**
   * Starts it.
   *
   * @param walk walks one list's round; what it throws is its own trouble, the next round comes
   * @param trees fetches the trees, at their own times and never during a round
   */
  public static Timetable start(Settings settings, Consumer<Settings.ListSource> walk, Runnable trees) {
    try {
      StdSchedulerFactory factory = new StdSchedulerFactory();
      factory.initialize(properties());
      Scheduler scheduler = factory.getScheduler();
      Timetable timetable = new Timetable(scheduler, walk, trees);
      timetable.follow(settings);
      scheduler.start();
      return timetable;
    } catch (SchedulerException e) {
      throw new IllegalStateException("the timetable cannot be made: " + e.getMessage(), e);
    }
  }

  /** Takes up other lists and other times; a round that is under way goes on. */
  public void follow(Settings settings) {
    Map<String, String> wanted = new HashMap<>();
    for (Settings.ListSource list : settings.lists()) wanted.put(list.list(), list.cron());
    if (!settings.treesCron().isEmpty()) wanted.put(TREES, settings.treesCron());
    try {
      for (String gone : Set.copyOf(crons.keySet()))
        if (!crons.get(gone).equals(wanted.get(gone))) {
          scheduler.deleteJob(JobKey.jobKey(gone));
          crons.remove(gone);
        }
      for (Settings.ListSource list : settings.lists()) schedule(list.list(), list.cron(), walk, list);
      if (!settings.treesCron().isEmpty()) schedule(TREES, settings.treesCron(), trees, null);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the timetable cannot be made: " + e.getMessage(), e);
    }
  }

  private void schedule(String name, String cron, Consumer<Settings.ListSource> work, Settings.ListSource list) throws SchedulerException {
    if (crons.putIfAbsent(name, cron) != null) return;
    JobDetail job = JobBuilder.newJob(Walk.class).withIdentity(name).build();
    job.getJobDataMap().put(WALK, work);
    job.getJobDataMap().put(LIST, list);
    scheduler.scheduleJob(job, TriggerBuilder.newTrigger()
        .withIdentity(name)
        .withSchedule(CronScheduleBuilder.cronSchedule(cron).inTimeZone(TimeZone.getTimeZone("UTC")).withMisfireHandlingInstructionFireAndProceed())
        .build());
  }

  /** When a list is read next; {@code Instant.MAX}: never. */
  public Instant next(String list) {
    try {
      Trigger trigger = scheduler.getTrigger(TriggerKey.triggerKey(list));
      Date next = trigger == null ? null : trigger.getNextFireTime();
      return next == null ? Instant.MAX : next.toInstant();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the timetable is closed", e);
    }
  }

  /** Waits for the round that is going on. */
  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the timetable does not end: " + e.getMessage(), e);
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "lockkeeper");
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "2");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    return properties;
  }

  /** Quartz makes it, and gives it what it needs. */
  @DisallowConcurrentExecution
  public static final class Walk implements Job {
    @Override
    @SuppressWarnings("unchecked")
    public void execute(JobExecutionContext context) {
      Consumer<Settings.ListSource> walk = (Consumer<Settings.ListSource>) context.getMergedJobDataMap().get(WALK);
      walk.accept((Settings.ListSource) context.getMergedJobDataMap().get(LIST));
    }
  }
}
