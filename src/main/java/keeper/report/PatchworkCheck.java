// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import keeper.check.Confidence;
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
    List<Selection.Shown> shown = selection.of(reviewed.review());
    Status status = reviewed.review().status();
    String context = slug(tool.name());
    if (status == Status.DOES_NOT_APPLY || status == Status.UNREADABLE)
      return new PatchworkCheck("warning", targetUrl, context, "not reviewed, " + status.word());
    if (shown.isEmpty()) return new PatchworkCheck("success", targetUrl, context, "no new finding");
    boolean certain = shown.stream().anyMatch(one -> one.raised().finding().confidence() == Confidence.CERTAIN);
    return new PatchworkCheck(certain ? "fail" : "warning", targetUrl, context,
        shown.size() + (shown.size() == 1 ? " new finding: " : " new findings, first: ") + Printable.line(shown.get(0).raised().finding().message()));
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
