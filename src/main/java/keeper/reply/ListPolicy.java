// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.List;
import keeper.series.Filter;

/**
 * What a mailing list allows.
 *
 * @param list its address
 * @param channel how far findings travel
 * @param positive to whom a letter without findings goes
 * @param embargoHours how long findings wait after the patch
 * @param maxRecipients how many mailboxes one letter may have
 * @param dailyMailBudget how many letters a day
 * @param seriesMaxMails how many letters for one version of a series
 * @param follows it gets a copy of everything, and what the other lists say holds: linux-kernel
 * @param cc mailboxes that get every letter
 * @param ignoredEmails mailboxes whose patches are not reviewed and who get no letter; {@code *} stands for any characters
 * @param bots mailboxes of programs; {@code *} stands for any characters
 * @param subjectPrefixes how subjects begin that this list owns
 * @param skipProjects in brackets in the subject: not the kernel
 * @param quiet ids of checks and rules that are not mailed
 */
public record ListPolicy(
    String list,
    Channel channel,
    Positive positive,
    int embargoHours,
    int maxRecipients,
    int dailyMailBudget,
    int seriesMaxMails,
    boolean follows,
    List<String> cc,
    List<String> ignoredEmails,
    List<String> bots,
    List<String> subjectPrefixes,
    List<String> skipProjects,
    List<String> quiet) {
  /** Who hears that nothing was found. */
  public enum Positive {
    NONE,
    AUTHOR,
    ALL;

    /** As people type it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public ListPolicy {
    cc = List.copyOf(cc);
    ignoredEmails = List.copyOf(ignoredEmails);
    bots = List.copyOf(bots);
    subjectPrefixes = List.copyOf(subjectPrefixes);
    skipProjects = List.copyOf(skipProjects);
    quiet = List.copyOf(quiet);
  }

  /** What holds where nobody said anything: nothing is mailed. */
  public static ListPolicy usual(String list) {
    return new ListPolicy(list, Channel.WEB, Positive.NONE, 0, 20, 10, 5, false, List.of(), List.of(),
        List.of("lkp@intel.com", "sashiko-bot@kernel.org", "syzbot*@syzkaller.appspotmail.com", "syzbot@kernel.org",
            "patchwork-bot+*@kernel.org", "tip-bot2@linutronix.de", "bot@kernelci.org"),
        List.of(), List.of(), List.of());
  }

  /** Whose patches are looked at, whatever they touch. */
  public Filter filter() {
    List<String> projects = new ArrayList<>(Filter.KNOWN_PROJECTS);
    projects.addAll(skipProjects);
    return new Filter(List.of(), projects, bots, ignoredEmails);
  }

  /** With another channel, for tries. */
  public ListPolicy with(Channel other) {
    return new ListPolicy(list, other, positive, embargoHours, maxRecipients, dailyMailBudget, seriesMaxMails, follows, cc,
        ignoredEmails, bots, subjectPrefixes, skipProjects, quiet);
  }
}
