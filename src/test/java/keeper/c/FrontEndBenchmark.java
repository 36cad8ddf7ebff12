// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import keeper.text.SourceText;
import keeper.text.Span;

/**
 * Measures the front end on a kernel tree, see src/docs/front-end.md for the command and the table it gives. No test: it
 * needs a tree, and for comparison universal-ctags on the path.
 *
 * <pre>java -Xmx1g -cp target/classes:target/test-classes keeper.c.FrontEndBenchmark TREE [speed|bounds|parse]…</pre>
 */
public final class FrontEndBenchmark {
  private static final List<String> LEFT_OUT = List.of("tools/", "scripts/", "samples/", "Documentation/");
  private static final int SHOWN = 200; // differences that are listed
  private static final int SAMPLE = 500; // files
  private static final long SEED = 6121;

  private final Path top;

  private FrontEndBenchmark(Path top) {
    this.top = top;
  }

  public static void main(String[] args) throws Exception {
    FrontEndBenchmark benchmark = new FrontEndBenchmark(Path.of(args[0]));
    List<String> parts = args.length > 1 ? Arrays.asList(args).subList(1, args.length) : List.of("speed", "bounds", "parse");
    System.out.println("kernel " + benchmark.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores, Java " + Runtime.version());
    if (parts.contains("speed")) benchmark.speed();
    if (parts.contains("bounds")) benchmark.bounds(benchmark.sample());
    if (parts.contains("bounds-all")) benchmark.bounds(benchmark.files(""));
    if (parts.contains("parse")) benchmark.parse(2);
  }

  private String version() throws IOException {
    Map<String, String> parts = new TreeMap<>();
    for (String line : Files.readAllLines(top.resolve("Makefile")).subList(0, 6)) {
      int equals = line.indexOf(" =");
      if (equals > 0) parts.put(line.substring(0, equals), line.substring(equals + 2).strip());
    }
    return parts.get("VERSION") + "." + parts.get("PATCHLEVEL") + "." + parts.get("SUBLEVEL");
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(top.resolve(folder))) {
      return all.filter(file -> file.toString().endsWith(".c") && Files.isRegularFile(file))
          .filter(file -> LEFT_OUT.stream().noneMatch(out -> top.relativize(file).toString().startsWith(out)))
          .sorted().toList();
    }
  }

  private List<Path> sample() throws IOException {
    List<Path> files = new ArrayList<>(files(""));
    Collections.shuffle(files, new Random(SEED));
    return files.subList(0, Math.min(SAMPLE, files.size()));
  }

  private SourceText read(Path file) {
    try {
      return SourceText.of(top.relativize(file).toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  // Speed.

  private void speed() throws Exception {
    List<Path> files = files("drivers/net");
    long bytes = 0;
    List<byte[]> all = new ArrayList<>();
    for (Path file : files) {
      all.add(Files.readAllBytes(file));
      bytes += all.get(all.size() - 1).length;
    }
    double mb = bytes / 1e6;
    System.out.printf(Locale.ROOT, "drivers/net: %d files, %.2f MB, one thread%n", files.size(), mb);
    String[] names = {"tokens alone, from memory", "tokens + functions, from memory", "tokens + functions, reading the files", "ctags, functions with line and end"};
    List<java.util.function.DoubleSupplier> work = List.of(
        () -> cpu(() -> all.forEach(each -> Lexer.tokens(SourceText.of("", each)))),
        () -> cpu(() -> all.forEach(each -> Outline.of(SourceText.of("", each)).functions())),
        () -> cpu(() -> files.forEach(file -> Outline.of(read(file)).functions())),
        () -> ctags(files, null));
    int rounds = 5;
    double[][] wall = new double[names.length][rounds];
    double[][] cpu = new double[names.length][rounds];
    for (int round = -3; round < rounds; round++) { // three rounds to warm up
      for (int i = 0; i < names.length; i++) {
        if (round < 0 && i == 3) continue;
        long start = System.nanoTime();
        double spent = work.get(i).getAsDouble();
        if (round < 0) continue;
        wall[i][round] = (System.nanoTime() - start) / 1e9;
        cpu[i][round] = spent;
      }
    }
    for (int i = 0; i < names.length; i++) {
      Arrays.sort(wall[i]);
      Arrays.sort(cpu[i]);
      System.out.printf(Locale.ROOT, "  %-40s wall: median %.0f, best %.0f MB/s; processor time: median %.0f, best %.0f MB/s%n", names[i], mb / wall[i][rounds / 2], mb / wall[i][0],
          mb / cpu[i][rounds / 2], mb / cpu[i][0]);
    }
  }

  /** Processor seconds of this process, collector and compiler included: what counts when others use the machine. */
  private static double cpu(Runnable work) {
    com.sun.management.OperatingSystemMXBean system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = system.getProcessCpuTime();
    work.run();
    return (system.getProcessCpuTime() - start) / 1e9;
  }

  /** Its processor seconds. */
  private static double ctags(List<Path> files, Path output) {
    try {
      Path list = Files.createTempFile("files", ".txt");
      Files.write(list, files.stream().map(Path::toString).toList());
      String command = "TIMEFORMAT='%U %S'; time ctags --languages=C --langmap=C:.c --c-kinds=f --fields=ne --sort=no -f " + (output == null ? "/dev/null" : output) + " -L " + list;
      Process process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) throw new IllegalStateException("ctags failed: " + said);
      Files.delete(list);
      String[] spent = said.substring(said.lastIndexOf('\n') + 1).split(" ");
      return Double.parseDouble(spent[0]) + Double.parseDouble(spent[1]);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // Boundaries.

  /** A function as some tool sees it. */
  private record Found(String name, int end) {}

  private void bounds(List<Path> files) throws Exception {
    Path tags = Files.createTempFile("tags", "");
    ctags(files, tags);
    Map<String, List<Found>> byCtags = new TreeMap<>();
    for (String line : Files.readAllLines(tags, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("!")) continue;
      String[] fields = line.split("\t");
      int end = 0;
      for (String field : fields) if (field.startsWith("end:")) end = Integer.parseInt(field.substring(4));
      byCtags.computeIfAbsent(fields[1], file -> new ArrayList<>()).add(new Found(fields[0], end));
    }
    Files.delete(tags);
    int functions = 0;
    Score ours = new Score("ours");
    Score theirs = new Score("ctags");
    for (Path file : files) {
      List<Found> rule = columnZero(Files.readAllBytes(file));
      functions += rule.size();
      List<Found> mine = Parser.functions(read(file)).stream().map(f -> new Found(f.name(), f.endLine())).toList();
      List<Found> tagged = byCtags.getOrDefault(file.toString(), List.of());
      ours.compare(top.relativize(file).toString(), rule, mine, tagged);
      theirs.compare(top.relativize(file).toString(), rule, tagged, mine);
    }
    System.out.printf("%d files, %d functions by the column-0 rule%n", files.size(), functions);
    ours.print(functions);
    theirs.print(functions);
  }

  private static final class Score {
    final String tool;
    int ends;
    int names;
    int extra;
    int shared;
    final List<String> differences = new ArrayList<>();

    Score(String tool) {
      this.tool = tool;
    }

    void compare(String file, List<Found> rule, List<Found> found, List<Found> other) {
      Map<Integer, String> byEnd = new TreeMap<>();
      for (Found f : found) byEnd.put(f.end(), f.name());
      for (Found f : rule) {
        String name = byEnd.remove(f.end());
        if (name != null) ends++;
        if (name != null && (name.equals(f.name()))) names++;
        else differences.add(file + ":" + f.end() + " rule says " + f.name() + ", " + tool + (name == null ? " has no function that ends here" : " says " + name));
      }
      extra += byEnd.size();
      byEnd.forEach((end, name) -> {
        if (other.contains(new Found(name, end))) shared++;
        else differences.add(file + ":" + end + " only " + tool + ": " + name);
      });
    }

    void print(int functions) {
      System.out.printf(Locale.ROOT, "  %s: end right %.3f %%, end and name right %.3f %%, beside the rule %d, of them the other tool sees %d alike%n", tool, 100.0 * ends / functions, 100.0 * names / functions, extra, shared);
      differences.stream().limit(SHOWN).forEach(line -> System.out.println("    " + line));
    }
  }

  /**
   * The kernel's style as a rule, on lines and written without the front end: a function begins with a brace in column 0
   * behind something with brackets, and ends with the next closing brace in column 0. Comments, literals and
   * preprocessor lines are blanked first, and so is what stands in {@code #if 0}.
   */
  private static List<Found> columnZero(byte[] bytes) {
    String[] lines = blanked(new String(bytes, StandardCharsets.ISO_8859_1)).split("\n", -1);
    List<Found> found = new ArrayList<>();
    StringBuilder head = new StringBuilder();
    String name = null;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (name == null && line.startsWith("{") && line.stripTrailing().endsWith("}")) {
        head.setLength(0); // all on one line: not in the rule
      } else if (name == null && line.startsWith("{")) {
        name = name(head.toString());
        if (name == null) name = "";
        head.setLength(0);
      } else if (line.startsWith("}")) {
        if (name != null && !name.isEmpty()) found.add(new Found(name, i + 1));
        name = null;
        head.setLength(0);
      } else if (name == null) {
        int cut = Math.max(line.lastIndexOf(';'), line.lastIndexOf('}'));
        if (cut >= 0) head.setLength(0);
        head.append(line.substring(cut + 1)).append('\n');
        if (line.isBlank() && head.toString().strip().endsWith(")")) head.setLength(0);
      }
    }
    return found;
  }

  /** The word before the last bracket that is no attribute; of macros in capitals, their first argument. Null: no function. */
  private static String name(String head) {
    String text = head.strip();
    if (text.isEmpty() || text.indexOf('=') >= 0 || text.indexOf('(') < 0) return null;
    int at = 0;
    String last = null;
    int lastOpen = -1;
    boolean typed = false;
    while (at < text.length()) {
      int open = text.indexOf('(', at);
      if (open < 0) break;
      int from = open;
      while (from > 0 && Character.isWhitespace(text.charAt(from - 1))) from--;
      int end = from;
      while (from > 0 && (Character.isJavaIdentifierPart(text.charAt(from - 1)))) from--;
      String word = text.substring(from, end);
      int close = open;
      for (int depth = 0; close < text.length(); close++) {
        if (text.charAt(close) == '(') depth++;
        else if (text.charAt(close) == ')' && --depth == 0) break;
      }
      String inside = text.substring(open + 1, Math.min(close, text.length())).strip();
      boolean parameters = inside.isEmpty() || inside.equals("void") || inside.split(",")[0].strip().matches("(?s).*[\\w*]\\s+\\**\\s*\\w+.*|.*\\*.*\\w.*");
      boolean attribute = word.startsWith("__") && !parameters || word.equals("__attribute__");
      if (!word.isEmpty() && !attribute && !(typed && lastOpen >= 0)) {
        last = word;
        lastOpen = open;
        typed = parameters;
      }
      at = Math.max(close, open + 1);
    }
    if (last == null) return null;
    String before = text.substring(0, text.indexOf(last)).replaceAll("\\b(static|inline|__\\w+|asmlinkage|notrace|noinline)\\b", "").strip();
    boolean generated = before.isEmpty() && !typed;
    if (!generated) return last;
    String inside = text.substring(lastOpen + 1);
    int end = 0;
    while (end < inside.length() && inside.charAt(end) != ',' && inside.charAt(end) != ')') end++;
    return inside.substring(0, end).strip();
  }

  private static String blanked(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    int dead = 0; // depth of #if inside #if 0
    boolean lineStart = true;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (text.startsWith("/*", i)) {
        int end = text.indexOf("*/", i + 2);
        end = end < 0 ? text.length() : end + 2;
        for (; i < end; i++) if (text.charAt(i) == '\n') out.append('\n');
        out.append(' ');
        continue;
      }
      if (text.startsWith("//", i)) {
        while (i < text.length() && text.charAt(i) != '\n') i++;
        continue;
      }
      if (c == '#' && lineStart) {
        int from = i;
        while (i < text.length() && text.charAt(i) != '\n') {
          if (text.startsWith("/*", i)) {
            int end = text.indexOf("*/", i + 2);
            end = end < 0 ? text.length() : end + 2;
            for (; i < end; i++) if (text.charAt(i) == '\n') out.append('\n');
            continue;
          }
          if (text.charAt(i) == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
            out.append('\n');
            i++;
          }
          i++;
        }
        String directive = text.substring(from + 1, i).strip();
        boolean opens = directive.startsWith("if");
        if (dead > 0) {
          if (opens) dead++;
          else if (directive.startsWith("endif") || dead == 1 && (directive.startsWith("else") || directive.startsWith("elif"))) dead--;
        } else if (directive.matches("if\\s+0\\s*(/[*/].*)?")) {
          dead = 1;
        }
        continue;
      }
      if (c == '"' || c == '\'') {
        int end = i + 1;
        while (end < text.length() && text.charAt(end) != c && text.charAt(end) != '\n') {
          if (text.charAt(end) == '\\') {
            if (end + 1 < text.length() && text.charAt(end + 1) == '\n') out.append('\n');
            end++;
          }
          end++;
        }
        i = end < text.length() && text.charAt(end) == c ? end + 1 : end;
        out.append("0");
        lineStart = false;
        continue;
      }
      if (c == '\n') {
        lineStart = true;
        out.append('\n');
      } else {
        if (c > ' ') lineStart = false;
        if (dead == 0) out.append(c);
      }
      i++;
    }
    return out.toString();
  }

  // Bodies.

  private void parse(int threads) throws Exception {
    List<Path> files = files("");
    AtomicInteger next = new AtomicInteger();
    List<Tally> tallies = new ArrayList<>();
    List<Thread> all = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Tally tally = new Tally();
      tallies.add(tally);
      Thread thread = new Thread(() -> {
        for (int at = next.getAndIncrement(); at < files.size(); at = next.getAndIncrement()) tally.file(read(files.get(at)));
      });
      all.add(thread);
      thread.start();
    }
    for (Thread thread : all) thread.join();
    double seconds = (System.nanoTime() - start) / 1e9;
    double spent = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    Tally sum = new Tally();
    tallies.forEach(sum::add);
    System.out.printf(Locale.ROOT, "%d files, %.1f MB, %d functions, %d readings, on %d threads from a cold start: %.1f s, processor time %.1f s%n", sum.files, sum.bytes / 1e6, sum.functions, sum.readings, threads, seconds, spent);
    System.out.printf(Locale.ROOT, "  first reading without an unread piece: %.4f %%, every reading: %.4f %%, thrown: %d%n",
        100.0 * (sum.functions - sum.unread) / sum.functions, 100.0 * (sum.functions - sum.unreadSome) / sum.functions, sum.thrown.size());
    sum.slowest.sort((a, b) -> Long.compare(b.nanos(), a.nanos()));
    sum.slowest.stream().limit(5).forEach(slow -> System.out.printf(Locale.ROOT, "  slow: %s %.3f s of processor time%n", slow.path(), slow.nanos() / 1e9));
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) if (pool.getType() == MemoryType.HEAP) heap += pool.getPeakUsage().getUsed();
    System.out.printf(Locale.ROOT, "  heap at most %d MB (sum of the pools' peaks), limit %d MB%n", heap >> 20, Runtime.getRuntime().maxMemory() >> 20);
    sum.thrown.forEach(line -> System.out.println("  thrown: " + line));
    sum.causes.stream().sorted().limit(400).forEach(line -> System.out.println("  unread: " + line));
  }

  private record Slow(String path, long nanos) {}

  private static final class Tally {
    int files;
    long bytes;
    int functions;
    int readings;
    int unread;
    int unreadSome;
    final List<Slow> slowest = new ArrayList<>();
    final List<String> causes = new ArrayList<>();
    final List<String> thrown = new ArrayList<>();

    void file(SourceText text) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (Function function : Parser.functions(text)) {
        functions++;
        try {
          boolean first = true;
          boolean some = false;
          for (Variant variant : Variant.of(function)) {
            readings++;
            Span piece = unread(Parser.body(function, variant));
            if (piece != null) {
              if (first) unread++;
              some = true;
              String shown = text.text(piece).replaceAll("\\s+", " ");
              causes.add(text.place(piece.start()) + " " + function.name() + " " + variant.name() + ": " + text.lineText(text.line(piece.start())).strip() + " [" + shown.substring(0, Math.min(60, shown.length())) + "]");
            }
            first = false;
          }
          if (some) unreadSome++;
        } catch (Throwable e) {
          thrown.add(function + " " + e);
        }
      }
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start; // other work on the machine does not count
      files++;
      bytes += text.length();
      if (nanos > 50_000_000) slowest.add(new Slow(text.path(), nanos));
    }

    /** The first piece that is not read; an argument left empty on purpose is none. */
    private static Span unread(Node top) {
      return top.walk().flatMap(node -> node.parts().stream()
          .filter(part -> part instanceof Statement.Unread || part instanceof Expression.Unread && !(node instanceof Expression.Call && part.span().length() == 0))
          .map(Node::span)).findFirst().orElse(null);
    }

    void add(Tally other) {
      files += other.files;
      bytes += other.bytes;
      functions += other.functions;
      readings += other.readings;
      unread += other.unread;
      unreadSome += other.unreadSome;
      slowest.addAll(other.slowest);
      causes.addAll(other.causes);
      thrown.addAll(other.thrown);
    }
  }
}
