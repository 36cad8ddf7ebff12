// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.patch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Place;
import keeper.text.Problem;

/**
 * From text to a {@link Patch}, line by line. A hunk's header says how many lines it has, and so many are taken: what stands behind a
 * patch (a signature, a list's footer, a blank line) cannot become part of it, and a hunk that has other lines than it promises is
 * damaged, named, and left out.
 */
final class PatchParser {
  /** The largest real patches have some thousands of files. */
  static final int MAX_FILES = 20_000;

  /** Lines in hunks; a mail of three megabytes has a hundred thousand. */
  static final int MAX_LINES = 500_000;

  private static final int MAX_PROBLEMS = 200;

  private final String text;
  private final String path;
  private final List<FileDiff> files = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  // The line that is looked at.
  private int start;
  private int end;
  private int line; // from 1
  private int linesRead; // in hunks

  private PatchParser(String text, String path) {
    this.text = text;
    this.path = path;
  }

  static Patch parse(String text, String title, String path, int logStart) {
    PatchParser parser = new PatchParser(text, path);
    parser.jump(Math.min(Math.max(0, logStart), text.length()));
    return parser.patch(title);
  }

  static Patch diff(String text, String path) {
    PatchParser parser = new PatchParser(text, path);
    parser.jump(0);
    Patch patch = parser.patch("");
    String body = patch.message().body();
    if (body.isEmpty()) return patch;
    int cut = body.indexOf('\n');
    String title = (cut < 0 ? body : body.substring(0, cut)).strip();
    String rest = cut < 0 ? "" : body.substring(cut + 1);
    return new Patch(CommitMessage.of(title, rest), patch.notes(), patch.files(), patch.problems());
  }

  private Patch patch(String title) {
    int logFrom = start;
    int logTo = text.length();
    int notesFrom = -1;
    StringBuilder notes = new StringBuilder();
    while (more()) {
      if (beginsDiff()) {
        if (notesFrom < 0) logTo = Math.min(logTo, start);
        else notes.append(text, notesFrom, start);
        notesFrom = start;
        int before = start;
        file();
        if (start > before) notesFrom = start;
        else next();
        continue;
      }
      if (notesFrom < 0 && isCut()) {
        logTo = start;
        next();
        notesFrom = start;
        continue;
      }
      next();
    }
    if (notesFrom >= 0 && notesFrom < text.length()) notes.append(text, notesFrom, text.length());
    else if (notesFrom < 0) logTo = text.length();
    if (files.isEmpty() && problems.isEmpty()) logTo = withoutSignature(logFrom, logTo);
    String body = text.substring(Math.min(logFrom, logTo), logTo);
    blanksForTabs();
    return new Patch(CommitMessage.of(title, body), trimmed(notes.toString()), files, problems);
  }

  /** A cover letter or a reply ends at {@code "-- "}. */
  private int withoutSignature(int from, int to) {
    int at = text.lastIndexOf("\n-- \n", to);
    return at >= from ? at + 1 : to;
  }

  // ---- lines

  private boolean more() {
    return start < text.length();
  }

  private void jump(int offset) {
    line = 1;
    for (int i = 0; i < offset; i++) if (text.charAt(i) == '\n') line++;
    start = offset;
    end = lineEnd(offset);
  }

  private void next() {
    start = Math.min(text.length(), end + 1);
    end = lineEnd(start);
    line++;
  }

  private int lineEnd(int at) {
    int found = text.indexOf('\n', at);
    return found < 0 ? text.length() : found;
  }

  private boolean at(String lead) {
    return text.startsWith(lead, start);
  }

  /** The line, without a carriage return at its end. */
  private String rest(int skip) {
    int stop = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
    return text.substring(Math.min(stop, start + skip), stop);
  }

  /** The start of the line so many below; the text's length when there is none. */
  private int below(int lines) {
    int at = start;
    for (int i = 0; i < lines && at < text.length(); i++) at = Math.min(text.length(), lineEnd(at) + 1);
    return at;
  }

  /** The line {@code ---} between log and notes. */
  private boolean isCut() {
    if (!at("---")) return false;
    for (int i = start + 3; i < end; i++) if (text.charAt(i) > ' ') return false;
    return true;
  }

  // ---- one file

  private boolean beginsDiff() {
    if (end - start < 4) return false;
    char c = text.charAt(start);
    if (c == 'd') return at("diff --git ") || at("diff --cc ") || at("diff --combined ") || at("diff -") && headerWithin(3);
    if (c == 'I') return at("Index: ") && headerWithin(3);
    if (c == '-') return at("--- ") && text.startsWith("+++ ", below(1)) && text.startsWith("@@ -", below(2));
    if (c == '@') return isHunk(start) || at("@@@ -");
    if (c == '*') return at("*** ") && text.startsWith("--- ", below(1)) && text.startsWith("***************", below(2));
    return false;
  }

  /** A pair of name lines, a ruler or a binary's line follows soon: else the line is one of the log that speaks of diffs. */
  private boolean headerWithin(int lines) {
    int at = start;
    for (int i = 0; i < lines; i++) {
      at = Math.min(text.length(), lineEnd(at) + 1);
      if (text.startsWith("====", at) || text.startsWith("Binary files ", at)) return true;
      if (text.startsWith("--- ", at)) return text.startsWith("+++ ", Math.min(text.length(), lineEnd(at) + 1));
    }
    return false;
  }

  private boolean isHunk(int at) {
    if (!text.startsWith("@@ -", at) || at + 4 >= text.length()) return false;
    char digit = text.charAt(at + 4);
    if (digit < '0' || digit > '9') return false;
    int limit = Math.min(lineEnd(at), at + 80);
    for (int i = at + 4; i + 3 <= limit; i++) if (text.charAt(i) == ' ' && text.charAt(i + 1) == '@' && text.charAt(i + 2) == '@') return true;
    return false;
  }

  private void file() {
    if (files.size() >= MAX_FILES || linesRead >= MAX_LINES) {
      problem(line, "more than " + MAX_FILES + " files or " + MAX_LINES + " lines: the rest is not read");
      start = text.length();
      end = start;
    } else if (at("diff --cc ") || at("diff --combined ") || at("@@@ -")) {
      combined();
    } else if (text.charAt(start) == '*') {
      problem(line, "a context diff (diff -c) is not read (send diff -u, or git diff)");
      skipFile();
    } else if (isHunk(start)) {
      problem(line, "a hunk that belongs to no file: its --- and +++ lines are missing");
      skipFile();
    } else {
      new FileHeader().read();
    }
  }

  private void combined() {
    problem(line, "a combined diff (of a merge, against several parents) is not read");
    skipFile();
  }

  /** To the next line that begins a file. */
  private void skipFile() {
    next();
    while (more() && !(at("diff --") || at("Index: ") && beginsDiff() || at("--- ") && beginsDiff())) next();
  }

  /** What stands before a file's hunks, and the hunks. */
  private final class FileHeader {
    private final int firstLine = line;
    private final List<String> flags = new ArrayList<>();
    private final List<Hunk> hunks = new ArrayList<>();
    private String gitLine = "";
    private String index = "";
    private String pre = "";
    private String post = "";
    private String from = "";
    private String to = "";
    private String preBlob = "";
    private String postBlob = "";
    private String newMode = "";
    private boolean created;
    private boolean deleted;
    private boolean damaged;

    void read() {
      if (at("diff --git ")) {
        gitLine = rest(11);
        if (gitLine.length() > 10_000) gitLine = gitLine.substring(0, 10_000); // two paths are no longer
        next();
        while (more() && extended()) next();
      } else {
        while (more() && !at("--- ") && !at("Binary files ")) { // Index:, =====, diff -u
          if (at("Index: ")) index = rest(7).strip();
          next();
        }
      }
      if (at("Binary files ") || at("Files ") && rest(0).endsWith("differ")) {
        flag("binary");
        next();
      } else if (at("GIT binary patch")) {
        flag("binary");
        binary();
      } else if (at("--- ") && text.startsWith("+++ ", below(1))) {
        pre = name(rest(4));
        next();
        post = name(rest(4));
        next();
        while (more() && isHunk(start) && linesRead < MAX_LINES) hunk();
      } else if (at("--- ") && !gitLine.isEmpty()) {
        damaged("the +++ line is missing: " + wrapped(start));
      } else if (!gitLine.isEmpty() && isHunk(start)) {
        damaged("hunks without --- and +++ lines");
        skipFile();
      }
      finish();
    }

    private boolean extended() {
      if (at("index ")) blobs();
      else if (at("old mode ")) flag("mode");
      else if (at("new mode ")) newMode = mode(rest(9));
      else if (at("new file mode ")) {
        created = true;
        newMode = mode(rest(14));
      } else if (at("deleted file mode ")) {
        deleted = true;
        newMode = mode(rest(18));
      } else if (at("rename from ")) {
        flag("rename");
        from = name(rest(12));
      } else if (at("rename to ")) to = name(rest(10));
      else if (at("copy from ")) {
        flag("copy");
        from = name(rest(10));
      } else if (at("copy to ")) to = name(rest(8));
      else if (at("rename old ")) from = name(rest(11));
      else if (at("rename new ")) to = name(rest(11));
      else return at("similarity index ") || at("dissimilarity index ");
      return true;
    }

    private String mode(String digits) {
      String mode = digits.strip();
      if (mode.equals("120000")) flag("symlink");
      if (mode.equals("160000")) flag("submodule");
      if (mode.equals("100755")) flag("executable");
      return mode;
    }

    private void flag(String flag) {
      if (!flags.contains(flag)) flags.add(flag);
    }

    /** {@code index 1a2b3c4..5d6e7f8 100644}. */
    private void blobs() {
      String ids = rest(6).strip();
      int dots = ids.indexOf("..");
      if (dots < 0) return;
      int stop = ids.indexOf(' ');
      preBlob = ids.substring(0, dots);
      postBlob = ids.substring(dots + 2, stop < 0 ? ids.length() : Math.max(stop, dots + 2));
      if (stop > 0) mode(ids.substring(stop + 1));
    }

    /** Base 85 in two blocks, each ended by a blank line; the bytes are not ours to judge. */
    private void binary() {
      next();
      while (more()) {
        boolean block = at("literal ") || at("delta ");
        if (!block) break;
        while (more() && end > start && !(end == start + 1 && text.charAt(start) == '\r')) next();
        if (more()) next();
      }
    }

    private void hunk() {
      Optional<Hunk> hunk = new HunkReader().read();
      if (hunk.isPresent()) hunks.add(hunk.get());
      else damaged = true;
    }

    private void damaged(String message) {
      problem(firstLine, message);
      damaged = true;
    }

    private void finish() {
      String[] names = names();
      String preName = names[0];
      String postName = names[1];
      if (created || preBlob.length() >= 7 && isZero(preBlob)) preName = "";
      if (deleted || postBlob.length() >= 7 && isZero(postBlob)) postName = "";
      if (preName.isEmpty() && postName.isEmpty()) {
        if (!damaged) problem(firstLine, "a diff without file names");
        return;
      }
      if (preName.isEmpty()) flags.add(0, "new");
      if (postName.isEmpty()) flags.add(0, "deleted");
      for (String name : List.of(preName, postName)) {
        String why = unsafe(name);
        if (why.isEmpty()) continue;
        problem(firstLine, "the path \"" + shown(name) + "\" " + why + ": this file is left out");
        return;
      }
      files.add(new FileDiff(optional(preName), optional(postName), blob(preBlob), blob(postBlob), flags, hunks));
    }

    /** Pre- and post-image's name, empty for {@code /dev/null}. */
    private String[] names() {
      if (!from.isEmpty() && !to.isEmpty()) return new String[] {from, to};
      if (gitLine.isEmpty()) return plainNames(pre, post);
      if (pre.isEmpty() && post.isEmpty()) return gitNames();
      boolean prefixed = prefixed(pre) && prefixed(post);
      return new String[] {prefixed ? stripped(pre) : none(pre), prefixed ? stripped(post) : none(post)};
    }

    /** Mode changes, binary and empty files have their names on the first line alone. */
    private String[] gitNames() {
      if (gitLine.startsWith("\"")) {
        int close = closingQuote(gitLine);
        String first = name(gitLine.substring(0, close));
        String second = name(gitLine.substring(close).strip());
        return new String[] {prefixed(first) ? stripped(first) : first, prefixed(second) ? stripped(second) : second};
      }
      int quote = gitLine.indexOf(" \"");
      if (quote > 0 && gitLine.endsWith("\"")) {
        String first = gitLine.substring(0, quote);
        String second = name(gitLine.substring(quote + 1));
        return new String[] {prefixed(first) ? stripped(first) : first, prefixed(second) ? stripped(second) : second};
      }
      // Both names are the same but for the prefix; a blank in them is no end.
      for (int blank = gitLine.indexOf(' '); blank > 0; blank = gitLine.indexOf(' ', blank + 1)) {
        String first = gitLine.substring(0, blank);
        String second = gitLine.substring(blank + 1);
        if (prefixed(first) && prefixed(second) && stripped(first).equals(stripped(second))) return new String[] {stripped(first), stripped(second)};
        if (first.equals(second)) return new String[] {first, second};
      }
      if (damaged) {
        int blank = gitLine.indexOf(' ');
        String first = blank < 0 ? gitLine : gitLine.substring(0, blank);
        String second = blank < 0 ? gitLine : gitLine.substring(blank + 1);
        return new String[] {stripped(first), stripped(second)};
      }
      return new String[] {"", ""};
    }

    private String[] plainNames(String pre, String post) {
      boolean none = pre.equals("/dev/null") || post.equals("/dev/null");
      // linux.orig/x and linux/x, a/x and b/x: the first part is the tree's name. x.orig and x: it is not.
      if (!none && !pre.equals(post) && stripped(pre).equals(stripped(post))) return new String[] {stripped(pre), stripped(pre)};
      if (!index.isEmpty() && !none && (endsWithPath(pre, index) || endsWithPath(post, index))) return new String[] {index, index};
      if (none) {
        String only = pre.equals("/dev/null") ? post : pre;
        String name = !index.isEmpty() && endsWithPath(only, index) ? index : prefixed(only) || only.startsWith("linux") ? stripped(only) : only;
        return pre.equals("/dev/null") ? new String[] {"", name} : new String[] {name, ""};
      }
      if (pre.startsWith("a/") || post.startsWith("b/")) return new String[] {prefixed(pre) ? stripped(pre) : pre, prefixed(post) ? stripped(post) : post};
      if (pre.startsWith(post) && !pre.equals(post)) return new String[] {post, post}; // x.orig, x~
      return new String[] {pre, post};
    }
  }

  private static boolean endsWithPath(String name, String tail) {
    return name.equals(tail) || name.endsWith("/" + tail);
  }

  /** {@code a/}, {@code b/} and the letters of diff.mnemonicPrefix. */
  private static boolean prefixed(String name) {
    return name.equals("/dev/null") || name.length() > 2 && name.charAt(1) == '/' && "abciwo".indexOf(name.charAt(0)) >= 0;
  }

  private static String stripped(String name) {
    if (name.equals("/dev/null")) return "";
    int slash = name.indexOf('/');
    if (slash < 0) return name;
    int at = slash;
    while (at < name.length() && name.charAt(at) == '/') at++; // a//x
    return slash == 0 ? name : name.substring(at);
  }

  private static String none(String name) {
    return name.equals("/dev/null") ? "" : name;
  }

  private static boolean isZero(String hex) {
    for (int i = 0; i < hex.length(); i++) if (hex.charAt(i) != '0') return false;
    return true;
  }

  private static Optional<String> optional(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static Optional<BlobId> blob(String hex) {
    return BlobId.valid(hex) ? Optional.of(new BlobId(hex)) : Optional.empty();
  }

  /** Why a path must never be opened; empty when it may. */
  static String unsafe(String name) {
    if (name.startsWith("/")) return "is absolute";
    if (name.endsWith("/")) return "is a folder's";
    if (name.equals("..") || name.startsWith("../") || name.contains("/../") || name.endsWith("/..")) return "leaves its tree";
    if (name.equals(".git") || name.startsWith(".git/") || name.contains("/.git/")) return "is git's own";
    if (name.length() > 4_096) return "is too long";
    for (int i = 0; i < name.length(); i++) if (name.charAt(i) == 0) return "has a NUL in it";
    return "";
  }

  private static String shown(String name) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(200, name.length()); i++) shown.append(name.charAt(i) < ' ' ? '?' : name.charAt(i));
    return shown.toString();
  }

  /** A name as header lines give it: in C's quotes, or up to a tab with a date behind it. */
  private static String name(String given) {
    if (given.startsWith("\"")) {
      int close = closingQuote(given);
      return unquoted(given.substring(1, Math.max(1, close - 1)));
    }
    int tab = given.indexOf('\t');
    String name = tab < 0 ? given : given.substring(0, tab);
    int date = tab < 0 ? beforeDate(name) : name.length();
    return name.substring(0, date).stripTrailing();
  }

  /** diff -u puts a date behind the name; a mail program may have made blanks of the tab. */
  private static int beforeDate(String name) {
    int blank = name.indexOf("  ");
    if (blank > 0) return blank;
    for (int at = name.indexOf(' '); at > 0; at = name.indexOf(' ', at + 1)) {
      if (at + 11 <= name.length() && name.charAt(at + 5) == '-' && name.charAt(at + 8) == '-' && Character.isDigit(name.charAt(at + 1))) return at;
    }
    return name.length();
  }

  /** One past the quote that closes the one at the start. */
  private static int closingQuote(String given) {
    for (int i = 1; i < given.length(); i++) {
      if (given.charAt(i) == '\\') i++;
      else if (given.charAt(i) == '"') return i + 1;
    }
    return given.length();
  }

  /** Undoes git's quoting (quote.c): octal bytes of UTF-8, and C's escapes. */
  private static String unquoted(String quoted) {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream(quoted.length());
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (c != '\\' || i + 1 == quoted.length()) {
        int code = quoted.codePointAt(i);
        bytes.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
        if (Character.charCount(code) == 2) i++;
        continue;
      }
      char escape = quoted.charAt(++i);
      if (escape >= '0' && escape <= '3' && i + 2 < quoted.length()) {
        int octal = (escape - '0') * 64 + (quoted.charAt(i + 1) - '0') * 8 + (quoted.charAt(i + 2) - '0');
        bytes.write(octal);
        i += 2;
        continue;
      }
      bytes.write(switch (escape) {
        case 'a' -> 7;
        case 'b' -> 8;
        case 't' -> 9;
        case 'n' -> 10;
        case 'v' -> 11;
        case 'f' -> 12;
        case 'r' -> 13;
        default -> escape;
      });
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  // ---- one hunk

  private final class HunkReader {
    private final List<HunkLine> lines = new ArrayList<>();
    private int preLeft;
    private int postLeft;

    /** The hunk at this line, or nothing when it is damaged; the line behind it comes next. */
    Optional<Hunk> read() {
      int first = line;
      int[] ranges = ranges();
      if (ranges == null) {
        problem(line, "a hunk header that cannot be read");
        next();
        return damaged();
      }
      String section = section();
      preLeft = ranges[1];
      postLeft = ranges[3];
      next();
      while (more() && (preLeft > 0 || postLeft > 0)) {
        if (++linesRead > MAX_LINES) {
          problem(line, "more than " + MAX_LINES + " lines of diff: the rest is not read");
          start = text.length();
          end = start;
          return Optional.empty();
        }
        String wrong = take();
        if (wrong.isEmpty()) continue;
        problem(line, wrong);
        return damaged();
      }
      if (preLeft > 0 || postLeft > 0) {
        problem(first, "the text ends in this hunk: " + missing() + " (the mail was cut off)");
        return damaged();
      }
      if (isCutLine()) {
        problem(line - 1, "the text ends within a line of this hunk (the mail was cut off)");
        return damaged();
      }
      noNewline();
      if (goesOn()) {
        problem(line, "more lines than the hunk's header says (header of line " + first + ")");
        return damaged();
      }
      return Optional.of(new Hunk(new LineRange(ranges[0], ranges[1]), new LineRange(ranges[2], ranges[3]), section, lines, first));
    }

    private String missing() {
      return preLeft + " old and " + postLeft + " new lines are missing";
    }

    /** One line; says what is wrong with it, or nothing. */
    private String take() {
      char mark = end == start ? '\n' : text.charAt(start);
      boolean bare = end == start || mark == '\r' && end == start + 1;
      if (bare) { // Mail programs and editors cut the blank off an empty context line.
        if (preLeft == 0 || postLeft == 0) return "an empty line inside a hunk: " + missing();
        preLeft--;
        postLeft--;
        lines.add(new HunkLine(HunkLine.Kind.CONTEXT, mark == '\r' ? "\r" : "", true, line));
      } else if (mark == ' ') {
        if (preLeft == 0 || postLeft == 0) return "more context lines than the hunk's header says";
        preLeft--;
        postLeft--;
        add(HunkLine.Kind.CONTEXT);
      } else if (mark == '+') {
        if (postLeft == 0) return "more added lines than the hunk's header says";
        postLeft--;
        add(HunkLine.Kind.ADDED);
      } else if (mark == '-') {
        if (isSignature()) return "the text ends in this hunk: " + missing() + " (the patch was cut by hand, or its header is wrong)";
        if (preLeft == 0) return "more removed lines than the hunk's header says";
        preLeft--;
        add(HunkLine.Kind.REMOVED);
      } else if (mark == '\\') {
        mark();
      } else if (at("diff --git ") || isHunk(start)) {
        return "the hunk ends early: " + missing();
      } else {
        return wrapped(start);
      }
      next();
      return "";
    }

    /** {@code "-- "} and git's version behind it: a removed line {@code "- "} is not followed so. */
    private boolean isSignature() {
      if (end != start + 3 || !at("-- ")) return false;
      int below = below(1);
      int stop = lineEnd(below);
      if (below >= text.length()) return true;
      char c = text.charAt(below);
      return stop > below && c != ' ' && c != '+' && c != '-' && c != '@' && c != '\\' && c != '\t';
    }

    private void add(HunkLine.Kind kind) {
      lines.add(new HunkLine(kind, text.substring(start + 1, end), true, line));
    }

    /** {@code \ No newline at end of file}, in any language. */
    private void mark() {
      if (lines.isEmpty()) return;
      HunkLine last = lines.remove(lines.size() - 1);
      lines.add(new HunkLine(last.kind(), last.text(), false, last.mailLine()));
    }

    /** The whole text ends here, without line end, in blanks that nobody writes: a line that lost its tail. */
    private boolean isCutLine() {
      if (more() || lines.isEmpty() || text.endsWith("\n")) return false;
      String last = lines.get(lines.size() - 1).text();
      return !last.isEmpty() && last.isBlank();
    }

    private void noNewline() {
      if (!more() || text.charAt(start) != '\\') return;
      mark();
      next();
    }

    /** A line of a diff right behind the last one that the header promised. */
    private boolean goesOn() {
      if (!more() || end == start) return false;
      char mark = text.charAt(start);
      if (mark == '+') return true;
      if (mark != '-') return false;
      if (at("--- ") && text.startsWith("+++ ", below(1))) return false;
      // "-- ", "--", "---" and rulers end a patch.
      int i = start;
      while (i < end && (text.charAt(i) == '-' || text.charAt(i) <= ' ')) i++;
      return i < end && !(at("-----BEGIN") || at("-- ") || at("--="));
    }

    /** Skips what is left of the damaged hunk. */
    private Optional<Hunk> damaged() {
      while (more() && !at("diff --git ") && !isHunk(start) && !(at("--- ") && beginsDiff()) && !at("-- \n") && !(at("Index: ") && beginsDiff())) next();
      return Optional.empty();
    }

    private int[] ranges() {
      int[] ranges = new int[4];
      int at = start + 4;
      for (int side = 0; side < 2; side++) {
        int stop = digits(at);
        if (stop == at || stop - at > 9) return null;
        ranges[2 * side] = Integer.parseInt(text.substring(at, stop));
        ranges[2 * side + 1] = 1; // "@@ -3 +3 @@": no count is one line
        at = stop;
        if (at < end && text.charAt(at) == ',') {
          stop = digits(at + 1);
          if (stop == at + 1 || stop - at > 9) return null;
          ranges[2 * side + 1] = Integer.parseInt(text.substring(at + 1, stop));
          at = stop;
        }
        String between = side == 0 ? " +" : " @@";
        if (!text.startsWith(between, at)) return null;
        at += between.length();
      }
      return ranges;
    }

    private int digits(int at) {
      int stop = at;
      while (stop < end && text.charAt(stop) >= '0' && text.charAt(stop) <= '9') stop++;
      return stop;
    }

    private String section() {
      int at = text.indexOf(" @@", start) + 3;
      String section = at >= end ? "" : text.substring(at, end);
      return section.startsWith(" ") ? section.substring(1).stripTrailing() : section.stripTrailing();
    }
  }

  // ---- damage

  /** A line that begins with none of a hunk's marks: the tail of the one above, or quoting. */
  private String wrapped(int at) {
    if (text.startsWith(">", at)) return "quoted lines inside a hunk";
    int previous = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
    int length = at - 1 - previous;
    return length >= 60
        ? "a line of a hunk goes on here: the mail program has wrapped long lines (send with git send-email, or switch wrapping off)"
        : "a line that is none of a diff inside a hunk";
  }

  /**
   * Kernel C is indented by tabs. A C diff without one tab, whose lines are indented by eight blanks or more and mostly by eights, has lost
   * them on its way, and will not apply. Heuristic: files that are written with blanks (parts of lib/ are) have steps of two or four.
   */
  private void blanksForTabs() {
    int indented = 0;
    int byEights = 0;
    int firstLine = 0;
    for (FileDiff file : files) {
      if (!file.path().endsWith(".c") && !file.path().endsWith(".h")) continue;
      for (Hunk hunk : file.hunks()) {
        for (HunkLine hunkLine : hunk.lines()) {
          String content = hunkLine.text();
          if (content.indexOf('\t') >= 0) return;
          int blanks = 0;
          while (blanks < content.length() && content.charAt(blanks) == ' ') blanks++;
          if (blanks == 0 || blanks == content.length() || content.charAt(blanks) == '*') continue;
          // A label may have one blank; other steps are no tabs'.
          if (blanks < 8 && blanks > 1) return;
          indented++;
          if (blanks % 8 == 0) byEights++;
          if (firstLine == 0) firstLine = hunkLine.mailLine();
        }
      }
    }
    if (indented >= 3 && byEights * 10 >= indented * 7)
      problem(firstLine, "every tab has become blanks: the mail program has changed the patch");
  }

  private void problem(int at, String message) {
    if (problems.size() < MAX_PROBLEMS) problems.add(new Problem(new Place(path, at, 0), message));
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '\n') from++;
    while (to > from && text.charAt(to - 1) <= ' ') to--;
    return text.substring(from, to);
  }
}
