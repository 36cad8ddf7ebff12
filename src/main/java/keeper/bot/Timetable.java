// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import java.util.TimeZone;
import java.util.function.Consumer;
import org.quartz.CronScheduleBuilder;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/**
 * When rounds are walked: each list at its own times, one round at a time. A round that was missed is the next one.
 */
public final class Timetable implements AutoCloseable {
  private static final String WALK = "walk";
  private static final String LIST = "list";
  private static final String TREES = "trees"; // no list's address is one word

  private final Scheduler scheduler;

  private Timetable(Scheduler scheduler) {
    this.scheduler = scheduler;
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
      Object oneAtATime = new Object();
      for (Settings.ListSource list : settings.lists()) {
        JobDetail job = JobBuilder.newJob(Walk.class).withIdentity(list.list()).build();
        Consumer<Settings.ListSource> alone = source -> {
          synchronized (oneAtATime) {
            walk.accept(source);
          }
        };
        job.getJobDataMap().put(WALK, alone);
        job.getJobDataMap().put(LIST, list);
        scheduler.scheduleJob(job, TriggerBuilder.newTrigger()
            .withIdentity(list.list())
            .withSchedule(CronScheduleBuilder.cronSchedule(list.cron()).inTimeZone(TimeZone.getTimeZone("UTC")).withMisfireHandlingInstructionFireAndProceed())
            .build());
      }
      if (!settings.treesCron().isEmpty()) {
        JobDetail job = JobBuilder.newJob(Walk.class).withIdentity(TREES).build();
        Consumer<Settings.ListSource> alone = nothing -> {
          synchronized (oneAtATime) {
            trees.run();
          }
        };
        job.getJobDataMap().put(WALK, alone);
        scheduler.scheduleJob(job, TriggerBuilder.newTrigger()
            .withIdentity(TREES)
            .withSchedule(CronScheduleBuilder.cronSchedule(settings.treesCron()).inTimeZone(TimeZone.getTimeZone("UTC")).withMisfireHandlingInstructionFireAndProceed())
            .build());
      }
      scheduler.start();
      return new Timetable(scheduler);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the timetable cannot be made: " + e.getMessage(), e);
    }
  }

  /** When a list is read next. */
  public Instant next(String list) {
    try {
      Date next = scheduler.getTrigger(org.quartz.TriggerKey.triggerKey(list)).getNextFireTime();
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
