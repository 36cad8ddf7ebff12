// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.List;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.review.Base;

/**
 * {@code --format json}: one document, keys in a fixed order, the same bytes for the same input. Head, patches and foot can be
 * written one after the other, so that a long run need not keep its results.
 */
public final class Json {
  private Json() {}

  /** The whole document. */
  public static String document(Tool tool, List<Reviewed> all, Selection selection) {
    StringBuilder text = new StringBuilder(head(tool));
    boolean first = true;
    for (Reviewed reviewed : all) {
      if (!first) text.append(',');
      text.append(patch(reviewed, selection));
      first = false;
    }
    return text.append(foot(all.isEmpty())).toString();
  }

  /** Up to the first patch. */
  public static String head(Tool tool) {
    JsonText json = new JsonText(0);
    json.open('{').key("tool").open('{');
    json.key("name").string(tool.name());
    json.key("version").string(tool.version());
    json.key("rules").string(tool.rules());
    json.close('}').key("patches");
    return json + "[";
  }

  /** One patch; the caller writes a comma before every one but the first. */
  public static String patch(Reviewed reviewed, Selection selection) {
    JsonText json = new JsonText(2);
    json.open('{');
    json.key("input").string(reviewed.input());
    json.key("messageId").stringOrNull(reviewed.messageId());
    json.key("subject").stringOrNull(reviewed.subject());
    json.key("author").stringOrNull(reviewed.author());
    json.key("date").stringOrNull(reviewed.date());
    json.key("series").open('{');
    json.key("version").number(reviewed.version());
    json.key("part").number(reviewed.part());
    json.key("total").number(reviewed.total());
    json.close('}');
    json.key("status").string(reviewed.review().status().word());
    json.key("reason").stringOrNull(reviewed.review().reason());
    base(json.key("base"), reviewed.review().base());
    json.key("fixes").open('[');
    for (Reviewed.FixesLine line : reviewed.fixes()) {
      json.open('{');
      json.key("id").string(line.id());
      json.key("title").string(line.title());
      json.key("verdict").string(line.verdict());
      json.close('}');
    }
    json.close(']');
    json.key("findings").open('[');
    for (Selection.Shown shown : selection.of(reviewed.review())) finding(json, shown);
    json.close(']');
    return json.close('}').toString();
  }

  /** After the last patch. */
  public static String foot(boolean noPatches) {
    return noPatches ? "]\n}\n" : "\n  ]\n}\n";
  }

  private static void base(JsonText json, Base base) {
    json.open('{');
    if (base instanceof Base.Found found) {
      json.key("kind").string(found.kind().word());
      json.key("tree").string(found.tree().name());
      json.key("commit").stringOrNull(found.commit());
    } else {
      json.key("kind").string("hunks");
      json.key("tree").stringOrNull("");
      json.key("commit").stringOrNull("");
    }
    json.key("attempts").open('[');
    for (keeper.review.Attempt attempt : base.attempts()) json.string(attempt.toString());
    json.close(']').close('}');
  }

  private static void finding(JsonText json, Selection.Shown shown) {
    Finding finding = shown.raised().finding();
    json.open('{');
    json.key("id").string(shown.raised().identity());
    json.key("check").string(finding.check());
    json.key("rule").stringOrNull(finding.rule());
    json.key("file").string(finding.at().path());
    json.key("line").number(finding.at().line());
    json.key("function").stringOrNull(finding.function());
    json.key("lock").stringOrNull(finding.lock());
    json.key("subject").stringOrNull(finding.subject());
    json.key("held").strings(finding.held());
    json.key("confidence").string(finding.confidence().word());
    json.key("introduced").bool(shown.introduced());
    json.key("message").string(finding.message());
    json.key("evidence").open('[');
    for (Witness witness : finding.evidence()) {
      json.open('{');
      json.key("file").string(witness.at().path());
      json.key("line").number(witness.at().line());
      json.key("text").string(witness.text());
      json.close('}');
    }
    json.close(']');
    if (!finding.assumption().isEmpty()) json.key("assumption").string(finding.assumption());
    shown.raised().repairedBy().ifPresent(part -> json.key("repairedBy").number(part));
    json.close('}');
  }
}
