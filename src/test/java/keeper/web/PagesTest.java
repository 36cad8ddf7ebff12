// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.lineage.ChainPicture;
import keeper.lineage.Lineage;
import keeper.mail.Arrival;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Decision;
import keeper.reply.Letter;
import keeper.review.Attempt;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.SeriesBuilder;
import keeper.store.Intake;
import keeper.store.Store;
import keeper.text.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final String EVIL = "<script>alert(1)</script>\"'&";

  private static final String PATCH = """
      From: Ann <script>alert(1)</script> <ann@example.org>
      Date: Wed, 4 Mar 2026 11:00:00 +0000
      Subject: [PATCH] kettle: <script>alert(1)</script>"'&
      Message-ID: <1&2@example.org>
      To: tea@vger.kernel.org

      Why not.
      ---
      diff --git a/drivers/kettle.c b/drivers/kettle.c
      --- a/drivers/kettle.c
      +++ b/drivers/kettle.c
      @@ -1,3 +1,4 @@ void kettle_off(struct kettle *k)
       {
      +	k->bell = "<script>alert(1)</script>";
       	plug_out(k);
       }
      """;

  @TempDir Path folder;
  private Store store;
  private Pages pages;

  @BeforeEach
  void open() throws IOException {
    store = Store.open(folder.resolve("db").toString());
    try (Intake intake = store.mails().intake(TEA)) {
      intake.accept(new Arrival.Posted(0, "a".repeat(40), NOON, PATCH.getBytes(StandardCharsets.UTF_8)));
      intake.accept(new Arrival.Reached(0, "b".repeat(40)));
    }
    PostedPatch posted = PostedPatch.of(Mail.read(PATCH.getBytes(StandardCharsets.UTF_8)));
    Raised found = raised("b311b311b311", 2, EVIL);
    Raised elsewhere = raised("0dd00dd00dd0", 99, "Elsewhere?");
    PatchReview part = new PatchReview(posted.patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of(new Attempt("linux " + EVIL, "not there"))),
        List.of(found), List.of(), List.of(elsewhere));
    Review review = new Review(SeriesBuilder.of(List.of(posted.mail())).get(0), new TreeMap<>(java.util.Map.of(1, part)));
    Letter letter = new Letter(new MessageId("r.1.p1@bot.example.org"), posted.mail().id(), List.of(posted.mail().id()), "bot <bot@example.org>",
        List.of(), List.of("Ann " + EVIL + " <ann@example.org>"), List.of(), "Re: " + EVIL, List.of(), "Hello.\n\n> +" + EVIL + "\n\nWhy?\n\n-- \nbot\n", List.of("b311b311b311"));
    store.reviews().keep(TEA, review, new Decision.Hold(List.of(letter), Instant.MAX, "a draft " + EVIL), NOON);
    pages = Pages.serve("127.0.0.1", 0, new Site(store, List.of(TEA), () -> List.of("round " + EVIL), asked -> drawn(asked).map(lineage -> lineage.chain(lineage.find(asked).get(0))),
        asked -> drawn(asked).map(lineage -> ChainPicture.of(lineage.chain(lineage.find(asked).get(0)), lineage))));
  }

  @AfterEach
  void close() {
    pages.close();
    store.close();
  }

  private Optional<Lineage> drawn(String asked) {
    Lineage lineage = Lineage.over(store.histories());
    return lineage.find(asked).isEmpty() ? Optional.empty() : Optional.of(lineage);
  }

  private static Raised raised(String identity, int line, String message) {
    return new Raised(identity, new Finding("unguarded-access", "kettle/bell", new Place("drivers/kettle.c", line, 0), "kettle_off", "k->gate",
        "k->bell", "write", List.of("k->" + EVIL), Confidence.CERTAIN, "", message,
        List.of(new Witness(new Place("drivers/kettle.c", 1, 0), "see " + EVIL))), Optional.empty());
  }

  private HttpResponse<String> get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages.port() + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void noPageLetsMarkupThrough() throws Exception {
    for (String path : List.of("/", "/findings", "/findings?list=%3Cscript%3Ealert(1)", "/finding?id=b311b311b311", "/mail?id=1%262%40example.org",
        "/mail?id=%3Cscript%3Ealert(1)", "/letters", "/rules", "/series?id=1%262%40example.org", "/series?id=%3Cscript%3E", "/letter?n=1", "/letter?n=%3Cscript%3E", "/chain?q=%22%3E%3Cscript%3Ealert(1)", "/%3Cscript%3E")) {
      HttpResponse<String> page = get(path);
      assertThat(page.body()).as(path).contains("<title>").doesNotContain("<script").doesNotContain("\"'&");
      assertThat(page.headers().firstValue("Content-Security-Policy")).as(path).hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
    }
  }

  @Test
  void everyPageIsThere() throws Exception {
    assertThat(get("/").body()).contains(TEA, "1 held", "round &lt;script&gt;");
    assertThat(get("/findings").body()).contains("unguarded-access", "drivers/kettle.c:2");
    assertThat(get("/finding?id=b311b311b311").body()).contains("kettle/bell", "Over the versions", "introduced", "open");
    assertThat(get("/series?id=1%262%40example.org").body()).contains("1 of 1", "/finding?id=b311b311b311");
    assertThat(get("/rules").body()).contains("kettle/bell", "<td class=\"number\">1</td>");
    assertThat(get("/letter?n=1").body()).contains("a draft", "Hello.");
    assertThat(get("/style.css").headers().firstValue("Content-Type")).contains("text/css; charset=utf-8");
    assertThat(get("/finding?id=nothing").statusCode()).isEqualTo(404);
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void theChainIsDrawnWithStylesOfItsOwnAndNoMarkupOfStrangers() throws Exception {
    assertThat(get("/chain?q=1%262%40example.org").body()).contains("<img src=\"/chain.svg?q=1%262%40example.org\"").doesNotContain("<script");
    HttpResponse<String> drawing = get("/chain.svg?q=1%262%40example.org");
    assertThat(drawing.headers().firstValue("Content-Type")).contains("image/svg+xml");
    assertThat(drawing.headers().firstValue("Content-Security-Policy").orElse("")).startsWith("default-src 'none'").contains("style-src 'unsafe-inline'");
    assertThat(drawing.body()).startsWith("<svg").contains("&lt;script&gt;").doesNotContain("<script");
    assertThat(get("/chain.svg?q=nothing").statusCode()).isEqualTo(404);
    assertThat(get("/chain").headers().firstValue("Content-Security-Policy").orElse("")).contains("style-src 'self'");
  }

  @Test
  void aPatchShowsItsFindingsUnderTheirLines() throws Exception {
    String page = get("/mail?id=1%262%40example.org").body();
    int line = page.indexOf("k-&gt;bell = ");
    assertThat(page.indexOf("/finding?id=b311b311b311")).as("under its line").isGreaterThan(line).isLessThan(page.indexOf("plug_out(k)"));
    assertThat(page.indexOf("/finding?id=0dd00dd00dd0")).as("above the patch").isBetween(page.indexOf("Outside of the lines shown"), line);
    assertThat(page).contains("was there before");
  }

  @Test
  void pagesChangeNothing() throws Exception {
    HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages.port() + "/letters")).POST(HttpRequest.BodyPublishers.ofString("x")).build();
    assertThat(HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(get("/findings?list=" + "x".repeat(9000)).statusCode()).isEqualTo(414);
  }

  @Test
  void theApiSaysWhatB4Reads() throws Exception {
    JsonNode patchset = new ObjectMapper().readTree(get("/api/patchset?id=1%262%40example.org").body());
    assertThat(patchset.path("status").asText()).isEqualTo("Reviewed");
    assertThat(patchset.path("patches").get(0).path("id").asLong()).isEqualTo(patchset.path("reviews").get(0).path("patch_id").asLong());
    assertThat(patchset.path("reviews").get(0).path("inline_review").asText()).startsWith("> +").endsWith("\n\nWhy?\n").doesNotContain("bot");
    JsonNode findings = new ObjectMapper().readTree(patchset.path("reviews").get(0).path("output").asText()).path("findings");
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).path("severity").asText()).isEqualTo("High");
    assertThat(findings.get(0).path("locations").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(findings.get(1).path("preexisting").asBoolean()).isTrue();
    assertThat(get("/api/patch?id=1%262%40example.org").body()).isEqualTo(get("/api/patchset?id=1%262%40example.org").body());
    assertThat(get("/api/patchset?id=nobody%40example.org").statusCode()).isEqualTo(404);
  }

  @Test
  void aSeriesShowsWhatBecameOfItsPartsSinceTheVersionBefore() throws Exception {
    String second = PATCH.replace("[PATCH]", "[PATCH v2]").replace("<1&2@", "<1&3@").replace("k->bell = ", "k->gong = ");
    try (Intake intake = store.mails().intake(TEA)) {
      intake.accept(new Arrival.Posted(0, "c".repeat(40), NOON, second.getBytes(StandardCharsets.UTF_8)));
      intake.accept(new Arrival.Reached(0, "d".repeat(40)));
    }
    assertThat(get("/series?id=1%263%40example.org").body())
        .contains("Since v1", "Known by: the same title", "changed", "2 lines of its diff", "-+\tk-&gt;bell = ", "++\tk-&gt;gong = ")
        .doesNotContain("<script>alert");
    assertThat(get("/series?id=1%262%40example.org").body()).doesNotContain("Since v");
  }
}
