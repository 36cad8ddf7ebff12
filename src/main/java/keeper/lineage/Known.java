// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.util.List;
import java.util.Optional;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;
import keeper.mail.MessageId;
import keeper.patch.CommitId;
import keeper.patch.Patch;

/** What there is to ask: commits, postings, and what their logs name. Each answer has a stable order and is short. */
public interface Known {
  /** Where nothing was indexed. */
  Known NONE = new Known() {
    @Override
    public List<InHistory> commits(CommitId id) {
      return List.of();
    }

    @Override
    public List<InHistory> commitsTitled(String title) {
      return List.of();
    }

    @Override
    public Optional<Posted> posted(MessageId id) {
      return Optional.empty();
    }

    @Override
    public List<Posted> postedTitled(String title) {
      return List.of();
    }

    @Override
    public List<Posted> postedAs(CommitId id) {
      return List.of();
    }

    @Override
    public List<Reference> references(Source source) {
      return List.of();
    }

    @Override
    public List<Naming> naming(CommitId id) {
      return List.of();
    }

    @Override
    public List<Naming> namingTitled(String title) {
      return List.of();
    }

    @Override
    public Optional<Patch> patch(Source source) {
      return Optional.empty();
    }

    @Override
    public Reach reach() {
      return new Reach(List.of(), List.of());
    }
  };

  /** Commits whose id begins so, by id; at most a few. */
  List<InHistory> commits(CommitId id);

  /** Commits of exactly this title, oldest first. */
  List<InHistory> commitsTitled(String title);

  Optional<Posted> posted(MessageId id);

  /** Commits whose title begins so (where this one is long enough), or is the same behind another prefix; at most a few. */
  default List<InHistory> commitsTitledLike(String title) {
    return List.of();
  }

  /** Whether it has several parents. */
  default boolean isMerge(InHistory commit) {
    return false;
  }

  /** Postings of exactly this title, oldest first: all versions, whoever sent them. */
  List<Posted> postedTitled(String title);

  /** Postings whose {@code From } line has an id that begins so. */
  List<Posted> postedAs(CommitId id);

  /** What the log of a commit or a posting names, in order. */
  List<Reference> references(Source source);

  /** Who names an id that begins as this one, or with which this one begins; oldest first. */
  List<Naming> naming(CommitId id);

  /** Who names this title, oldest first. */
  List<Naming> namingTitled(String title);

  /** What a source changes, where that is at hand; of commits it mostly is not. */
  Optional<Patch> patch(Source source);

  /** Mails to which a commit's log links: mostly the posting that was applied. */
  default List<MessageId> mailsOf(InHistory commit) {
    return List.of();
  }

  /** Postings whose diff has this patch-id, oldest first. */
  default List<Posted> postedWith(String patchId) {
    return List.of();
  }

  /** The same part of the version before, whatever its title. */
  default Optional<Posted> versionBefore(Posted posted) {
    return Optional.empty();
  }

  /** The same part of the version after, whatever its title. */
  default Optional<Posted> versionAfter(Posted posted) {
    return Optional.empty();
  }

  /** What people wrote down of a commit. */
  default List<Word> words(CommitId id) {
    return List.of();
  }

  /** Which branches and releases there are. */
  default Branches branches() {
    return Branches.NONE;
  }

  /** How far the index reaches. */
  Reach reach();

  /** One reference and whose log it stands in. */
  record Naming(Source by, Reference reference) {}
}
