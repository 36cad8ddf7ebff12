// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import java.util.Optional;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.patch.CommitMessage;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.LineRange;
import keeper.patch.Patch;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Status;
import keeper.text.Place;

/** A small driver of a kettle, and a patch that stops it without its lock. */
final class Kettle {
  private Kettle() {}

  static final Tool TOOL = new Tool("lockkeeper", "1.2.3", "0123456789ab");

  static Patch patch() {
    Hunk hunk = new Hunk(new LineRange(40, 3), new LineRange(40, 5), "static void kettle_stop(struct kettle *k)", List.of(
        line(HunkLine.Kind.CONTEXT, "{", 12),
        line(HunkLine.Kind.ADDED, "\tk->boils = false;", 13),
        line(HunkLine.Kind.ADDED, "\twake_up(&k->thirsty);", 14),
        line(HunkLine.Kind.CONTEXT, "\tkettle_off(k);", 15),
        line(HunkLine.Kind.CONTEXT, "}", 16)), 11);
    FileDiff file = new FileDiff(Optional.of("drivers/kettle.c"), Optional.of("drivers/kettle.c"),
        Optional.empty(), Optional.empty(), List.of(), List.of(hunk));
    return new Patch(new CommitMessage("kettle: stop at once", "", List.of()), "", List.of(file), List.of());
  }

  private static HunkLine line(HunkLine.Kind kind, String text, int mailLine) {
    return new HunkLine(kind, text, true, mailLine);
  }

  static Raised boils(Confidence confidence) {
    return new Raised("3f2a91c07d55", new Finding("unguarded-access", "kettle/boils-under-lid",
        new Place("drivers/kettle.c", 41, 2), "kettle_stop", "k->lid", "k->boils", "write", List.of("k->cord"),
        confidence, confidence == Confidence.CERTAIN ? "" : "no caller holds k->lid",
        "Does this store need k->lid?",
        List.of(new Witness(new Place("drivers/kettle.c", 20, 0), "kettle_start() holds lid here"))), Optional.empty());
  }

  static PatchReview review(List<Raised> introduced, List<Raised> standing) {
    return new PatchReview(patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of(new Attempt("linux", "no such blob"))),
        introduced, List.of(), standing);
  }

  static Reviewed reviewed(Confidence confidence) {
    return new Reviewed("stop.patch", "1@example.org", "[PATCH] kettle: stop at once", "Ann Brewer <ann@example.org>",
        "2026-02-03T04:05:06+01:00", 1, 1, 1, review(List.of(boils(confidence)), List.of()),
        List.of(new Reviewed.FixesLine("1518ac272e78", "kettle: leak \"less\"", "OK")));
  }

  static Reviewed clean() {
    return new Reviewed("clean.patch", "", "kettle: polish", "", "", 1, 1, 1, review(List.of(), List.of()), List.of());
  }
}
