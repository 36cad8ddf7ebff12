// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.review.Status;
import keeper.text.Printable;

/**
 * The body of a Patchwork check, API 1.2 and later.
 *
 * @param state {@code success}, {@code warning} or {@code fail}
 * @param targetUrl where a person reads on; may be empty
 * @param context a slug of letters, digits, {@code _} and {@code -}
 * @param description one line
 */
public record PatchworkCheck(String state, String targetUrl, String context, String description) {
  /** The check of a reviewed patch; a patch that was not reviewed gets a warning that says why. */
  public static PatchworkCheck of(Tool tool, Reviewed reviewed, Selection selection, String targetUrl) {
    return of(tool.name(), reviewed.review().status().word(), selection.of(reviewed.review()).stream().map(one -> one.raised().finding()).toList(), targetUrl);
  }

  /**
   * The check of a review that was kept.
   *
   * @param status the review's, as a word
   * @param findings what the patch brought in
   */
  public static PatchworkCheck of(String tool, String status, List<Finding> findings, String targetUrl) {
    String context = slug(tool);
    List<Finding> said = findings.stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE).toList();
    if (status.equals(Status.DOES_NOT_APPLY.word()) || status.equals(Status.UNREADABLE.word()))
      return new PatchworkCheck("warning", targetUrl, context, "not reviewed, " + status);
    if (said.isEmpty()) return new PatchworkCheck("success", targetUrl, context, "no new finding");
    boolean certain = said.stream().anyMatch(finding -> finding.confidence() == Confidence.CERTAIN);
    return new PatchworkCheck(certain ? "fail" : "warning", targetUrl, context,
        said.size() + (said.size() == 1 ? " new finding: " : " new findings, first: ") + Printable.line(said.get(0).message()));
  }

  /** The request's body. */
  public String json() {
    JsonText json = new JsonText(0);
    json.open('{');
    json.key("state").string(state);
    json.key("target_url").string(targetUrl);
    json.key("context").string(context);
    json.key("description").string(description);
    return json.close('}') + "\n";
  }

  private static String slug(String name) {
    StringBuilder slug = new StringBuilder();
    for (char c : name.toCharArray())
      slug.append(c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-') ? c : '-');
    return slug.toString();
  }
}
