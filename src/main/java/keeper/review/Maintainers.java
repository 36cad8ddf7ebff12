// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import keeper.mail.Address;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import keeper.text.Place;
import keeper.text.Problem;
import keeper.text.SourceText;
import keeper.text.Tree;

/**
 * Who looks after which files of a kernel: its MAINTAINERS file. Patterns mean what {@code scripts/get_maintainer.pl} takes them for: {@code F:} and
 * {@code X:} are prefixes with wildcards that have as many slashes as the path, or end in one; {@code N:} is a regular expression of paths,
 * {@code K:} one of what a patch says. Reading never throws; no pattern is followed longer than {@link #MOST_STEPS}.
 */
public final class Maintainers {
  private static final int MOST_BYTES = 8 << 20; // Linux 6.12 has 0.8 MB, 8,154 patterns
  private static final int MOST_PATTERNS = 200_000;
  private static final int LONGEST_LINE = 1_000;
  private static final int MOST_STEPS = 100_000; // characters that one regular expression may look at in one text
  private static final int MOST_TEXT = 200_000; // lines of a patch that are searched for keywords
  private static final int MOST_KEPT = 8;
  private static final Map<String, Maintainers> KEPT = new LinkedHashMap<>(16, 0.75f, true); // by content id

  /** A section while it is not asked for: where its lines stand. */
  private record Stretch(String name, int start, int end, int line) {}

  private static final class Patterns {
    final List<String> texts = new ArrayList<>();
    final List<Integer> sections = new ArrayList<>();

    void add(String text, int section) {
      texts.add(text);
      sections.add(section);
    }
  }

  private final String path;
  private final String text; // Latin-1: one character a byte
  private final List<Stretch> places = new ArrayList<>();
  private final Patterns files = new Patterns();
  private final Patterns excluded = new Patterns();
  private final Patterns names = new Patterns();
  private final Patterns keywords = new Patterns();
  private final List<Problem> problems = new ArrayList<>();
  private List<Pattern> namePatterns; // compiled when first asked for
  private List<Pattern> keywordPatterns;

  private Maintainers(String path, String text) {
    this.path = path;
    this.text = text;
  }

  /** The MAINTAINERS file of a tree; without one, nobody looks after anything. Kept by its content id. */
  public static Maintainers of(Tree tree) {
    Optional<String> id = tree.contentId("MAINTAINERS");
    if (id.isEmpty()) return read(SourceText.of("MAINTAINERS", new byte[0]));
    synchronized (KEPT) {
      Maintainers known = KEPT.get(id.get());
      if (known != null) return known;
    }
    Maintainers read = read(tree.file("MAINTAINERS").orElseGet(() -> SourceText.of("MAINTAINERS", new byte[0])));
    synchronized (KEPT) {
      KEPT.put(id.get(), read);
      if (KEPT.size() > MOST_KEPT) KEPT.remove(KEPT.keySet().iterator().next());
    }
    return read;
  }

  public static Maintainers read(SourceText file) {
    int length = Math.min(file.length(), MOST_BYTES);
    Maintainers all = new Maintainers(file.path(), new String(file.bytes(), 0, length, StandardCharsets.ISO_8859_1));
    if (length < file.length()) all.problem(0, "longer than " + MOST_BYTES / 1_000_000 + " MB: the rest is not read");
    all.readSections();
    return all;
  }

  /** What could not be read, with its line. */
  public synchronized List<Problem> problems() {
    return List.copyOf(problems);
  }

  private void problem(int line, String message) {
    if (problems.size() < 100) problems.add(new Problem(new Place(path, line, 0), message));
  }

  /** A line of letter, colon and value belongs to the section above it; blank lines and comments to none; any other line begins a section. */
  private void readSections() {
    int line = 0;
    String name = "";
    int nameLine = 0;
    int start = -1;
    int end = -1;
    for (int at = 0; at < text.length(); ) {
      line++;
      int newline = text.indexOf('\n', at);
      int stop = newline < 0 ? text.length() : newline;
      if (isField(at, stop)) {
        if (start < 0) start = at;
        end = stop;
        pattern(at, stop, line);
      } else if (!isSkipped(at, stop)) {
        if (start >= 0) places.add(new Stretch(name, start, end, nameLine));
        start = -1;
        name = decoded(text.substring(at, Math.min(stop, at + LONGEST_LINE)).strip());
        nameLine = line;
      }
      at = stop + 1;
    }
    if (start >= 0) places.add(new Stretch(name, start, end, nameLine));
  }

  private boolean isField(int at, int stop) {
    return stop - at > 1 && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z' && text.charAt(at + 1) == ':';
  }

  private boolean isSkipped(int at, int stop) {
    int i = at;
    while (i < stop && text.charAt(i) <= ' ') i++;
    return i == stop || text.charAt(i) == '#';
  }

  private void pattern(int at, int stop, int line) {
    Patterns kind = switch (text.charAt(at)) {
      case 'F' -> files;
      case 'X' -> excluded;
      case 'N' -> names;
      case 'K' -> keywords;
      default -> null;
    };
    if (kind == null) return;
    int from = at + 2;
    int to = stop;
    while (from < to && text.charAt(from) <= ' ') from++;
    while (to > from && text.charAt(to - 1) <= ' ') to--;
    if (to == from) return;
    if (to - from > LONGEST_LINE) problem(line, "a pattern of more than " + LONGEST_LINE + " characters is left out");
    else if (kind.texts.size() >= MOST_PATTERNS) problem(line, "more than " + MOST_PATTERNS + " patterns: this one is left out");
    else kind.add(decoded(text.substring(from, to)), places.size());
  }

  private static String decoded(String latin) {
    for (int i = 0; i < latin.length(); i++)
      if (latin.charAt(i) > 127) return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return latin;
  }

  /** Who looks after these paths, the most precise section first. */
  public Responsible of(Collection<String> paths) {
    Map<Integer, Integer> depths = new LinkedHashMap<>();
    for (String one : paths) sections(one).forEach((section, depth) -> depths.merge(section, depth, Math::max));
    return responsible(depths, Set.of());
  }

  /** Who looks after what a patch touches, and whose keywords it has. */
  public Responsible of(Patch patch) {
    Map<Integer, Integer> depths = new LinkedHashMap<>();
    for (FileDiff file : patch.files()) {
      file.prePath().ifPresent(one -> sections(one).forEach((section, depth) -> depths.merge(section, depth, Math::max)));
      file.postPath().ifPresent(one -> sections(one).forEach((section, depth) -> depths.merge(section, depth, Math::max)));
    }
    return responsible(depths, keywordSections(patch));
  }

  private Responsible responsible(Map<Integer, Integer> depths, Set<Integer> byKeyword) {
    List<Integer> order = new ArrayList<>(depths.keySet());
    order.sort((a, b) -> depths.get(a).equals(depths.get(b)) ? Integer.compare(a, b) : Integer.compare(depths.get(b), depths.get(a)));
    for (int section : byKeyword) if (!depths.containsKey(section)) order.add(section);
    List<Responsible.Section> sections = new ArrayList<>(order.size());
    for (int section : order) sections.add(section(places.get(section)));
    return new Responsible(sections);
  }

  private Responsible.Section section(Stretch place) {
    String status = "";
    List<Address> maintainers = new ArrayList<>();
    List<Address> reviewers = new ArrayList<>();
    List<Responsible.MailingList> lists = new ArrayList<>();
    List<Responsible.Scm> trees = new ArrayList<>();
    for (String line : text.substring(place.start(), place.end()).split("\n")) {
      if (line.length() < 3 || line.charAt(1) != ':' || line.length() > LONGEST_LINE) continue;
      String value = decoded(line.substring(2).strip());
      switch (line.charAt(0)) {
        case 'M' -> maintainers.addAll(people(value));
        case 'R' -> reviewers.addAll(people(value));
        case 'L' -> Responsible.MailingList.of(value).ifPresent(lists::add);
        case 'T' -> Responsible.Scm.of(value).ifPresent(trees::add);
        case 'S' -> status = value;
        default -> { }
      }
    }
    return new Responsible.Section(place.name(), place.line(), status, maintainers, reviewers, lists, trees);
  }

  private static List<Address> people(String value) {
    return Address.list(value).stream().filter(address -> address.mailbox().indexOf('@') > 0).toList();
  }

  /** Sections that have the path, by how deep their pattern reaches: a name counts one more than its folder, a wildcard at the top least. */
  private Map<Integer, Integer> sections(String path) {
    Map<Integer, Integer> depths = new LinkedHashMap<>();
    int slashes = slashes(path);
    for (int i = 0; i < files.texts.size(); i++) {
      String pattern = files.texts.get(i);
      if (!matches(pattern, path, slashes)) continue;
      int depth = pattern.charAt(0) == '*' ? -1 : slashes(pattern) + (pattern.endsWith("/") ? 0 : 1);
      depths.merge(files.sections.get(i), depth, Math::max);
    }
    if (namePatterns == null) namePatterns = compiled(names);
    for (int i = 0; i < namePatterns.size(); i++)
      if (namePatterns.get(i) != null && !depths.containsKey(names.sections.get(i)) && found(namePatterns.get(i), path)) depths.put(names.sections.get(i), 0);
    for (int i = 0; i < excluded.texts.size(); i++)
      if (depths.containsKey(excluded.sections.get(i)) && matches(excluded.texts.get(i), path, slashes)) depths.remove(excluded.sections.get(i));
    return depths;
  }

  private static int slashes(String path) {
    int slashes = 0;
    for (int i = 0; i < path.length(); i++) if (path.charAt(i) == '/') slashes++;
    return slashes;
  }

  /** A folder named without its slash is one too. */
  private static boolean matches(String pattern, String path, int slashes) {
    char first = pattern.charAt(0);
    if (first != path.charAt(0) && first != '*' && first != '?' && first != '[') return false;
    if (!begins(pattern, path)) return false;
    if (pattern.endsWith("/") || slashes(pattern) == slashes) return true;
    return path.length() > pattern.length() && path.charAt(pattern.length()) == '/' && path.startsWith(pattern);
  }

  /** Whether a path begins as the pattern says: {@code *} stands for any characters, {@code ?} for one, {@code [ch]} for one of these. */
  private static boolean begins(String pattern, String path) {
    int p = 0;
    int at = 0;
    int star = -1;
    int starAt = 0;
    while (p < pattern.length()) {
      char c = pattern.charAt(p);
      if (c == '*') {
        star = p++;
        starAt = at;
        continue;
      }
      int close = c == '[' ? pattern.indexOf(']', p + 2) : -1;
      boolean fits = at < path.length() && (close > 0 ? isOneOf(pattern, p + 1, close, path.charAt(at)) : c == '?' || c == path.charAt(at));
      if (fits) {
        p = close > 0 ? close + 1 : p + 1;
        at++;
      } else if (star >= 0 && starAt < path.length()) {
        p = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean isOneOf(String pattern, int from, int to, char c) {
    boolean not = pattern.charAt(from) == '^' || pattern.charAt(from) == '!';
    for (int i = not ? from + 1 : from; i < to; i++) {
      boolean range = i + 2 < to && pattern.charAt(i + 1) == '-';
      if (range ? pattern.charAt(i) <= c && c <= pattern.charAt(i + 2) : pattern.charAt(i) == c) return !not;
      if (range) i += 2;
    }
    return not;
  }

  private Set<Integer> keywordSections(Patch patch) {
    Set<Integer> found = new LinkedHashSet<>();
    if (keywordPatterns == null) keywordPatterns = compiled(keywords);
    List<String> lines = new ArrayList<>();
    for (String part : List.of(patch.message().title(), patch.message().body(), patch.notes())) lines.addAll(List.of(part.split("\n")));
    for (FileDiff file : patch.files())
      for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) if (line.kind() != HunkLine.Kind.CONTEXT) lines.add(line.text());
    if (lines.size() > MOST_TEXT) lines = lines.subList(0, MOST_TEXT);
    for (int i = 0; i < keywordPatterns.size(); i++) {
      Pattern pattern = keywordPatterns.get(i);
      if (pattern == null || found.contains(keywords.sections.get(i))) continue;
      for (String line : lines) {
        if (!found(pattern, line)) continue;
        found.add(keywords.sections.get(i));
        break;
      }
    }
    return found;
  }

  private synchronized List<Pattern> compiled(Patterns patterns) {
    List<Pattern> compiled = new ArrayList<>();
    for (int i = 0; i < patterns.texts.size(); i++) {
      try {
        compiled.add(Pattern.compile(patterns.texts.get(i), Pattern.COMMENTS));
      } catch (PatternSyntaxException | StackOverflowError e) {
        compiled.add(null);
        problem(places.get(patterns.sections.get(i)).line(), "no regular expression: " + patterns.texts.get(i));
      }
    }
    return compiled;
  }

  /** What takes too long has not been found. */
  private static boolean found(Pattern pattern, String text) {
    try {
      return pattern.matcher(new Counted(text, new int[1])).find();
    } catch (TooLong | StackOverflowError e) {
      return false;
    }
  }

  private static final class TooLong extends RuntimeException {
    static final TooLong ONE = new TooLong();

    private TooLong() {
      super("", null, false, false);
    }
  }

  /** A text that may be looked at so often. */
  private record Counted(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MOST_STEPS) throw TooLong.ONE;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), steps);
    }
  }
}
