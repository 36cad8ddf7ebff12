// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.review.Status;

/** What {@code b4 review} reads from a check command: an array of verdicts, one a finding, {@code []} when there is nothing to say. */
public final class B4Json {
  private B4Json() {}

  /** The array; {@code url} is where a person reads on, or empty. */
  public static String document(Tool tool, List<Reviewed> all, Selection selection, String url) {
    JsonText json = new JsonText(0);
    json.open('[');
    for (Reviewed reviewed : all) {
      for (Selection.Shown shown : selection.of(reviewed.review())) {
        Finding finding = shown.raised().finding();
        verdict(json, tool, finding.confidence() == Confidence.CERTAIN && shown.introduced() ? "fail" : "warn",
            finding.at().path() + ":" + finding.at().line() + ": [" + finding.check() + "] " + finding.message(),
            url, details(finding));
      }
      Status status = reviewed.review().status();
      if (status == Status.DOES_NOT_APPLY || status == Status.UNREADABLE)
        verdict(json, tool, "warn", "not reviewed, " + status.word(), url, reviewed.review().reason());
    }
    return json.close(']') + "\n";
  }

  private static void verdict(JsonText json, Tool tool, String status, String summary, String url, String details) {
    json.open('{');
    json.key("tool").string(tool.name());
    json.key("status").string(status);
    json.key("summary").string(summary);
    json.key("url").string(url);
    json.key("details").string(details);
    json.close('}');
  }

  private static String details(Finding finding) {
    StringBuilder text = new StringBuilder("held: ");
    text.append(finding.held().isEmpty() ? "no lock" : String.join(", ", finding.held()));
    finding.evidence().forEach(witness -> text.append('\n').append(witness.at()).append(": ").append(witness.text()));
    if (!finding.assumption().isEmpty()) text.append("\nassuming that ").append(finding.assumption());
    return text.toString();
  }
}
