// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ChainDataTest {
  private final TestKnown known = new TestKnown()
      .indexed()
      .commit("aaaaa1", "a: \"begin\", here", "")
      .commit("aaaaa2", "a: fix", "Fixes: aaaaa1 (\"a: \"begin\", here\")\n")
      .mail("m@x", "a: fix the fix", "Fixes: aaaaa2 (\"a: fix\")\n");
  private final Lineage lineage = Lineage.over(known);
  private final Chain chain = lineage.chain(lineage.find("aaaaa2").get(0));

  @Test
  void jsonNestsFixesBelowTheirCulprits() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ChainData.json(chain));
    JsonNode begin = json.get("chain").get(0);
    assertThat(begin.get("title").asText()).isEqualTo("a: \"begin\", here");
    JsonNode fix = begin.get("fixes").get(0);
    assertThat(fix.get("evidence").get(0).get("kind").asText()).isEqualTo("fixes");
    assertThat(fix.get("commits").get(0).get("repositories").get(0).asText()).isEqualTo("mainline");
    JsonNode posted = fix.get("fixes").get(0);
    assertThat(posted.get("id").isNull()).isTrue();
    assertThat(posted.get("postings").get(0).get("messageId").asText()).isEqualTo("m@x");
    assertThat(json.get("asked").get("id").asText()).startsWith("aaaaa2");
    assertThat(json.get("index").asText()).startsWith("index: mainline to ");
  }

  @Test
  void csvHasALineForEachChange() {
    assertThat(ChainData.csv(chain)).isEqualTo("""
        depth,relation,id,title,author,date,sureness,parent,repositories,postings
        0,,aaaaa10000000000000000000000000000000000,"a: ""begin"", here",Jane <jane@example.org>,2020-05-11,,,mainline,
        1,fixes,aaaaa20000000000000000000000000000000000,a: fix,Jane <jane@example.org>,2020-05-12,sure,aaaaa10000000000000000000000000000000000,mainline,
        2,fixes,,a: fix the fix,Jane <jane@example.org>,2020-05-13,sure,aaaaa20000000000000000000000000000000000,,m@x
        """);
  }

  @Test
  void graphIsInGraphvizWords() {
    assertThat(ChainData.dot(chain)).isEqualTo("""
        digraph lineage {
          rankdir=LR;
          node [shape=box, fontname="monospace"];
          n0 [label="aaaaa1000000\\na: \\"begin\\", here\\n2020-05-11"];
          n1 [label="aaaaa2000000\\na: fix\\n2020-05-12", penwidth=2];
          n2 [label="a: fix the fix\\n2020-05-13", style=dashed];
          n0 -> n1 [label="fixes", dir=back];
          n1 -> n2 [label="fixes", dir=back];
        }
        """);
  }
}
