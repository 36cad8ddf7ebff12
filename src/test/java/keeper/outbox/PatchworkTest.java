// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.mail.Mail;
import keeper.mail.MessageId;
import keeper.reply.Decision;
import keeper.review.Base;
import keeper.review.PatchReview;
import keeper.review.Raised;
import keeper.review.Review;
import keeper.review.Status;
import keeper.series.PostedPatch;
import keeper.series.SeriesBuilder;
import keeper.store.Store;
import keeper.store.Told;
import keeper.text.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a small server that speaks the documented part of patchwork's API. */
class PatchworkTest {
  private static final String TEA = "tea@vger.kernel.org";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final MessageId MAIL = new MessageId("1&2@example.org");

  @TempDir Path folder;
  private Store store;
  private HttpServer server;
  private Patchwork patchwork;
  private final List<String> asked = new ArrayList<>();
  private final List<JsonNode> checks = new ArrayList<>();
  private boolean known = true;
  private int down;

  @BeforeEach
  void open() throws IOException {
    store = Store.open(folder.resolve("db").toString());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/1.3/patches/", this::answer);
    server.start();
    patchwork = of("secret");
  }

  @AfterEach
  void close() {
    server.stop(0);
    store.close();
  }

  private Patchwork of(String token) {
    String api = "http://127.0.0.1:" + server.getAddress().getPort() + "/api/1.3";
    return new Patchwork(store, Map.of(TEA, new Patchwork.Project(api, "tea", token, "https://bot.example.org")), "lock keeper");
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] sent = exchange.getRequestBody().readAllBytes();
    int status = 200;
    String body = "[]";
    if (down > 0) {
      status = down;
    } else if (exchange.getRequestMethod().equals("POST")) {
      status = !"Token secret".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? 403 : 201;
      if (status == 201) checks.add(new ObjectMapper().readTree(sent));
    } else if (known && exchange.getRequestURI().getRawQuery().equals("project=tea&msgid=1%262%40example.org")) {
      body = "[{\"id\": 77, \"url\": \"x\", \"project\": {\"id\": 5}}]";
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void review(Confidence confidence) {
    Mail mail = Mail.read("""
        From: Ann <ann@example.org>
        Subject: [PATCH] kettle
        Message-ID: <1&2@example.org>

        ---
        diff --git a/k.c b/k.c
        --- a/k.c
        +++ b/k.c
        @@ -1 +1,2 @@
         a
        +b
        """.getBytes(StandardCharsets.UTF_8));
    Raised raised = new Raised("b311b311b311", new Finding("unguarded-access", "", new Place("k.c", 2, 0), "f", "k->gate", "k->bell", "write",
        List.of(), confidence, "", "Does this store need k->gate?", List.of()), Optional.empty());
    PatchReview part = new PatchReview(PostedPatch.of(mail).patch(), Status.REVIEWED, "", new Base.HunksOnly(List.of()), List.of(raised), List.of(), List.of());
    store.reviews().keep(TEA, new Review(SeriesBuilder.of(List.of(mail)).get(0), new TreeMap<>(Map.of(1, part))), new Decision.Silence("a test"), NOON);
  }

  @Test
  void aReviewIsPostedOnceAsACheckOfItsPatch() {
    review(Confidence.CERTAIN);
    assertThat(patchwork.tell(NOON)).isEmpty();
    patchwork.tell(NOON.plusSeconds(60));
    assertThat(asked).containsExactly("GET /api/1.3/patches/?project=tea&msgid=1%262%40example.org", "POST /api/1.3/patches/77/checks/");
    assertThat(checks).singleElement().satisfies(check -> {
      assertThat(check.fieldNames()).toIterable().containsExactly("state", "target_url", "context", "description");
      assertThat(check.path("state").asText()).isEqualTo("fail");
      assertThat(check.path("context").asText()).isEqualTo("lock-keeper");
      assertThat(check.path("target_url").asText()).isEqualTo("https://bot.example.org/mail?id=1%262%40example.org");
      assertThat(check.path("description").asText()).isEqualTo("1 new finding: Does this store need k->gate?");
    });
  }

  @Test
  void whatTheArchiveHasFirstIsAskedForAgainForTwoHours() {
    known = false;
    review(Confidence.LIKELY);
    for (int minute = 0; minute <= 180; minute++) patchwork.tell(NOON.plus(Duration.ofMinutes(minute)));
    assertThat(asked).hasSizeBetween(5, 12);
    assertThat(store.told().of(MAIL, TEA).orElseThrow().state()).isEqualTo(Told.State.GONE);
    assertThat(checks).isEmpty();
  }

  @Test
  void aServerThatIsNotWellIsAskedLater() {
    review(Confidence.LIKELY);
    down = 503;
    patchwork.tell(NOON);
    assertThat(store.told().of(MAIL, TEA).orElseThrow().state()).isEqualTo(Told.State.WAITING);
    down = 0;
    patchwork.tell(NOON.plusSeconds(60));
    assertThat(checks).as("not yet").isEmpty();
    patchwork.tell(NOON.plusSeconds(600));
    assertThat(checks).singleElement().satisfies(check -> assertThat(check.path("state").asText()).isEqualTo("warning"));
  }

  @Test
  void aWrongTokenIsNamedAndNotTriedAgain() {
    review(Confidence.LIKELY);
    Patchwork wrong = of("guess");
    assertThat(wrong.tell(NOON)).singleElement().asString().contains(Patchwork.TOKEN).doesNotContain("guess");
    assertThat(wrong.tell(NOON.plusSeconds(7000))).isEmpty();
    assertThat(asked).hasSize(2);
  }
}
