// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.mail.MessageId;

/**
 * Which mails are one sending of a series. Mails come in any order, one at a time; what an earlier mail was taken for may change when
 * a later one explains it, and the answer says so. Two different mails never share a slot, parts of different version or total never
 * a posting. Holds names and subjects, no bodies, of as many mails as the caller allows.
 *
 * <p>Not safe for several threads; made anew from what a store remembers.
 */
public final class Postings {
  /** Parts that were sent without threading follow the first one within this time. */
  static final Duration UNTHREADED = Duration.ofMinutes(20);

  private static final int RECENT_PER_SENDER = 40;

  private final int limit;
  private final Map<MessageId, Open> byMail = new LinkedHashMap<>(); // in order of arrival; a reply stands with what it answers
  private final Map<String, Open> byKey = new HashMap<>();
  private final Map<MessageId, List<Open>> waiting = new HashMap<>(); // by the parent that has not come
  private final Map<MessageId, List<MessageId>> orphans = new HashMap<>(); // answers, by a parent that has not come
  private final Map<MessageId, MessageId> roots = new HashMap<>(); // of an answer to what has not come
  private final Map<String, List<Open>> bySender = new HashMap<>();
  private final Map<String, List<Open>> byChangeId = new HashMap<>();

  /** Remembers at most so many mails; the oldest arrivals are forgotten first. */
  public Postings(int limit) {
    this.limit = limit;
  }

  /**
   * What a mail did.
   *
   * @param key the posting that it belongs to or answers; for an answer to what has not come the root of its thread; empty without any
   * @param copy it was known: the same mail through another list
   * @param renamed postings that have another name from now on, this one or others: old name to new, which may be one that was there
   *     (two postings turned out to be one)
   * @param replaced the mail whose slot it takes ({@code v5.1 3/7} takes that of {@code v5 3/7})
   */
  public record Joined(Optional<String> key, boolean copy, Map<String, String> renamed, Optional<MessageId> replaced) {
    public Joined {
      renamed = Collections.unmodifiableMap(new TreeMap<>(renamed));
    }
  }

  /** Takes in one mail. */
  public Joined add(Post post) {
    Open known = find(post.id());
    if (known != null || byMail.containsKey(post.id())) return new Joined(key(known, post), true, Map.of(), Optional.empty());
    Map<String, String> renamed = new TreeMap<>();
    MessageId[] replaced = new MessageId[1];
    Open open = switch (post.kind()) {
      case COVER -> cover(post, renamed);
      case PATCH -> part(post, replaced, renamed);
      case REPLY, OTHER -> answered(post);
    };
    byMail.put(post.id(), open);
    if (open != null && (post.kind() == Kind.REPLY || post.kind() == Kind.OTHER)) open.remembered++;
    settle(post.id(), open, renamed);
    adopt(post.id(), open);
    forget();
    if (open == null) orphan(post);
    return new Joined(key(open, post), false, renamed, Optional.ofNullable(replaced[0]));
  }

  private static Optional<String> key(Open open, Post post) {
    if (open != null) return Optional.of(open.key);
    List<MessageId> parents = post.parents();
    return parents.isEmpty() ? Optional.empty() : Optional.of(parents.get(parents.size() - 1).id());
  }

  /** The posting of this name. */
  public Optional<Posting> posting(String key) {
    return Optional.ofNullable(byKey.get(key)).map(Open::posting);
  }

  /** The posting that a mail belongs to or answers. */
  public Optional<Posting> of(MessageId id) {
    return Optional.ofNullable(find(id)).map(Open::posting);
  }

  /** The name of the posting that a mail belongs to or answers; for an answer to what has not come the root of its thread. */
  public Optional<String> key(MessageId id) {
    Open open = find(id);
    return open != null ? Optional.of(open.key) : Optional.ofNullable(roots.get(id)).map(MessageId::id);
  }

  /** Every posting remembered, by name. */
  public List<Posting> all() {
    List<Posting> all = new ArrayList<>();
    for (String key : new java.util.TreeSet<>(byKey.keySet())) all.add(byKey.get(key).posting());
    return all;
  }

  /** How many mails are remembered. */
  public int size() {
    return byMail.size();
  }

  /**
   * A sending before another one, and how we know.
   *
   * @param posting the older one
   * @param reason "the same change-id", for people
   */
  public record Before(Posting posting, String reason) {}

  /**
   * The sending before: the same change-id and a lower version, else one of the same sender with the same title, with half of the
   * titles of its parts, or that this one was sent in reply to. A resend follows what has its own version.
   */
  public Optional<Before> previous(String key) {
    Open own = byKey.get(key);
    if (own == null) return Optional.empty();
    Open best = null;
    String reason = "";
    List<Open> candidates = new ArrayList<>(bySender.getOrDefault(own.sender, List.of()));
    if (own.changeId.isPresent()) candidates.addAll(byChangeId.getOrDefault(own.changeId.get(), List.of()));
    for (MessageId parent : own.parents) {
      Open answered = find(parent);
      if (answered != null) candidates.add(answered);
    }
    for (Open other : candidates) {
      if (!own.mayFollow(other)) continue;
      String why = own.follows(other, this);
      if (why.isEmpty()) continue;
      if (best == null || other.version > best.version || other.version == best.version && best.before(other)) {
        best = other;
        reason = why;
      }
    }
    return best == null ? Optional.empty() : Optional.of(new Before(best.posting(), reason));
  }

  /** Later sendings by the same person or with the same change-id: those whose {@link #previous} a newly come older one may be. */
  public List<Posting> later(String key) {
    Open own = byKey.get(key);
    if (own == null) return List.of();
    java.util.LinkedHashSet<Open> candidates = new java.util.LinkedHashSet<>(bySender.getOrDefault(own.sender, List.of()));
    if (own.changeId.isPresent()) candidates.addAll(byChangeId.getOrDefault(own.changeId.get(), List.of()));
    List<Posting> later = new ArrayList<>();
    for (Open other : candidates) if (other.mayFollow(own)) later.add(other.posting());
    return later;
  }

  // ---- taking in

  private Open cover(Post post, Map<String, String> renamed) {
    for (Open open : List.copyOf(waiting.getOrDefault(post.id(), List.of()))) {
      if (!open.fits(post) || open.cover != null) continue;
      open.stopWaiting(waiting);
      open.cover(post);
      rename(open, post.id().id(), renamed);
      index(open);
      return open;
    }
    Open open = unthreaded(post);
    if (open == null) return opened(post, post.id().id(), renamed);
    open.cover(post);
    rename(open, post.id().id(), renamed);
    index(open);
    return open;
  }

  private Open part(Post post, MessageId[] replaced, Map<String, String> renamed) {
    for (MessageId parent : post.parents()) {
      Open open = find(parent);
      if (open == null || !open.fits(post) || !open.hasRoom(post)) continue;
      replaced[0] = open.part(post);
      return open;
    }
    for (Open open : waiting.getOrDefault(post.id(), List.of())) { // the others answer this part
      if (!open.fits(post) || !open.hasRoom(post)) continue;
      replaced[0] = open.part(post);
      return open;
    }
    Optional<MessageId> parent = post.parents().isEmpty() ? Optional.empty() : Optional.of(post.parents().get(0));
    boolean unknown = parent.isPresent() && !byMail.containsKey(parent.get());
    if (!unknown) {
      Open open = unthreaded(post);
      if (open == null) return opened(post, post.id().id(), renamed);
      replaced[0] = open.part(post);
      return open;
    }
    for (Open open : waiting.getOrDefault(parent.get(), List.of())) {
      if (!open.fits(post) || !open.hasRoom(post)) continue;
      replaced[0] = open.part(post);
      return open;
    }
    // The parent has not come: most often it is the cover letter. A lone patch is named by itself.
    String key = post.numbered() && !byKey.containsKey(parent.get().id()) ? parent.get().id() : post.id().id();
    Open open = opened(post, key, renamed);
    open.waitingFor = parent.get();
    waiting.computeIfAbsent(parent.get(), id -> new ArrayList<>(1)).add(open);
    return open;
  }

  private Open answered(Post post) {
    for (MessageId parent : post.parents()) {
      Open open = find(parent);
      if (open != null) return open;
    }
    return null;
  }

  private void orphan(Post post) {
    List<MessageId> parents = post.parents();
    if (parents.isEmpty()) return;
    orphans.computeIfAbsent(parents.get(0), id -> new ArrayList<>(1)).add(post.id());
    MessageId root = parents.get(parents.size() - 1);
    roots.put(post.id(), root);
    if (!root.equals(parents.get(0))) orphans.computeIfAbsent(root, id -> new ArrayList<>(1)).add(post.id());
  }

  private void adopt(MessageId id, Open arrived) {
    List<MessageId> answers = orphans.remove(id);
    if (answers == null || arrived == null) return;
    for (MessageId answer : answers) {
      if (!byMail.containsKey(answer) || byMail.get(answer) != null) continue;
      byMail.put(answer, arrived);
      roots.remove(answer);
      arrived.remembered++;
      adopt(answer, arrived);
    }
  }

  private Open opened(Post post, String key, Map<String, String> renamed) {
    Open other = byKey.get(key); // it took this mail for its cover letter, and it is none of its own
    if (other != null) rename(other, other.firstPart(), renamed);
    Open open = new Open(key, post);
    if (post.kind() == Kind.COVER) open.cover(post);
    else open.part(post);
    byKey.put(key, open);
    List<Open> own = bySender.computeIfAbsent(post.sender(), sender -> new ArrayList<>(2));
    own.add(open);
    if (own.size() > RECENT_PER_SENDER) own.remove(0);
    index(open);
    return open;
  }

  private void index(Open open) {
    if (open.changeId.isEmpty()) return;
    List<Open> same = byChangeId.computeIfAbsent(open.changeId.get(), id -> new ArrayList<>(1));
    if (!same.contains(open)) same.add(open);
  }

  /** Sent by the same person within minutes, with the same numbers, and nothing that threads it elsewhere. */
  private Open unthreaded(Post post) {
    if (!post.numbered()) return null;
    List<Open> own = bySender.getOrDefault(post.sender(), List.of());
    for (int i = own.size() - 1; i >= 0; i--) {
      Open open = own.get(i);
      boolean room = post.kind() == Kind.COVER ? open.cover == null : open.hasRoom(post);
      if (open.fits(post) && room && open.waitingFor == null && open.numbered && open.near(post) && open.prefixes.equals(post.prefixes())) return open;
    }
    return null;
  }

  /** A mail has come that some postings took for their cover letter. */
  private void settle(MessageId id, Open arrived, Map<String, String> renamed) {
    List<Open> waited = waiting.remove(id);
    if (waited == null) return;
    for (Open open : waited) {
      open.waitingFor = null;
      if (open == arrived) continue;
      if (arrived != null && arrived.canTake(open)) {
        renamed.put(open.key, arrived.key);
        drop(open);
        arrived.take(open);
      } else if (open.key.equals(id.id())) {
        rename(open, open.firstPart(), renamed);
      }
    }
  }

  private void rename(Open open, String key, Map<String, String> renamed) {
    if (open.key.equals(key)) return;
    Open other = byKey.get(key);
    if (other != null && other != open) return;
    renamed.put(open.key, key);
    byKey.remove(open.key);
    open.key = key;
    byKey.put(key, open);
  }

  private void drop(Open open) {
    byKey.remove(open.key);
    List<Open> own = bySender.get(open.sender);
    if (own != null) {
      own.remove(open);
      if (own.isEmpty()) bySender.remove(open.sender);
    }
    if (open.changeId.isPresent()) {
      List<Open> same = byChangeId.get(open.changeId.get());
      if (same != null) {
        same.remove(open);
        if (same.isEmpty()) byChangeId.remove(open.changeId.get());
      }
    }
    open.stopWaiting(waiting);
  }

  private void forget() {
    if (orphans.size() > 3 * limit) orphans.keySet().removeIf(parent -> orphans.get(parent).stream().noneMatch(byMail::containsKey));
    Iterator<Map.Entry<MessageId, Open>> oldest = byMail.entrySet().iterator();
    while (byMail.size() > limit && oldest.hasNext()) {
      Map.Entry<MessageId, Open> entry = oldest.next();
      oldest.remove();
      roots.remove(entry.getKey());
      Open open = entry.getValue() == null ? null : entry.getValue().root();
      if (open != null && --open.remembered == 0) drop(open);
    }
  }

  private Open find(MessageId id) {
    Open open = byMail.get(id);
    return open == null ? null : open.root();
  }

  /** A posting while it grows. */
  private static final class Open {
    private String key;
    private final int version;
    private final int total;
    private final boolean resend;
    private final boolean numbered;
    private final String sender;
    private final List<String> prefixes;
    private final Post first;
    private final List<MessageId> parents;
    private Optional<String> changeId = Optional.empty();
    private MessageId cover;
    private String coverTitle = "";
    private final TreeMap<Integer, Post> parts = new TreeMap<>();
    private MessageId waitingFor;
    private Open into; // another one has taken it
    private int remembered;

    Open(String key, Post first) {
      this.key = key;
      this.version = first.version();
      this.total = first.part().total();
      this.resend = first.resend();
      this.numbered = first.numbered();
      this.sender = first.sender();
      this.prefixes = first.prefixes();
      this.first = first;
      this.parents = first.parents();
    }

    Open root() {
      Open open = this;
      while (open.into != null) open = open.into;
      return open;
    }

    boolean fits(Post post) {
      return version == post.version() && total == post.part().total() && resend == post.resend();
    }

    boolean hasRoom(Post post) {
      Post there = parts.get(post.part().index());
      return post.part().index() >= 1 && (there == null || there.minor() < post.minor());
    }

    boolean near(Post post) {
      if (first.date().isEmpty() || post.date().isEmpty()) return false;
      return Duration.between(first.date().get(), post.date().get()).abs().compareTo(UNTHREADED) <= 0;
    }

    void cover(Post post) {
      cover = post.id();
      coverTitle = post.title();
      if (post.changeId().isPresent()) changeId = post.changeId();
      remembered++;
    }

    /** Takes the slot; says whose it was. */
    MessageId part(Post post) {
      Post before = parts.put(post.part().index(), post);
      if (changeId.isEmpty()) changeId = post.changeId();
      remembered++;
      return before == null ? null : before.id();
    }

    boolean canTake(Open other) {
      if (version != other.version || total != other.total || resend != other.resend || cover != null && other.cover != null) return false;
      for (int number : other.parts.keySet()) if (parts.containsKey(number)) return false;
      return true;
    }

    void take(Open other) {
      other.into = this;
      if (other.cover != null) {
        cover = other.cover;
        coverTitle = other.coverTitle;
      }
      parts.putAll(other.parts);
      if (changeId.isEmpty()) changeId = other.changeId;
      remembered += other.remembered;
    }

    String firstPart() {
      return parts.isEmpty() ? first.id().id() : parts.firstEntry().getValue().id().id();
    }

    void stopWaiting(Map<MessageId, List<Open>> waiting) {
      if (waitingFor == null) return;
      List<Open> same = waiting.get(waitingFor);
      if (same != null) {
        same.remove(this);
        if (same.isEmpty()) waiting.remove(waitingFor);
      }
      waitingFor = null;
    }

    boolean before(Open other) {
      return first.date().isPresent() && other.first.date().isPresent() && first.date().get().isBefore(other.first.date().get());
    }

    boolean mayFollow(Open older) {
      return older != this && (older.version < version || resend && older.version == version && older.before(this));
    }

    /** How we know that this one follows; empty when it does not. */
    String follows(Open older, Postings postings) {
      if (changeId.isPresent() && older.changeId.isPresent()) return changeId.equals(older.changeId) ? "the same change-id" : "";
      if (!title().isEmpty() && title().equalsIgnoreCase(older.title())) return "the same title";
      for (MessageId parent : parents) if (postings.find(parent) == older) return "sent in reply to it";
      int same = 0;
      for (Post part : parts.values()) for (Post old : older.parts.values()) if (part.title().equalsIgnoreCase(old.title())) same++;
      return same > 0 && same * 2 >= Math.min(parts.size(), older.parts.size()) ? "parts with the same title" : "";
    }

    String title() {
      return !coverTitle.isEmpty() ? coverTitle : parts.isEmpty() ? "" : parts.firstEntry().getValue().title();
    }

    Posting posting() {
      TreeMap<Integer, MessageId> ids = new TreeMap<>();
      parts.forEach((number, post) -> ids.put(number, post.id()));
      return new Posting(key, version, total, resend, sender, title(), changeId, first.date(), Optional.ofNullable(cover), ids);
    }
  }
}
