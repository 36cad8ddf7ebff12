// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import keeper.check.Finding;
import keeper.report.PatchworkCheck;
import keeper.store.Findings;
import keeper.store.Store;
import keeper.store.Told;
import keeper.text.Printable;

/**
 * Tells a patchwork the outcome of each review, as a check of its API (1.2 and later). Checks cannot be changed, so each is posted once; a
 * patch that the patchwork does not have yet is asked for again, ever more seldom, for two hours.
 */
public final class Patchwork {
  /** The environment variable with the token of a maintainer of the project. */
  public static final String TOKEN = "LOCKKEEPER_PATCHWORK_TOKEN";

  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final int MOST = 100; // in one round of one list
  private static final int LONGEST = 1 << 20; // of an answer
  private static final Pattern ID = Pattern.compile("\\A\\s*\\[\\s*\\{\\s*\"id\"\\s*:\\s*(\\d{1,18})\\b");

  private final Store store;
  private final Map<String, Project> projects;
  private final String name;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).followRedirects(HttpClient.Redirect.NEVER).build();

  /**
   * A list's project.
   *
   * @param api {@code https://patchwork.kernel.org/api/1.3}, without a slash at the end
   * @param project its link name
   * @param token from the environment
   * @param web our pages, without a slash at the end; may be empty
   */
  public record Project(String api, String project, String token, String web) {
    /** Without the token. */
    @Override
    public String toString() {
      return api + " " + project;
    }
  }

  /**
   * @param projects by list
   * @param name the checks' context, a slug
   */
  public Patchwork(Store store, Map<String, Project> projects, String name) {
    this.store = store;
    this.projects = Map.copyOf(projects);
    this.name = name;
  }

  /** Posts what is due. @return one line for each check that was refused */
  public List<String> tell(Instant now) {
    List<String> lines = new ArrayList<>();
    projects.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(list -> {
      for (Told.Due due : store.told().due(list.getKey(), now.minus(PATIENCE), now, MOST)) {
        Answer answer = post(list.getValue(), due);
        boolean late = now.isAfter(due.reviewed().plus(PATIENCE));
        int attempts = due.attempts() + 1;
        Instant again = now.plus(Duration.ofMinutes(Math.min(30, 1L << Math.min(attempts, 10))));
        if (answer.state() == Told.State.WAITING && late) answer = new Answer(Told.State.GONE, answer.reason());
        store.told().note(due.mail(), list.getKey(), answer.state(), answer.reason(), attempts, again);
        if (answer.state() == Told.State.FAILED) lines.add("patchwork of " + list.getKey() + ": " + due.mail() + ": " + answer.reason());
        if (answer.stop()) break; // the server is not well, or does not know us: not one request more
      }
    });
    return lines;
  }

  /** What came of one try. */
  private record Answer(Told.State state, String reason, boolean stop) {
    Answer(Told.State state, String reason) {
      this(state, reason, false);
    }
  }

  private Answer post(Project project, Told.Due due) {
    try {
      String query = "?project=" + encode(project.project()) + "&msgid=" + encode(due.mail().id());
      HttpResponse<String> found = send(request(project, "/patches/" + query).GET());
      if (found.statusCode() != 200) return refused(found, "GET /patches/");
      Matcher id = ID.matcher(found.body());
      if (!id.find()) return new Answer(Told.State.WAITING, "the patchwork has no patch of this Message-ID yet");
      HttpResponse<String> made = send(request(project, "/patches/" + id.group(1) + "/checks/")
          .header("Authorization", "Token " + project.token()).header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(check(project, due).json())));
      return made.statusCode() == 201 ? new Answer(Told.State.POSTED, "patch " + id.group(1)) : refused(made, "POST of the check");
    } catch (IOException e) {
      return new Answer(Told.State.WAITING, "cannot be reached: " + Printable.line(String.valueOf(e.getMessage())), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(Told.State.WAITING, "stopped", true);
    }
  }

  /** Busy servers are asked again; who does not know us, or does not understand, is not. */
  private static Answer refused(HttpResponse<String> answer, String what) {
    int status = answer.statusCode();
    String reason = what + " was answered with " + status;
    if (status == 429 || status >= 500) return new Answer(Told.State.WAITING, reason, true);
    if (status == 401 || status == 403) return new Answer(Told.State.FAILED, reason + "; is the token in " + TOKEN + " that of a maintainer of the project?", true);
    return new Answer(Told.State.FAILED, reason);
  }

  private PatchworkCheck check(Project project, Told.Due due) {
    List<Finding> findings = new ArrayList<>();
    for (Findings.Kept kept : store.findings().of(due.mail()))
      if (kept.status() == Findings.Status.INTRODUCED && kept.raised().repairedBy().isEmpty() && kept.verdict().isEmpty()) findings.add(kept.raised().finding());
    String url = project.web().isEmpty() ? "" : project.web() + "/mail?id=" + encode(due.mail().id());
    return PatchworkCheck.of(name, due.status(), findings, url);
  }

  private static HttpRequest.Builder request(Project project, String path) {
    return HttpRequest.newBuilder(URI.create(project.api() + path)).timeout(Duration.ofSeconds(30)).header("User-Agent", "lockkeeper").header("Accept", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.body().length() > LONGEST) throw new IOException("the answer is longer than a MiB");
    return answer;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
