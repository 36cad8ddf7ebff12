// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.CommitMessage;
import keeper.patch.Patch;

/** A small world, written down by a test: one commit or mail a day. */
final class TestKnown implements Known {
  private static final Instant START = Instant.parse("2020-05-11T04:34:50Z");

  private record Log(Source source, List<Reference> references, Optional<Patch> patch) {}

  private final List<Log> logs = new ArrayList<>();
  private boolean indexed;

  /** As if a history had been read, and not only mails. */
  TestKnown indexed() {
    indexed = true;
    return this;
  }

  /** A commit; the id is filled up to its full length. */
  TestKnown commit(String id, String title, String body) {
    Instant when = START.plus(Duration.ofDays(logs.size()));
    return add(new InHistory(new CommitId((id + "0".repeat(40)).substring(0, 40)), title, "Jane <jane@example.org>", when, when, List.of("mainline"), 0), title, body);
  }

  TestKnown mail(String id, String title, String body) {
    Instant when = START.plus(Duration.ofDays(logs.size()));
    return add(new Posted(new MessageId(id), title, "Jane <jane@example.org>", when, 1, "", Optional.empty()), title, body);
  }

  /** What the last one changes. */
  TestKnown diff(String diff) {
    Log last = logs.remove(logs.size() - 1);
    logs.add(new Log(last.source, last.references, Optional.of(Patch.ofDiff(diff, "test"))));
    return this;
  }

  @Override
  public Optional<Patch> patch(Source source) {
    return logs.stream().filter(log -> log.source.equals(source)).findFirst().flatMap(Log::patch);
  }

  private TestKnown add(Source source, String title, String body) {
    logs.add(new Log(source, Reference.in(CommitMessage.of(title, body)), Optional.empty()));
    return this;
  }

  @Override
  public List<InHistory> commits(CommitId id) {
    return all(InHistory.class).stream().filter(commit -> commit.id().hex().startsWith(id.hex())).toList();
  }

  @Override
  public List<InHistory> commitsTitled(String title) {
    return all(InHistory.class).stream().filter(commit -> commit.title().equals(title)).toList();
  }

  @Override
  public Optional<Posted> posted(MessageId id) {
    return all(Posted.class).stream().filter(posted -> posted.id().equals(id)).findFirst();
  }

  @Override
  public List<Posted> postedTitled(String title) {
    return all(Posted.class).stream().filter(posted -> posted.title().equals(title)).toList();
  }

  @Override
  public List<Posted> postedAs(CommitId id) {
    return List.of();
  }

  private <T extends Source> List<T> all(Class<T> kind) {
    return logs.stream().map(Log::source).filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public List<Reference> references(Source source) {
    return logs.stream().filter(log -> log.source.equals(source)).flatMap(log -> log.references.stream()).toList();
  }

  @Override
  public List<Naming> naming(CommitId id) {
    return namings(reference -> reference.id().isPresent()
        && (reference.id().get().hex().startsWith(id.hex()) || id.hex().startsWith(reference.id().get().hex())));
  }

  @Override
  public List<Naming> namingTitled(String title) {
    return namings(reference -> reference.title().equals(title));
  }

  private List<Naming> namings(java.util.function.Predicate<Reference> wanted) {
    List<Naming> namings = new ArrayList<>();
    for (Log log : logs) for (Reference reference : log.references) if (wanted.test(reference)) namings.add(new Naming(log.source, reference));
    return namings;
  }

  @Override
  public Reach reach() {
    if (!indexed) return new Reach(List.of(), List.of());
    List<InHistory> commits = all(InHistory.class);
    InHistory newest = commits.get(commits.size() - 1);
    return new Reach(List.of(new Reach.History("mainline", commits.size(), newest.id(), newest.when(), Optional.empty())), List.of());
  }
}
