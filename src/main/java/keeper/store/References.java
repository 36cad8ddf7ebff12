// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import keeper.lineage.Evidence;
import keeper.lineage.Reference;
import keeper.patch.CommitId;
import keeper.patch.FixesTag;

/** References between rows and values. */
final class References {
  private static final String INSERT =
      "INSERT INTO reference (commit_id, mail_id, place, kind, hex, bucket, title, title_hash, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final int LONGEST = 2000; // characters of a line

  private References() {}

  static PreparedStatement insertion(Connection connection) throws SQLException {
    return connection.prepareStatement(INSERT);
  }

  /** Adds to the batch; one of the two owners is null. */
  static int add(PreparedStatement insertion, Long commit, Long mail, List<Reference> references) throws SQLException {
    int place = 0;
    for (Reference reference : references) {
      String hex = reference.id().map(CommitId::hex).orElse("");
      String line = reference.evidence().text().replace('\0', '\uFFFD');
      Database.bind(
          insertion, commit, mail, place++, reference.evidence().word(), hex, bucket(hex), reference.title().replace('\0', '\uFFFD'),
          hash(reference.title()), line.length() > LONGEST ? line.substring(0, LONGEST) : line);
      insertion.addBatch();
    }
    return place;
  }

  static Reference read(ResultSet row) throws SQLException {
    String hex = row.getString("hex");
    Optional<CommitId> id = hex.isEmpty() ? Optional.empty() : Optional.of(new CommitId(hex));
    return new Reference(evidence(row.getString("kind"), row.getString("line"), id), id, row.getString("title"));
  }

  private static Evidence evidence(String kind, String line, Optional<CommitId> id) {
    return switch (kind) {
      case "fixes" -> new Evidence.Tag(FixesTag.parse(line).orElseGet(() -> new FixesTag(line, id, "", "", List.of(), 0)));
      case "reverts" -> new Evidence.Revert(line);
      case "reapplies" -> new Evidence.Reapply(line);
      case "backport" -> new Evidence.Backport(line);
      case "dep-of" -> new Evidence.Dependency(line);
      case "prereq" -> new Evidence.Prerequisite(line);
      case "stable" -> new Evidence.StableRequest(line);
      case "mail" -> new Evidence.MailLink(line);
      case "report" -> new Evidence.Report(line);
      case "mentions" -> new Evidence.Mention(line);
      default -> throw new IllegalStateException("no case for " + kind);
    };
  }

  /** Ids that begin alike, and those of which one begins as the other, share the first five digits: nothing shorter is an id. */
  static int bucket(String hex) {
    return hex.isEmpty() ? -1 : Integer.parseInt(hex, 0, 5, 16);
  }

  /** FNV-1a over UTF-16: the same on every machine, and titles that share it are told apart by comparing them. */
  static long hash(String title) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < title.length(); i++) {
      hash = (hash ^ title.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
