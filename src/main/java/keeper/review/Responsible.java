// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import keeper.mail.Address;

/**
 * Who looks after some files.
 *
 * @param sections of MAINTAINERS, the most precise first; the one that has everything ("THE REST") last but for keywords
 */
public record Responsible(List<Section> sections) {
  /** The status of the section of everything: its maintainer is nobody's in particular. */
  private static final String CHIEF = "buried alive in reporters";

  public Responsible {
    sections = List.copyOf(sections);
  }

  /**
   * One section.
   *
   * @param name its first line: {@code VFIO DRIVER}
   * @param line of its name, from 1
   * @param status as written: {@code Supported}, {@code Maintained}, {@code Odd Fixes}, {@code Orphan}, {@code Obsolete}; may be empty
   */
  public record Section(
      String name, int line, String status, List<Address> maintainers, List<Address> reviewers, List<MailingList> lists, List<Scm> trees) {
    public Section {
      maintainers = List.copyOf(maintainers);
      reviewers = List.copyOf(reviewers);
      lists = List.copyOf(lists);
      trees = List.copyOf(trees);
    }

    /** Whether it is the section that has every file. */
    public boolean isTheRest() {
      return status.toLowerCase(Locale.ROOT).equals(CHIEF);
    }
  }

  /**
   * A list.
   *
   * @param address as written
   * @param note what stands behind it in brackets, {@code moderated for non-subscribers}; may be empty
   */
  public record MailingList(String address, String note) {
    static Optional<MailingList> of(String value) {
      String[] words = value.split("\\s+", 2);
      if (words[0].indexOf('@') <= 0) return Optional.empty();
      String note = words.length < 2 ? "" : words[1].strip();
      return Optional.of(new MailingList(words[0], note.startsWith("(") && note.endsWith(")") ? note.substring(1, note.length() - 1) : note));
    }

    /** Mails of others do not get through. */
    public boolean isSubscribersOnly() {
      return note.contains("subscribers-only");
    }
  }

  /**
   * Where a subsystem's work is gathered.
   *
   * @param kind {@code git}, {@code quilt}, {@code hg} …
   * @param url as written
   * @param branch empty: the default one
   */
  public record Scm(String kind, String url, String branch) {
    static Optional<Scm> of(String value) {
      String[] words = value.split("\\s+");
      if (words[0].contains("://")) return Optional.of(new Scm("git", words[0], words.length > 1 ? words[1] : ""));
      if (words.length < 2 || !words[1].contains(":/")) return Optional.empty();
      return Optional.of(new Scm(words[0], words[1], words.length > 2 ? words[2] : ""));
    }

    /** Host and path, which is what stays the same over the ways to reach a server; kernel.org's servers are one. */
    public static String place(String url) {
      String rest = url.substring(url.indexOf("://") < 0 ? 0 : url.indexOf("://") + 3).toLowerCase(Locale.ROOT);
      rest = rest.substring(rest.indexOf('@') + 1);
      while (rest.endsWith("/")) rest = rest.substring(0, rest.length() - 1);
      if (rest.endsWith(".git")) rest = rest.substring(0, rest.length() - 4);
      int slash = rest.indexOf('/');
      if (slash < 0) return rest;
      String host = rest.substring(0, slash);
      boolean kernel = host.endsWith(".kernel.org") || host.equals("kernel.googlesource.com");
      return (kernel ? "kernel.org" : host) + rest.substring(slash);
    }

    /** Whether both mean the same repository, whatever the protocol. */
    public boolean isAt(String other) {
      return !other.isEmpty() && place(url).equals(place(other));
    }
  }

  /** M: of all sections, each mailbox once; the chief of everything is left out. */
  public List<Address> maintainers() {
    return people(Section::maintainers, Set.of());
  }

  /** R: of all sections, without those who are maintainers. */
  public List<Address> reviewers() {
    Set<String> above = new HashSet<>();
    for (Address maintainer : maintainers()) above.add(maintainer.mailbox().toLowerCase(Locale.ROOT));
    return people(Section::reviewers, above);
  }

  private List<Address> people(Function<Section, List<Address>> field, Set<String> without) {
    Set<String> seen = new HashSet<>(without);
    List<Address> people = new ArrayList<>();
    for (Section section : sections) {
      if (section.isTheRest()) continue;
      for (Address one : field.apply(section)) if (seen.add(one.mailbox().toLowerCase(Locale.ROOT))) people.add(one);
    }
    return people;
  }

  /** L: of all sections, each address once, also of those that only take subscribers. */
  public List<MailingList> lists() {
    Set<String> seen = new HashSet<>();
    List<MailingList> lists = new ArrayList<>();
    for (Section section : sections)
      for (MailingList list : section.lists()) if (seen.add(list.address().toLowerCase(Locale.ROOT))) lists.add(list);
    return lists;
  }

  /** T: of all sections. */
  public List<Scm> trees() {
    Set<Scm> trees = new LinkedHashSet<>();
    for (Section section : sections) trees.addAll(section.trees());
    return List.copyOf(trees);
  }

  /** M: and R: of these files, in lower case. */
  public Set<String> mailboxes() {
    Set<String> mailboxes = new LinkedHashSet<>();
    for (Address one : maintainers()) mailboxes.add(one.mailbox().toLowerCase(Locale.ROOT));
    for (Address one : reviewers()) mailboxes.add(one.mailbox().toLowerCase(Locale.ROOT));
    return mailboxes;
  }

  /** Whether a mailbox is an M: or R: of these files, without regard to case. */
  public boolean has(String mailbox) {
    return mailboxes().contains(mailbox.toLowerCase(Locale.ROOT));
  }

  /** Whether a mailbox is an M: of a section that sends its patches to that list. */
  public boolean maintains(String mailbox, String list) {
    for (Section section : sections)
      if (!section.isTheRest() && section.lists().stream().anyMatch(one -> one.address().equalsIgnoreCase(list))
          && section.maintainers().stream().anyMatch(one -> one.mailbox().equalsIgnoreCase(mailbox))) return true;
    return false;
  }
}
