// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.check.Witness;
import keeper.review.Base;
import keeper.text.Place;

/**
 * {@code --format sarif}: SARIF 2.1.0, one run for each patch, since a run names one automation and one base. The finding's
 * identity is the fingerprint {@code findingIdentity/v1}.
 */
public final class Sarif {
  private Sarif() {}

  /** The whole document. */
  public static String document(Tool tool, List<Reviewed> all, Selection selection) {
    JsonText json = new JsonText(0);
    json.open('{');
    json.key("$schema").string("https://json.schemastore.org/sarif-2.1.0.json");
    json.key("version").string("2.1.0");
    json.key("runs").open('[');
    for (Reviewed reviewed : all) run(json, tool, reviewed, selection);
    return json.close(']').close('}') + "\n";
  }

  private static void run(JsonText json, Tool tool, Reviewed reviewed, Selection selection) {
    List<Selection.Shown> shown = selection.of(reviewed.review());
    List<String> checks = new ArrayList<>(new TreeSet<>(shown.stream().map(one -> one.raised().finding().check()).toList()));
    json.open('{').key("tool").open('{').key("driver").open('{');
    json.key("name").string(tool.name());
    json.key("semanticVersion").string(tool.version());
    json.key("properties").open('{').key("rules").string(tool.rules()).close('}');
    json.key("rules").open('[');
    for (String check : checks) rule(json, check);
    json.close(']').close('}').close('}');
    String id = reviewed.messageId().isEmpty() ? reviewed.input() : reviewed.messageId();
    if (!id.isEmpty()) json.key("automationDetails").open('{').key("id").string(id).close('}');
    revision(json, reviewed.review().base());
    json.key("columnKind").string("utf16CodeUnits");
    json.key("results").open('[');
    for (Selection.Shown one : shown) result(json, one, checks);
    json.close(']').close('}');
  }

  private static void revision(JsonText json, Base base) {
    if (!(base instanceof Base.Found found) || found.commit().isEmpty()) return;
    // A tree's name is no URI; the commit alone says which base it was.
    json.key("versionControlProvenance").open('[').open('{');
    json.key("repositoryUri").string("https://git.kernel.org/");
    json.key("revisionId").string(found.commit());
    json.key("properties").open('{').key("tree").string(found.tree().name()).close('}');
    json.close('}').close(']');
  }

  private static void rule(JsonText json, String check) {
    String words = CheckWords.of(check);
    json.open('{');
    json.key("id").string(check);
    json.key("shortDescription").open('{').key("text").string(words).close('}');
    json.key("fullDescription").open('{').key("text").string(words).close('}');
    json.key("help").open('{').key("text").string("lockkeeper rules explain " + check).close('}');
    json.key("defaultConfiguration").open('{').key("level").string("warning").close('}');
    json.key("properties").open('{').key("tags").open('[').string("locking").close(']').close('}');
    json.close('}');
  }

  private static void result(JsonText json, Selection.Shown shown, List<String> checks) {
    Finding finding = shown.raised().finding();
    json.open('{');
    json.key("ruleId").string(finding.check());
    json.key("ruleIndex").number(checks.indexOf(finding.check()));
    json.key("level").string(finding.confidence() == Confidence.CERTAIN ? "error" : "warning");
    json.key("message").open('{').key("text").string(finding.message()).close('}');
    json.key("locations").open('[').open('{');
    physical(json, finding.at());
    if (!finding.function().isEmpty()) {
      json.key("logicalLocations").open('[').open('{');
      json.key("name").string(finding.function());
      json.key("kind").string("function");
      json.close('}').close(']');
    }
    json.close('}').close(']');
    if (!finding.evidence().isEmpty()) {
      json.key("relatedLocations").open('[');
      int number = 0;
      for (Witness witness : finding.evidence()) {
        json.open('{').key("id").number(number++);
        physical(json, witness.at());
        json.key("message").open('{').key("text").string(witness.text()).close('}').close('}');
      }
      json.close(']');
    }
    json.key("partialFingerprints").open('{').key("findingIdentity/v1").string(shown.raised().identity()).close('}');
    json.key("baselineState").string(shown.introduced() ? "new" : "unchanged");
    json.key("properties").open('{');
    json.key("confidence").string(finding.confidence().word());
    if (!finding.assumption().isEmpty()) json.key("assumption").string(finding.assumption());
    if (!finding.rule().isEmpty()) json.key("rule").string(finding.rule());
    if (!finding.lock().isEmpty()) json.key("lock").string(finding.lock());
    if (!finding.subject().isEmpty()) json.key("subject").string(finding.subject());
    json.key("held").strings(finding.held());
    json.close('}').close('}');
  }

  private static void physical(JsonText json, Place place) {
    json.key("physicalLocation").open('{');
    json.key("artifactLocation").open('{').key("uri").string(uri(place.path())).close('}');
    if (place.line() > 0) json.key("region").open('{').key("startLine").number(place.line()).close('}');
    json.close('}');
  }

  /** A relative URI: what is not unreserved in RFC 3986 is percent-encoded byte by byte. */
  private static String uri(String path) {
    StringBuilder uri = new StringBuilder(path.length());
    for (byte b : path.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~/+,@".indexOf(c) >= 0;
      if (plain) uri.append(c);
      else uri.append('%').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
    }
    return uri.toString();
  }
}
