// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.patch.HunkLine;
import keeper.review.PatchReview;

/**
 * Two processors in columns, where the order of what they do is the point: a guarded member changes on one while the other, which
 * holds the lock, uses it; two locks are taken in both orders; one waits for work that waits for its lock; an interrupt comes
 * where its lock is held. Drawn only when every statement can be shown as it is in the code.
 */
final class Race {
  private static final int COLUMN = 36;
  private static final int NARROW = 20; // where the right side needs the room: its head then has a line of its own
  private static final int NEAR = 3; // lines below a test in which its use is looked for

  /** A line of a drawing: on which side, how deep, what. */
  private record Row(boolean right, int depth, String what) {}

  private final Finding finding;
  private final PatchReview review;
  private final List<Row> rows = new ArrayList<>();

  private Race(Finding finding, PatchReview review) {
    this.finding = finding;
    this.review = review;
  }

  static Optional<String> columns(Finding finding, PatchReview review) {
    Race race = new Race(finding, review);
    boolean drawn = switch (finding.check()) {
      case "unguarded-access" -> race.access();
      case "lock-order" -> race.order();
      case "sync-wait-deadlock" -> race.waits();
      case "irq-unsafe" -> race.interrupt();
      default -> false;
    };
    return drawn ? race.text(COLUMN).or(() -> race.text(NARROW)) : Optional.empty();
  }

  /** A member that one side uses under its lock and the other does not; one of them has to change it, or it is no race. */
  private boolean access() {
    Anchor anchor = Anchor.of(finding, review.patch());
    if (anchor == null || !anchor.exact()) return false;
    HunkLine line = anchor.in(review.patch());
    String here = code(line.text());
    String member = Anchor.lastMember(finding.subject());
    boolean changes = finding.kind().equals("write") || finding.kind().equals("free") || changes(here, member);
    for (Witness witness : finding.evidence()) {
      String other = function(witness.text());
      if (other.isEmpty() || other.equals(finding.function()) || !witness.text().contains("() holds ")) continue;
      String there = code(PostImage.line(review, witness.at().path(), witness.at().line()));
      if (!Anchor.names(there, member) || !changes && !changes(there, member)) continue;
      String used = there.startsWith("if (") ? below(witness, member) : "";
      if (there.startsWith("if (") && used.isEmpty()) continue; // a test alone shows no harm
      left(0, "CPU0 " + finding.function() + "()");
      rows.add(new Row(true, 0, "CPU1 " + other + "()"));
      right(1, "holds " + Anchor.lastMember(finding.lock()));
      if (!used.isEmpty()) right(1, there);
      left(1, here);
      if (used.isEmpty()) right(1, there);
      else right(2, used);
      return true;
    }
    return false;
  }

  /** What a test is followed by; empty when that cannot be seen. */
  private String below(Witness test, String member) {
    for (int i = 1; i <= NEAR; i++) {
      String line = code(PostImage.line(review, test.at().path(), test.at().line() + i));
      if (line.startsWith("}") || line.startsWith("if (") || line.isEmpty()) return "";
      if (Anchor.names(line, member)) return line;
    }
    return "";
  }

  /** The witnesses are: the first lock, the second within it, and the same of the other function in the other order. */
  private boolean order() {
    if (finding.evidence().size() < 4) return false;
    String other = function(finding.evidence().get(2).text());
    if (other.isEmpty()) return false;
    left(0, "CPU0 " + finding.function() + "()");
    rows.add(new Row(true, 0, "CPU1 " + other + "()"));
    left(1, at(finding.evidence().get(0)));
    right(1, at(finding.evidence().get(2)));
    left(1, at(finding.evidence().get(1)));
    right(1, at(finding.evidence().get(3)));
    return true;
  }

  /** The witnesses are: where the lock is taken, and where what is waited for takes it. */
  private boolean waits() {
    if (finding.evidence().size() < 2 || !finding.evidence().get(0).text().contains(" is taken here")) return false;
    String awaited = function(finding.evidence().get(1).text());
    if (awaited.isEmpty()) return false;
    left(0, "CPU0 " + finding.function() + "()");
    rows.add(new Row(true, 0, "CPU1 " + awaited + "()"));
    left(1, at(finding.evidence().get(0)));
    right(1, at(finding.evidence().get(1)));
    left(1, code(PostImage.line(review, finding.at().path(), finding.at().line())));
    right(2, "waits for CPU0");
    left(2, "waits for CPU1");
    return true;
  }

  /** As lockdep draws it: one processor, interrupted. */
  private boolean interrupt() {
    for (Witness witness : finding.evidence()) {
      boolean soft = witness.text().endsWith(" takes it in a softirq");
      if (!soft && !witness.text().endsWith(" takes it in an interrupt")) continue;
      left(0, "CPU0");
      left(1, code(PostImage.line(review, finding.at().path(), finding.at().line())));
      left(1, soft ? "<softirq>" : "<interrupt>");
      left(2, function(witness.text()) + "()");
      left(3, at(witness));
      return true;
    }
    return false;
  }

  private void left(int depth, String what) {
    rows.add(new Row(false, depth, what));
  }

  private void right(int depth, String what) {
    rows.add(new Row(true, depth, what));
  }

  private String at(Witness witness) {
    return code(PostImage.line(review, witness.at().path(), witness.at().line()));
  }

  /** Empty when a line cannot be shown, or would not fit. */
  private Optional<String> text(int column) {
    boolean two = rows.stream().anyMatch(Row::right);
    StringBuilder text = new StringBuilder();
    String open = ""; // a left half that waits for its right one
    for (Row row : rows) {
      String what = "  ".repeat(row.depth()) + row.what();
      if (row.what().isEmpty() || column == COLUMN && !row.right() && two && row.depth() == 0 && 2 + what.length() >= COLUMN) return Optional.empty();
      if (!row.right()) {
        if (!open.isEmpty()) text.append(open).append('\n');
        open = "  " + what;
        if (row.depth() > 0 || !two || open.length() >= column) {
          text.append(open).append('\n');
          open = "";
        }
        continue;
      }
      text.append(open).append(" ".repeat(column - open.length())).append(what).append('\n');
      open = "";
    }
    for (String line : text.toString().split("\n")) if (line.length() > Words.WIDTH) return Optional.empty();
    return Optional.of(text.substring(0, text.length() - 1));
  }

  /** Heuristic, for a line that names the member: an assignment to it, or a call whose name says that it changes what it is given. */
  private static boolean changes(String line, String member) {
    int at = line.indexOf(member);
    String after = line.substring(Math.max(0, at) + (at < 0 ? 0 : member.length())).strip();
    if (after.startsWith("=") && !after.startsWith("==") || after.startsWith("+=") || after.startsWith("-=") || after.startsWith("|=") || after.startsWith("&=")
        || after.startsWith("++") || after.startsWith("--")) return true;
    int call = line.indexOf('(');
    if (call <= 0 || at < call) return false;
    String name = Anchor.lastMember(line.substring(0, call));
    for (String word : new String[] {"_add", "_del", "_erase", "_insert", "_remove", "_move", "_splice", "free", "_put", "_init", "_set", "_clear", "_assign"})
      if (name.contains(word)) return true;
    return false;
  }

  private static String code(String line) {
    String text = Words.brief(line, 60);
    if (text.endsWith(" {")) text = text.substring(0, text.length() - 2);
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  /** {@code vfio_pci_request} of {@code vfio_pci_request() holds igate here}. */
  private static String function(String text) {
    int call = text.indexOf("()");
    return call < 0 ? "" : Anchor.lastMember(text.substring(0, call));
  }
}
