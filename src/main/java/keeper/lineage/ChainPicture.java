// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import keeper.lineage.Source.InHistory;
import keeper.lineage.Source.Posted;

/**
 * A chain as a drawing (SVG): time runs to the right, one lane for mails, for mainline, for each branch. Dots are commits, hollow
 * ones mails; a full line fixes, a dashed one is told by hunks, one with a bar reverts, a dotted one is a backport. Where a branch
 * has the fault and lacks the fix its lane is tinted, and the missing dot is a gap. Fits light and dark pages.
 */
public final class ChainPicture {
  private static final int LEFT = 116; // of the first dot
  private static final int TOP = 56;
  private static final int LANE = 80;
  private static final int NEXT_IN_LANE = 116; // a label is so wide
  private static final int NEXT = 30;
  private static final int LEGEND_LINE = 20;
  private static final int MOST_BRANCHES = 16;

  private final Chain chain;
  private final Branches branches;
  private final States states;
  private final List<Dot> dots = new ArrayList<>();
  private final Map<String, String> letters = new LinkedHashMap<>(); // by key of the change
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, Integer> lanes = new LinkedHashMap<>(); // number by name
  private final Map<String, States.OnBranch> bad = new LinkedHashMap<>(); // by branch
  private final StringBuilder svg = new StringBuilder();
  private int width;

  /** A commit or mail on its lane. */
  private static final class Dot {
    private final Member member;
    private final Source source;
    private final String lane;
    private final Instant when;
    private int x;

    Dot(Member member, Source source, String lane) {
      this.member = member;
      this.source = source;
      this.lane = lane;
      this.when = source instanceof InHistory commit ? commit.committed() : source.when();
    }
  }

  private ChainPicture(Chain chain, Lineage lineage) {
    this.chain = chain;
    this.branches = lineage.branches();
    this.states = States.over(lineage);
  }

  /** A whole document; the same bytes for the same chain. */
  public static String of(Chain chain, Lineage lineage) {
    return new ChainPicture(chain, lineage).draw();
  }

  private String draw() {
    for (Chain.Branch root : chain.roots()) collect(root);
    judge();
    lay();
    int height = TOP + lanes.size() * LANE + 34 + (members.size() + bad.size()) * LEGEND_LINE + 64;
    width = Math.max(width, 780);
    open(height);
    lanes();
    axis();
    for (Chain.Branch root : chain.roots()) edges(root);
    backports();
    gaps();
    for (Dot dot : dots) dot(dot);
    legend();
    return svg.append("</svg>\n").toString();
  }

  private void collect(Chain.Branch branch) {
    Member member = branch.member();
    members.put(member.key(), member);
    for (InHistory commit : member.commits()) dots.add(new Dot(member, commit, lane(commit)));
    List<Posted> postings = member.postings();
    // Of many versions the first and the last tell enough.
    for (int i = 0; i < postings.size(); i++) if (i == 0 || i == postings.size() - 1) dots.add(new Dot(member, postings.get(i), "mail"));
    for (Chain.Branch fix : branch.fixes()) collect(fix);
  }

  private static String letter(int number) {
    return number < 26 ? String.valueOf((char) ('A' + number)) : letter(number / 26 - 1) + (char) ('A' + number % 26);
  }

  /** Where it was made. */
  private String lane(InHistory commit) {
    String found = "";
    for (Branches.Branch branch : branches.holding(commit.number())) {
      if (branch.kind() == Branches.Kind.MAINLINE) return "mainline";
      if (found.isEmpty()) found = branch.name();
    }
    if (!found.isEmpty()) return found;
    return commit.repositories().isEmpty() ? "mainline" : commit.repositories().get(0);
  }

  /** On which branches the first faults of the chain still are. */
  private void judge() {
    for (Chain.Branch root : chain.roots())
      for (Branches.Branch branch : branches.all()) {
        if (root.fixes().isEmpty() || bad.size() >= MOST_BRANCHES) continue;
        States.OnBranch state = states.of(root.member(), branch);
        boolean open = state.state() == States.State.AFFECTED || state.state() == States.State.BAD_FIX || state.state() == States.State.PARTIAL || state.state() == States.State.PENDING;
        if (open && branch.kind() != Branches.Kind.OTHER) bad.putIfAbsent(branch.name(), state);
      }
  }

  private void lay() {
    List<String> order = new ArrayList<>();
    order.add("mail");
    for (Branches.Branch branch : branches.all()) if (branch.kind() == Branches.Kind.OTHER) order.add(branch.name());
    order.add("mainline");
    for (Branches.Branch branch : branches.all()) if (branch.kind() == Branches.Kind.STABLE) order.add(branch.name());
    for (Dot dot : dots) if (!order.contains(dot.lane)) order.add(dot.lane);
    for (String name : order)
      if (bad.containsKey(name) || dots.stream().anyMatch(dot -> dot.lane.equals(name))) lanes.put(name, lanes.size());
    dots.sort(Comparator.comparing((Dot dot) -> dot.when).thenComparing(dot -> lanes.get(dot.lane)).thenComparing(dot -> dot.member.key()));
    Map<String, Member> inTime = new LinkedHashMap<>();
    for (Dot dot : dots) inTime.put(dot.member.key(), dot.member);
    members.forEach(inTime::putIfAbsent);
    members.clear();
    members.putAll(inTime);
    for (String key : members.keySet()) letters.put(key, letter(letters.size())); // read from left to right
    Map<String, Integer> last = new HashMap<>();
    int x = LEFT + 40;
    Instant before = null;
    for (Dot dot : dots) {
      if (before != null) {
        double days = Math.max(0, (dot.when.getEpochSecond() - before.getEpochSecond()) / 86_400.0);
        x += Math.min(220, (int) Math.round(NEXT * Math.log1p(days)));
      }
      x = Math.max(x, last.getOrDefault(dot.lane, 0) + NEXT_IN_LANE);
      dot.x = x;
      last.put(dot.lane, x);
      before = dot.when;
    }
    width = x + 110;
  }

  private int y(String lane) {
    return TOP + lanes.get(lane) * LANE + LANE / 2;
  }

  private void open(int height) {
    svg.append(String.format(Locale.ROOT, """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="ui-sans-serif, system-ui, sans-serif">
        <style>
        svg { --ink: #1f2328; --faint: #6a737d; --line: #d8dee4; --band: #f6f8fa; --paper: #ffffff; --fix: #0969da; --revert: #bf3989; --hunk: #8250df; --port: #57606a; --bad: #fff1e5; --badink: #bc4c00; --dot: #1a7f37; --asked: #bf8700; }
        @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --faint: #8d96a0; --line: #30363d; --band: #161b22; --paper: #0d1117; --fix: #58a6ff; --revert: #f778ba; --hunk: #bc8cff; --port: #8b949e; --bad: #3d2411; --badink: #f0883e; --dot: #3fb950; --asked: #e3b341; } }
        .paper { fill: var(--paper); } .band { fill: var(--band); } .bad { fill: var(--bad); } .lane { stroke: var(--line); stroke-width: 1.5; }
        text { fill: var(--ink); font-size: 12px; } a text, .lbl { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-opacity: .85; } a text.letter { stroke: none; } .faint { fill: var(--faint); font-size: 11px; } .badink { fill: var(--badink); } .name { font-weight: 600; }
        .id { font-family: ui-monospace, monospace; font-size: 11px; } .letter { font-weight: 700; font-size: 11px; fill: var(--paper); } .letter.mail { fill: var(--dot); }
        .edge { fill: none; stroke-width: 1.8; } .fixes { stroke: var(--fix); } .reverts { stroke: var(--revert); } .hunks { stroke: var(--hunk); stroke-dasharray: 6 4; } .port { stroke: var(--port); stroke-dasharray: 1.5 4; stroke-linecap: round; stroke-width: 2; }
        .dot { fill: var(--dot); stroke: var(--paper); stroke-width: 2; } .dot.mail { fill: var(--paper); stroke: var(--dot); } .dot.asked { stroke: var(--asked); stroke-width: 3; } .gap { fill: var(--paper); stroke: var(--badink); stroke-width: 1.8; stroke-dasharray: 3 3; }
        a { text-decoration: none; } a:hover .id { text-decoration: underline; }
        </style>
        <defs>
        <marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker>
        <marker id="bar" viewBox="0 0 8 12" refX="4" refY="6" markerWidth="8" markerHeight="12" orient="auto"><path d="M4 0V12" stroke="context-stroke" stroke-width="2.5"/></marker>
        </defs>
        <rect class="paper" width="100%%" height="100%%"/>
        """, width, height, width, height, xml(chain.asked().name())));
    svg.append("<text x=\"16\" y=\"26\" class=\"name\" font-size=\"14\">").append(xml(cut(chain.asked().name(), width / 8))).append("</text>\n");
  }

  private void lanes() {
    lanes.forEach((name, number) -> {
      int top = TOP + number * LANE;
      if (bad.containsKey(name)) rect("bad", top);
      else if (number % 2 == 0) rect("band", top);
      svg.append("<line class=\"lane\" x1=\"").append(LEFT).append("\" x2=\"").append(width - 12).append("\" y1=\"").append(y(name)).append("\" y2=\"").append(y(name)).append("\"/>\n");
      svg.append("<text class=\"name\" x=\"16\" y=\"").append(y(name) + (bad.containsKey(name) ? -2 : 4)).append("\">").append(xml(cut(name, 15))).append("</text>\n");
      if (bad.containsKey(name))
        svg.append("<text class=\"faint badink\" x=\"16\" y=\"").append(y(name) + 13).append("\">").append(bad.get(name).state().name().toLowerCase(Locale.ROOT).replace('_', ' ')).append("</text>\n");
    });
  }

  private void rect(String kind, int top) {
    svg.append("<rect class=\"").append(kind).append("\" x=\"8\" y=\"").append(top + 2).append("\" width=\"").append(width - 16).append("\" height=\"").append(LANE - 4).append("\" rx=\"6\"/>\n");
  }

  /** A day where it does not touch the day before. */
  private void axis() {
    int y = TOP + lanes.size() * LANE + 16;
    int last = 0;
    for (Dot dot : dots) {
      if (dot.x - last < 76) continue;
      svg.append("<text class=\"faint\" text-anchor=\"middle\" x=\"").append(dot.x).append("\" y=\"").append(y).append("\">").append(Reach.day(dot.when)).append("</text>\n");
      last = dot.x;
    }
  }

  /** The dot that stands for a change: its oldest commit, else its newest mail. */
  private Optional<Dot> main(Member member) {
    Dot found = null;
    for (Dot dot : dots) {
      if (!dot.member.key().equals(member.key())) continue;
      boolean better = found == null || found.source instanceof Posted && dot.source instanceof InHistory
          || dot.source instanceof InHistory commit && !member.commits().isEmpty() && commit.equals(member.commits().get(0));
      if (better || found.source instanceof Posted && dot.source instanceof Posted) found = dot;
    }
    return Optional.ofNullable(found);
  }

  private void edges(Chain.Branch branch) {
    for (Chain.Branch fix : branch.fixes()) {
      Optional<Dot> from = main(fix.member());
      Optional<Dot> to = main(branch.member());
      if (from.isPresent() && to.isPresent() && fix.link().isPresent()) edge(from.get(), to.get(), fix.link().get());
      edges(fix);
    }
  }

  private void edge(Dot from, Dot to, FixLink link) {
    String word = link.evidence().get(0).word();
    String kind = word.equals("reverts") ? "reverts" : word.equals("hunks") ? "hunks" : "fixes";
    int y1 = y(from.lane);
    int y2 = y(to.lane);
    String path;
    if (y1 == y2) {
      // Above its lane, the higher the longer it is: two edges of one lane do not hide each other.
      int lift = Math.min(LANE / 2 - 6, 14 + Math.abs(from.x - to.x) / 16);
      path = "M" + (from.x - 5) + " " + (y1 - 9) + "C" + (from.x - 26) + " " + (y1 - lift - 8) + " " + (to.x + 26) + " " + (y2 - lift - 8) + " " + (to.x + 6) + " " + (y2 - 10);
    } else {
      int side = y1 < y2 ? 11 : -11;
      path = "M" + from.x + " " + (y1 + side) + "C" + from.x + " " + (y1 + y2) / 2 + " " + (to.x + 30) + " " + (y2 - 3 * side) + " " + (to.x + 7) + " " + (y2 - side + (side > 0 ? 1 : -1));
    }
    svg.append("<path class=\"edge ").append(kind).append("\" d=\"").append(path).append("\" marker-end=\"url(#").append(kind.equals("reverts") ? "bar" : "to").append(")\"><title>")
        .append(xml(letters.get(from.member.key()) + " " + word + " " + letters.get(to.member.key()) + ", " + link.sureness().word() + ": " + link.evidence().get(0).text()))
        .append("</title></path>\n");
  }

  private void backports() {
    for (Member member : members.values()) {
      Optional<Dot> main = main(member);
      if (main.isEmpty()) continue;
      for (Dot dot : dots) {
        if (dot == main.get() || !dot.member.key().equals(member.key())) continue;
        int y1 = y(main.get().lane);
        int y2 = y(dot.lane);
        svg.append("<path class=\"edge port\" d=\"M").append(main.get().x).append(' ').append(y1).append('C').append(main.get().x).append(' ').append((y1 + 2 * y2) / 3).append(' ')
            .append(dot.x).append(' ').append((2 * y1 + y2) / 3).append(' ').append(dot.x).append(' ').append(y2).append("\"/>\n");
      }
    }
  }

  /** The fix that a branch lacks, as a hole in its lane. */
  private void gaps() {
    bad.forEach((name, state) -> branches.named(name).ifPresent(branch -> {
      for (Chain.Branch root : chain.roots()) gaps(root, branch);
    }));
  }

  /** Of what the branch has, the next fix that it has not; what fixes that one is its second sorrow. */
  private void gaps(Chain.Branch fault, Branches.Branch branch) {
    if (states.held(fault.member(), branch).isEmpty()) return;
    for (Chain.Branch fix : fault.fixes()) {
      boolean counts = fix.link().isPresent() && States.isFix(fix.link().get());
      Optional<Dot> main = main(fix.member());
      if (states.held(fix.member(), branch).isPresent()) {
        gaps(fix, branch);
      } else if (counts && main.isPresent()) {
        int y = y(branch.name());
        svg.append("<circle class=\"gap\" cx=\"").append(main.get().x).append("\" cy=\"").append(y).append("\" r=\"9\"><title>")
            .append(xml(branch.name() + " lacks " + fix.member().name())).append("</title></circle><text class=\"faint badink\" text-anchor=\"middle\" x=\"").append(main.get().x)
            .append("\" y=\"").append(y + 23).append("\">no ").append(letters.get(fix.member().key())).append("</text>\n");
      }
    }
  }

  private void dot(Dot dot) {
    boolean mail = dot.source instanceof Posted;
    boolean asked = dot.member.key().equals(chain.asked().key());
    String id = dot.source instanceof InHistory commit ? commit.id().hex() : ((Posted) dot.source).id().id();
    String label = dot.source instanceof InHistory commit ? commit.id().brief() : "v" + ((Posted) dot.source).version();
    String below = dot.source instanceof InHistory commit && commit.number() != 0 ? branches.releaseName(commit.number()) : "";
    int y = y(dot.lane);
    svg.append("<a href=\"/chain?q=").append(encoded(id)).append("\"><circle class=\"dot").append(mail ? " mail" : "").append(asked ? " asked" : "")
        .append("\" cx=\"").append(dot.x).append("\" cy=\"").append(y).append("\" r=\"10\"><title>").append(xml(dot.member.name() + ", " + dot.source.author())).append("</title></circle>");
    svg.append("<text class=\"letter").append(mail ? " mail" : "").append("\" text-anchor=\"middle\" x=\"").append(dot.x).append("\" y=\"").append(y + 4).append("\">").append(letters.get(dot.member.key())).append("</text>");
    svg.append("<text class=\"id\" text-anchor=\"middle\" x=\"").append(dot.x).append("\" y=\"").append(y + 22).append("\">").append(label).append("</text></a>");
    if (!below.isEmpty()) svg.append("<text class=\"faint lbl\" text-anchor=\"middle\" x=\"").append(dot.x).append("\" y=\"").append(y + 34).append("\">").append(xml(cut(below, 18))).append("</text>");
    svg.append('\n');
  }

  private void legend() {
    int y = TOP + lanes.size() * LANE + 46;
    for (Member member : members.values()) {
      boolean asked = member.key().equals(chain.asked().key());
      svg.append("<text x=\"16\" y=\"").append(y).append("\"><tspan class=\"name\">").append(letters.get(member.key())).append("</tspan>  <tspan class=\"id\">")
          .append(member.id().map(id -> id.brief()).orElse("")).append("</tspan>  ").append(xml(cut(member.title(), 90))).append("  <tspan class=\"faint\">")
          .append(xml(cut(member.author().replaceAll(" *<.*", ""), 30))).append(asked ? ", asked for" : "").append("</tspan></text>\n");
      y += LEGEND_LINE;
    }
    for (States.OnBranch state : bad.values()) {
      svg.append("<text class=\"badink\" x=\"16\" y=\"").append(y).append("\"><tspan class=\"name\">").append(xml(state.branch())).append("</tspan>  ").append(xml(cut(state.reason(), 120))).append("</text>\n");
      y += LEGEND_LINE;
    }
    y += 8;
    int x = 16;
    for (String[] key : new String[][] {{"fixes", "fixes"}, {"hunks", "by its hunks"}, {"reverts", "reverts"}, {"port", "same change"}}) {
      svg.append("<path class=\"edge ").append(key[0]).append("\" d=\"M").append(x).append(' ').append(y - 4).append("h34\"")
          .append(key[0].equals("port") ? "" : " marker-end=\"url(#" + (key[0].equals("reverts") ? "bar" : "to") + ")\"").append("/><text class=\"faint\" x=\"").append(x + 42).append("\" y=\"").append(y).append("\">")
          .append(key[1]).append("</text>\n");
      x += 130;
    }
    svg.append("<circle class=\"dot mail\" cx=\"").append(x + 8).append("\" cy=\"").append(y - 4).append("\" r=\"6\"/><text class=\"faint\" x=\"").append(x + 22).append("\" y=\"").append(y).append("\">a mail</text>\n");
    svg.append("<text class=\"faint\" x=\"16\" y=\"").append(y + 22).append("\">").append(xml(cut(chain.reach().line(), width / 6))).append("</text>\n");
  }

  /** Letters, digits and a few signs stay; the others are percent-encoded, as in a URL's query. */
  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      boolean plain = b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '.' || b == '_';
      if (plain) encoded.append((char) b);
      else encoded.append('%').append(String.format("%02X", b & 0xff));
    }
    return encoded.toString();
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Math.max(1, most - 1)) + "…";
  }

  private static String xml(String text) {
    return ChainText.clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
