// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.review.Raised;
import keeper.review.Status;
import keeper.text.Place;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void jsonHasTheKeysOfTheContractInTheirOrder() throws Exception {
    String text = Json.document(Kettle.TOOL, List.of(Kettle.reviewed(Confidence.CERTAIN)), Selection.USUAL);
    JsonNode patch = MAPPER.readTree(text).path("patches").get(0);
    assertThat(patch.fieldNames()).toIterable().containsExactly(
        "input", "messageId", "subject", "author", "date", "series", "status", "reason", "base", "fixes", "findings");
    assertThat(patch.path("findings").get(0).fieldNames()).toIterable().containsExactly(
        "id", "check", "rule", "file", "line", "function", "lock", "subject", "held", "confidence", "introduced", "message", "evidence");
    assertThat(patch.path("base").path("kind").asText()).isEqualTo("hunks");
    assertThat(patch.path("base").path("attempts").get(0).asText()).isEqualTo("linux: no such blob");
    assertThat(patch.path("reason").isNull()).isTrue();
    assertThat(patch.path("fixes").get(0).path("title").asText()).isEqualTo("kettle: leak \"less\"");
  }

  @Test
  void jsonIsReadableToTheEye() {
    String text = Json.document(Kettle.TOOL, List.of(), Selection.USUAL);
    assertThat(text).isEqualTo("""
        {
          "tool": {
            "name": "lockkeeper",
            "version": "1.2.3",
            "rules": "0123456789ab"
          },
          "patches": []
        }
        """);
  }

  @Test
  void jsonWrittenInPiecesIsTheSameDocument() throws Exception {
    List<Reviewed> two = List.of(Kettle.clean(), Kettle.reviewed(Confidence.LIKELY));
    String pieces = Json.head(Kettle.TOOL) + Json.patch(two.get(0), Selection.USUAL) + ","
        + Json.patch(two.get(1), Selection.USUAL) + Json.foot(false);
    assertThat(Json.document(Kettle.TOOL, two, Selection.USUAL)).isEqualTo(pieces);
    assertThat(MAPPER.readTree(pieces).path("patches")).hasSize(2);
  }

  @Test
  void strangersTextCannotLeaveItsString() throws Exception {
    String odd = "a\"b\\c\u0000\u001b[31m\u202e\ud800 \ud83d\ude00\n";
    Reviewed reviewed = Reviewed.not(odd, Status.UNREADABLE, odd);
    String text = Json.document(Kettle.TOOL, List.of(reviewed), Selection.USUAL);
    assertThat(MAPPER.readTree(text).path("patches").get(0).path("reason").asText()).isEqualTo(odd);
    assertThat(text).doesNotContain("\u001b", "\u0000", "\u202e").contains("\ud83d\ude00");
  }

  @Test
  void terseIsCheckpatchsShapeAndSilentWhenClean() {
    assertThat(Terse.lines(Kettle.reviewed(Confidence.CERTAIN), Selection.USUAL))
        .isEqualTo("drivers/kettle.c:41: ERROR: [unguarded-access] Does this store need k->lid? (held: k->cord)\n");
    assertThat(Terse.lines(Kettle.reviewed(Confidence.LIKELY), Selection.USUAL)).startsWith("drivers/kettle.c:41: WARNING: ");
    assertThat(Terse.lines(Kettle.clean(), Selection.USUAL)).isEmpty();
  }

  @Test
  void possibleFindingsAreShownOnlyWhenAskedFor() {
    Reviewed reviewed = Kettle.reviewed(Confidence.POSSIBLE);
    assertThat(Terse.lines(reviewed, Selection.USUAL)).isEmpty();
    assertThat(Terse.lines(reviewed, new Selection(Confidence.POSSIBLE, Set.of(), false))).isNotEmpty();
    assertThat(Terse.lines(reviewed, new Selection(Confidence.POSSIBLE, Set.of("double-lock"), false))).isEmpty();
  }

  @Test
  void standingFindingsAreNeverCalledIntroduced() throws Exception {
    Reviewed reviewed = new Reviewed("x", "", "", "", "", 1, 1, 1,
        Kettle.review(List.of(), List.of(Kettle.boils(Confidence.CERTAIN))), List.of());
    assertThat(Terse.lines(reviewed, Selection.USUAL)).isEmpty();
    Selection all = new Selection(Confidence.LIKELY, Set.of(), true);
    JsonNode finding = MAPPER.readTree(Json.document(Kettle.TOOL, List.of(reviewed), all)).path("patches").get(0).path("findings").get(0);
    assertThat(finding.path("introduced").asBoolean(true)).isFalse();
    assertThat(Text.patch(reviewed, all, false)).contains("it was there before the patch");
  }

  @Test
  void textShowsTheLineTheMarkAndTheEvidence() {
    assertThat(Text.patch(Kettle.reviewed(Confidence.LIKELY), Selection.USUAL, false)).isEqualTo("""
        [PATCH] kettle: stop at once
          1 new finding; judged against the hunks alone (linux: no such blob)

        drivers/kettle.c:41:2: warning: Does this store need k->lid? [unguarded-access]
             40 |  {
             41 | +\tk->boils = false;
                |  \t^~~~~~~~
             42 | +\twake_up(&k->thirsty);
             43 |  \tkettle_off(k);
          in    kettle_stop()
          held  k->cord
          see   drivers/kettle.c:20: kettle_start() holds lid here
          sure  likely, assuming that no caller holds k->lid
          rule  kettle/boils-under-lid
          id    3f2a91c07d55
        """);
  }

  @Test
  void colourOnlyWhenTold() {
    Reviewed reviewed = Kettle.reviewed(Confidence.CERTAIN);
    assertThat(Text.patch(reviewed, Selection.USUAL, false)).doesNotContain("\u001b");
    String coloured = Text.patch(reviewed, Selection.USUAL, true);
    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(Text.patch(reviewed, Selection.USUAL, false));
  }

  @Test
  void textKeepsTerminalsSafe() {
    Reviewed odd = Reviewed.not("evil\u001b]0;x\u0007.patch", Status.UNREADABLE, "bytes\u202e");
    assertThat(Text.patch(odd, Selection.USUAL, false)).contains("evil<U+001B>]0;x<U+0007>.patch").contains("bytes<U+202E>");
  }

  @Test
  void sarifCarriesPlaceIdentityAndState() throws Exception {
    Finding plain = Kettle.boils(Confidence.CERTAIN).finding();
    Raised odd = new Raised("77aa", new Finding("double-lock", "", new Place("drivers/a b%.c", 3, 0), "f", "l", "s", "call",
        List.of(), Confidence.LIKELY, "", "Twice?", List.of()), java.util.Optional.empty());
    Reviewed reviewed = new Reviewed("in", "1@x", "", "", "", 1, 1, 1,
        Kettle.review(List.of(new Raised("3f2a", plain, java.util.Optional.empty()), odd), List.of()), List.of());
    JsonNode run = MAPPER.readTree(Sarif.document(Kettle.TOOL, List.of(reviewed), Selection.USUAL)).path("runs").get(0);
    assertThat(run.path("automationDetails").path("id").asText()).isEqualTo("1@x");
    assertThat(run.path("tool").path("driver").path("rules")).hasSize(2);
    JsonNode first = run.path("results").get(0);
    assertThat(first.path("locations").get(0).path("physicalLocation").path("artifactLocation").path("uri").asText())
        .isEqualTo("drivers/a%20b%25.c");
    JsonNode second = run.path("results").get(1);
    assertThat(second.path("partialFingerprints").path("findingIdentity/v1").asText()).isEqualTo("3f2a");
    assertThat(second.path("baselineState").asText()).isEqualTo("new");
    assertThat(second.path("level").asText()).isEqualTo("error");
    assertThat(run.path("tool").path("driver").path("rules").get(second.path("ruleIndex").asInt()).path("id").asText())
        .isEqualTo("unguarded-access");
  }

  @Test
  void b4GetsAnEmptyArrayWhenThereIsNothingToSay() throws Exception {
    assertThat(B4Json.document(Kettle.TOOL, List.of(Kettle.clean()), Selection.USUAL, "")).isEqualTo("[]\n");
    JsonNode verdict = MAPPER.readTree(B4Json.document(Kettle.TOOL, List.of(Kettle.reviewed(Confidence.CERTAIN)), Selection.USUAL, "")).get(0);
    assertThat(verdict.fieldNames()).toIterable().containsExactly("tool", "status", "summary", "url", "details");
    assertThat(verdict.path("status").asText()).isEqualTo("fail");
  }

  @Test
  void patchworkSaysFailWarningOrSuccess() {
    assertThat(PatchworkCheck.of(Kettle.TOOL, Kettle.reviewed(Confidence.CERTAIN), Selection.USUAL, "").state()).isEqualTo("fail");
    assertThat(PatchworkCheck.of(Kettle.TOOL, Kettle.reviewed(Confidence.LIKELY), Selection.USUAL, "").state()).isEqualTo("warning");
    assertThat(PatchworkCheck.of(Kettle.TOOL, Kettle.clean(), Selection.USUAL, "").state()).isEqualTo("success");
    PatchworkCheck unread = PatchworkCheck.of(Kettle.TOOL, Reviewed.not("x", Status.DOES_NOT_APPLY, ""), Selection.USUAL, "");
    assertThat(unread.state()).isEqualTo("warning");
  }

  @Test
  void nipaGetsALineAndACode() {
    assertThat(Nipa.of(List.of(Kettle.clean()), Selection.USUAL)).isEqualTo(new Nipa(0, "no new lock finding"));
    assertThat(Nipa.of(List.of(Kettle.reviewed(Confidence.LIKELY)), Selection.USUAL).code()).isEqualTo(250);
    assertThat(Nipa.of(List.of(Kettle.clean(), Kettle.reviewed(Confidence.CERTAIN)), Selection.USUAL))
        .isEqualTo(new Nipa(1, "1 new lock finding; drivers/kettle.c:41: Does this store need k->lid?"));
    assertThat(Nipa.of(List.of(Reviewed.not("x", Status.DOES_NOT_APPLY, "hunk 2")), Selection.USUAL)).isEqualTo(new Nipa(250, "not reviewed, does-not-apply: hunk 2"));
  }
}
