// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import java.util.zip.CRC32;
import keeper.check.Confidence;
import keeper.check.Finding;

/**
 * A series as b4's sashiko client reads it. Its numbers are made of the Message-ID, so that they stay the same.
 *
 * @param messageId the series' name
 * @param complete whether all parts have come
 * @param parts in order
 */
public record Patchset(String messageId, boolean complete, List<Part> parts) {
  /**
   * One patch.
   *
   * @param decided whether it had its turn
   * @param failed whether that went wrong
   * @param status of its review; empty without one
   * @param inline the quoted diff with our remarks; empty without any
   */
  public record Part(String messageId, boolean decided, boolean failed, String status, String inline, List<Found> found) {
    public Part {
      found = List.copyOf(found);
    }

    private String word() {
      if (!decided) return "Pending";
      if (failed) return "Failed";
      return status.equals("does-not-apply") ? "Failed To Apply" : "Reviewed";
    }
  }

  /** @param before whether it was there before the patch */
  public record Found(Finding finding, boolean before) {}

  public Patchset {
    parts = List.copyOf(parts);
  }

  /** The worst of its parts' words. */
  private String word() {
    if (!complete) return "Incomplete";
    for (String bad : List.of("Failed", "Failed To Apply", "Pending"))
      for (Part part : parts) if (part.word().equals(bad)) return bad;
    return "Reviewed";
  }

  /** The whole document. */
  public String json() {
    JsonText json = new JsonText(0);
    json.open('{');
    json.key("id").number(number(messageId));
    json.key("status").string(word());
    json.key("message_id").string(messageId);
    json.key("patches").open('[');
    for (Part part : parts) {
      json.open('{');
      json.key("id").number(number(part.messageId()));
      json.key("message_id").string(part.messageId());
      json.close('}');
    }
    json.close(']').key("reviews").open('[');
    for (Part part : parts) {
      json.open('{');
      json.key("id").number(number("review " + part.messageId()));
      json.key("patch_id").number(number(part.messageId()));
      json.key("status").string(part.word());
      json.key("result").string("");
      json.key("inline_review").string(part.inline());
      json.key("output").string(output(part));
      json.close('}');
    }
    return json.close(']').close('}') + "\n";
  }

  /** A document within the document, as that client wants it. */
  private static String output(Part part) {
    JsonText json = new JsonText(0);
    json.open('{').key("findings").open('[');
    for (Found found : part.found()) {
      json.open('{');
      json.key("severity").string(severity(found.finding().confidence()));
      json.key("problem").string(found.finding().message());
      json.key("severity_explanation").string("");
      json.key("preexisting").bool(found.before());
      json.key("locations").open('[').open('{');
      json.key("file").string(found.finding().at().path());
      json.key("line").number(found.finding().at().line());
      json.close('}').close(']').close('}');
    }
    return json.close(']').close('}').toString();
  }

  private static String severity(Confidence confidence) {
    return switch (confidence) {
      case CERTAIN -> "High";
      case LIKELY -> "Medium";
      case POSSIBLE -> "Low";
    };
  }

  private static long number(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return sum.getValue() >>> 1;
  }
}
