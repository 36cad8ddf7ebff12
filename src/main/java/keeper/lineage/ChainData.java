// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import keeper.lineage.Chain.Branch;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;

/** A chain for other programs: JSON, CSV, and a graph for Graphviz. The same bytes for the same chain. */
public final class ChainData {
  private ChainData() {}

  /** One document: {@code asked}, {@code chain} (nested by {@code fixes}), {@code mentioned}, {@code index}. */
  public static String json(Chain chain) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeFieldName("asked");
      member(json, chain.asked());
      json.writeEndObject();
      json.writeArrayFieldStart("chain");
      for (Branch root : chain.roots()) branch(json, root);
      json.writeEndArray();
      json.writeArrayFieldStart("mentioned");
      for (FixLink link : chain.mentioned()) {
        member(json, link.fix());
        link(json, link);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("index", chain.reach().line());
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string does not fail", e);
    }
    return text.append('\n').toString();
  }

  private static void branch(JsonGenerator json, Branch branch) throws IOException {
    member(json, branch.member());
    if (branch.link().isPresent()) link(json, branch.link().get());
    strings(json, "notes", branch.notes());
    json.writeNumberField("notShown", branch.left());
    json.writeArrayFieldStart("fixes");
    for (Branch fix : branch.fixes()) branch(json, fix);
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Begins an object, which the caller ends. */
  private static void member(JsonGenerator json, Member member) throws IOException {
    json.writeStartObject();
    if (member.id().isPresent()) json.writeStringField("id", member.id().get().hex());
    else json.writeNullField("id");
    json.writeStringField("title", member.title());
    json.writeStringField("author", member.author());
    json.writeArrayFieldStart("commits");
    for (InHistory commit : member.commits()) {
      json.writeStartObject();
      json.writeStringField("id", commit.id().hex());
      json.writeStringField("date", commit.when().toString());
      strings(json, "repositories", commit.repositories());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("postings");
    for (Posted posted : member.postings()) {
      json.writeStartObject();
      json.writeStringField("messageId", posted.id().id());
      json.writeNumberField("version", posted.version());
      json.writeStringField("date", posted.when().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void link(JsonGenerator json, FixLink link) throws IOException {
    json.writeArrayFieldStart("evidence");
    for (Evidence evidence : link.evidence()) {
      json.writeStartObject();
      json.writeStringField("kind", evidence.word());
      json.writeStringField("text", evidence.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("sureness", link.sureness().word());
  }

  private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) json.writeString(value);
    json.writeEndArray();
  }

  /** A line for each change, parents before their fixes; values in quotes where CSV asks for it (RFC 4180, but with LF). */
  public static String csv(Chain chain) {
    StringBuilder text = new StringBuilder("depth,relation,id,title,author,date,sureness,parent,repositories,postings\n");
    for (Branch root : chain.roots()) rows(text, root, 0, "");
    return text.toString();
  }

  private static void rows(StringBuilder text, Branch branch, int depth, String parent) {
    Member member = branch.member();
    List<String> repositories = member.commits().stream().flatMap(commit -> commit.repositories().stream()).distinct().toList();
    List<String> postings = member.postings().stream().map(posted -> posted.id().id()).toList();
    String id = member.id().map(Object::toString).orElse("");
    List<String> row = new ArrayList<>(List.of(
        Integer.toString(depth),
        branch.link().map(link -> link.evidence().get(0).word()).orElse(""),
        id, member.title(), member.author(), member.when().map(Reach::day).orElse(""),
        branch.link().map(link -> link.sureness().word()).orElse(""), parent, String.join(" ", repositories), String.join(" ", postings)));
    for (int i = 0; i < row.size(); i++) text.append(i == 0 ? "" : ",").append(quoted(row.get(i)));
    text.append('\n');
    for (Branch fix : branch.fixes()) rows(text, fix, depth + 1, id.isEmpty() ? member.title() : id);
  }

  private static String quoted(String value) {
    boolean plain = value.indexOf('"') < 0 && value.indexOf(',') < 0 && value.indexOf('\n') < 0 && value.indexOf('\r') < 0;
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  /** Time to the right: culprits left, fixes to their right; what is only posted has a dashed frame. */
  public static String dot(Chain chain) {
    StringBuilder text = new StringBuilder("digraph lineage {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
    Map<String, String> names = new HashMap<>();
    for (Branch root : chain.roots()) nodes(text, root, chain, names);
    for (Branch root : chain.roots()) edges(text, root, names);
    return text.append("}\n").toString();
  }

  private static void nodes(StringBuilder text, Branch branch, Chain chain, Map<String, String> names) {
    Member member = branch.member();
    String name = "n" + names.size();
    names.put(member.key(), name);
    String id = member.id().map(found -> found.brief() + "\\n").orElse("");
    String when = member.when().map(day -> "\\n" + Reach.day(day)).orElse("");
    text.append("  ").append(name).append(" [label=\"").append(id).append(escaped(member.title())).append(when).append('"');
    if (member.commits().isEmpty()) text.append(", style=dashed");
    if (member.key().equals(chain.asked().key())) text.append(", penwidth=2");
    text.append("];\n");
    for (Branch fix : branch.fixes()) nodes(text, fix, chain, names);
  }

  private static void edges(StringBuilder text, Branch branch, Map<String, String> names) {
    for (Branch fix : branch.fixes()) {
      String word = fix.link().map(link -> link.evidence().get(0).word()).orElse("");
      text.append("  ").append(names.get(branch.member().key())).append(" -> ").append(names.get(fix.member().key())).append(" [label=\"").append(word)
          .append("\", dir=back];\n");
      edges(text, fix, names);
    }
  }

  private static String escaped(String title) {
    return ChainText.clean(title).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
