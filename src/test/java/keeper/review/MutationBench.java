// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.review;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import keeper.c.Function;
import keeper.c.Outline;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.git.Trees;
import keeper.patch.Patch;
import keeper.rule.Rules;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * Makes one lock mistake each in real functions of a kernel tree and tells how many of them the reviewer finds: {@code MutationBench TREE FOLDERS SEED N [OUT]}, and
 * {@code MutationBench TREE --again OUT} for those made before. FOLDERS is a list with commas, {@code .} for all; at most N mistakes of each class are made, in at most 6,000 files; OUT gets one
 * {@code CLASS-NNN.diff} each, and {@code notes.txt} with those missed and those that speak backwards.
 *
 * <p>Places are chosen by the text of single lines, not by the analysis, so that what the analysis cannot read is in the sample too. A mistake is caught when a finding stands in the
 * mutated function. Each is judged four times: with the tree and by its hunks alone, forwards and backwards; backwards must be silent. Not part of the build.
 */
public final class MutationBench {
  private static final Pattern TAKE = Pattern.compile("^(\\t+)((?:raw_)?spin_lock(?:_irq|_bh|_irqsave)?|mutex_lock|read_lock|write_lock|down_read|down_write)\\((&[\\w>.\\-]+?)(?:, ?(\\w+))?\\);$");
  private static final Pattern RELEASE = Pattern.compile("^(\\t+)((?:raw_)?spin_unlock(?:_irq|_bh|_irqrestore)?|mutex_unlock|read_unlock|write_unlock|up_read|up_write)\\((&[\\w>.\\-]+?)(?:, ?(\\w+))?\\);$");
  private static final int MOST_LINES = 6000;
  private static final int MOST_FILES = 6000;

  /** A text with one mistake in it. */
  private record Mutant(String kind, List<String> lines, int line) {}

  private interface Mutator {
    /** The lines of the file with the mistake in the function, or null when it offers no place. */
    Mutant mutate(Source source, Body body, Random random);
  }

  /** A function's lines, from the one with its brace to its end; counted from 0. */
  private record Body(String name, int head, int from, int to) {}

  /** A take of a lock and its releases in one function, when it is taken once only. */
  private record Section(String lock, String call, String flags, int take, List<Integer> releases) {
    int last() {
      return releases.get(releases.size() - 1);
    }

    String member() {
      return lock.substring(Math.max(lock.lastIndexOf('>'), Math.max(lock.lastIndexOf('.'), lock.lastIndexOf('&'))) + 1);
    }

    String object() {
      int arrow = lock.indexOf("->");
      return arrow < 0 ? "" : lock.substring(1, arrow);
    }

    boolean spins() {
      return call.contains("spin");
    }
  }

  /** A file as lines. */
  private static final class Source {
    final String path;
    final List<String> lines;
    final List<Body> bodies = new ArrayList<>();

    Source(SourceText text) {
      path = text.path();
      lines = List.of(new String(text.bytes(), StandardCharsets.ISO_8859_1).split("\n", -1));
      for (Function function : Outline.of(text).functions()) {
        int from = text.place(function.body().start()).line() - 1;
        bodies.add(new Body(function.name(), text.place(function.head().start()).line() - 1, from, function.endLine() - 1));
      }
    }

    List<Section> sections(Body body) {
      Map<String, List<Integer>> takes = new LinkedHashMap<>();
      Map<String, List<Integer>> releases = new LinkedHashMap<>();
      for (int i = body.from; i <= body.to; i++) {
        Matcher take = TAKE.matcher(lines.get(i));
        if (take.matches()) takes.computeIfAbsent(take.group(3), l -> new ArrayList<>()).add(i);
        Matcher release = RELEASE.matcher(lines.get(i));
        if (release.matches()) releases.computeIfAbsent(release.group(3), l -> new ArrayList<>()).add(i);
      }
      List<Section> found = new ArrayList<>();
      takes.forEach((lock, at) -> {
        List<Integer> out = releases.getOrDefault(lock, List.of());
        if (at.size() != 1 || out.isEmpty() || out.get(0) < at.get(0)) return;
        Matcher take = TAKE.matcher(lines.get(at.get(0)));
        if (take.matches()) found.add(new Section(lock, take.group(2), take.group(4) == null ? "" : take.group(4), at.get(0), out));
      });
      return found;
    }

    /** Whether every line outside of one function that has the word stands between a take and a release of such a lock, in two functions at least. */
    boolean elsewhereUnder(String word, String member, Body but) {
      Pattern access = Pattern.compile("->" + Pattern.quote(word) + "\\b");
      int under = 0;
      for (Body body : bodies) {
        if (body.name.equals(but.name) || body.name.matches(".*(init|probe|alloc|create|setup|exit|remove|release|destroy|free).*")) continue;
        List<Section> sections = sections(body);
        for (int i = body.from; i <= body.to; i++) {
          if (!access.matcher(lines.get(i)).find()) continue;
          boolean inside = false;
          for (Section section : sections) inside |= section.member().equals(member) && section.take() < i && i < section.last();
          if (!inside) return false;
          under++;
        }
      }
      return under >= 2;
    }

    String type(Body body, String variable) {
      Pattern declared = Pattern.compile("struct (\\w+) \\*(?:\\w+, \\*)*" + Pattern.quote(variable) + "\\b");
      for (int i = body.head; i <= body.to; i++) {
        Matcher matcher = declared.matcher(lines.get(i));
        if (matcher.find()) return matcher.group(1);
      }
      return "";
    }

    String head(Body body) {
      return String.join(" ", lines.subList(body.head, body.from + 1)).replaceAll("\\s+", " ");
    }

    Mutant without(String kind, int at, Integer... gone) {
      List<String> left = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) if (!List.of(gone).contains(i)) left.add(lines.get(i));
      return new Mutant(kind, left, at);
    }

    Mutant with(String kind, int at, String line) {
      List<String> more = new ArrayList<>(lines);
      more.add(at, line);
      return new Mutant(kind, more, at);
    }

    Mutant put(String kind, Map<Integer, String> replaced, int at) {
      List<String> other = new ArrayList<>(lines);
      replaced.forEach(other::set);
      return new Mutant(kind, other, at);
    }
  }

  private static final Map<String, Mutator> MUTATORS = new LinkedHashMap<>();

  static {
    MUTATORS.put("missing-unlock", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (section.releases().size() < 2) continue;
        for (int release : section.releases()) {
          String next = source.lines.get(release + 1).strip();
          if ((next.startsWith("return") || next.startsWith("goto")) && source.lines.get(release).startsWith("\t\t")) return source.without("missing-unlock", release, release);
        }
      }
      return null;
    });
    MUTATORS.put("guarded-access", (source, body, random) -> {
      for (Section section : source.sections(body))
        for (int i = section.take() + 1; i < section.last(); i++) {
          Matcher write = Pattern.compile("->(\\w+)(?:\\+\\+|--| [|&+-]?= )|list_(?:add|add_tail|del|del_init|move|move_tail)\\((?:[^,]*, )?&\\w+->(\\w+)\\)").matcher(source.lines.get(i));
          if (!write.find()) continue;
          String field = write.group(1) != null ? write.group(1) : write.group(2);
          if (source.elsewhereUnder(field, section.member(), body)) return source.without("guarded-access", section.take(), all(section));
        }
      return null;
    });
    MUTATORS.put("self-deadlock", (source, body, random) -> {
      for (Section section : source.sections(body))
        for (Body callee : source.bodies) {
          if (callee.name.equals(body.name) || section.object().isEmpty()) continue;
          Matcher head = Pattern.compile("\\(struct (\\w+) \\*(\\w+)\\) ?\\{?$").matcher(source.head(callee));
          if (!head.find() || !head.group(1).equals(source.type(body, section.object()))) continue;
          for (Section inner : source.sections(callee))
            if (inner.lock().equals("&" + head.group(2) + section.lock().substring(section.lock().indexOf("->"))))
              return source.with("self-deadlock", section.take() + 1, indent(source.lines.get(section.take())) + callee.name + "(" + section.object() + ");");
        }
      return null;
    });
    MUTATORS.put("double-unlock", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        int release = section.last();
        if (source.lines.get(release).startsWith("\t\t")) continue;
        for (int i = release + 2; i < Math.min(body.to, release + 15); i++)
          if (source.lines.get(i).startsWith("\treturn")) return source.with("double-unlock", i, source.lines.get(release));
      }
      return null;
    });
    MUTATORS.put("sleep-gfp", (source, body, random) -> {
      for (Section section : source.sections(body))
        for (int i = section.take(); section.spins() && i < section.last(); i++)
          if (source.lines.get(i).contains("GFP_ATOMIC")) return source.put("sleep-gfp", Map.of(i, source.lines.get(i).replace("GFP_ATOMIC", "GFP_KERNEL")), i);
      return null;
    });
    MUTATORS.put("sleep-direct", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (!section.spins() || section.last() - section.take() < 2) continue;
        String call = random.nextBoolean() ? "msleep(1);" : "usleep_range(100, 200);";
        return source.with("sleep-direct", section.take() + 1, indent(source.lines.get(section.take())) + call);
      }
      return null;
    });
    MUTATORS.put("sleep-callee", (source, body, random) -> {
      for (Section section : source.sections(body))
        for (Body callee : source.bodies) {
          if (!section.spins() || section.object().isEmpty() || callee.name.equals(body.name)) continue;
          Matcher head = Pattern.compile("\\(struct (\\w+) \\*(\\w+)\\) ?\\{?$").matcher(source.head(callee));
          if (!head.find() || !head.group(1).equals(source.type(body, section.object()))) continue;
          for (Section inner : source.sections(callee))
            if (inner.call().equals("mutex_lock") && source.lines.get(inner.take()).startsWith("\tm"))
              return source.with("sleep-callee", section.take() + 1, indent(source.lines.get(section.take())) + callee.name + "(" + section.object() + ");");
        }
      return null;
    });
    MUTATORS.put("irq-unsafe", (source, body, random) -> {
      Set<String> handlers = new java.util.TreeSet<>();
      for (String line : source.lines) {
        Matcher handler = Pattern.compile("(?:request_irq|devm_request_irq|timer_setup|tasklet_setup|tasklet_init)\\((?:[^,]*,){1,2} ?(\\w+),").matcher(line);
        while (handler.find()) handlers.add(handler.group(1));
      }
      for (Section section : source.sections(body)) {
        if (!section.call().endsWith("_irqsave") || section.flags().isEmpty() || handlers.contains(body.name)) continue;
        for (Body handler : source.bodies) {
          if (!handlers.contains(handler.name)) continue;
          for (Section inner : source.sections(handler)) if (inner.member().equals(section.member()) && inner.spins()) return plain("irq-unsafe", source, section);
        }
      }
      return null;
    });
    MUTATORS.put("irqflags-other", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (!section.call().endsWith("_irqsave") || section.releases().size() != 1) continue;
        int last = section.last();
        List<String> lines = new ArrayList<>(source.lines);
        lines.set(last, lines.get(last).replace(section.flags() + ")", "irq_" + section.flags() + ")"));
        lines.add(body.from + 1, "\tunsigned long irq_" + section.flags() + ";");
        return new Mutant("irqflags-other", lines, last);
      }
      return null;
    });
    MUTATORS.put("irqflags-on", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (!section.call().endsWith("_irqsave") || section.releases().size() != 1) continue;
        int last = section.last();
        return source.put("irqflags-on", Map.of(last, source.lines.get(last).replace("_irqrestore(", random.nextBoolean() ? "_irq(" : "(").replace(", " + section.flags(), "")), last);
      }
      return null;
    });
    MUTATORS.put("lock-order", (source, body, random) -> {
      List<Section> sections = source.sections(body);
      for (Section outer : sections)
        for (Section inner : sections) {
          if (inner.take() - outer.take() < 1 || inner.take() - outer.take() > 3 || inner.last() > outer.last() || outer.member().equals(inner.member())) continue;
          if (!outer.flags().isEmpty() || !inner.flags().isEmpty() || outer.spins() != inner.spins()) continue;
          for (Body other : source.bodies) {
            if (other.name.equals(body.name)) continue;
            for (Section a : source.sections(other))
              for (Section b : source.sections(other))
                if (a.member().equals(outer.member()) && b.member().equals(inner.member()) && a.take() < b.take() && b.take() < a.last())
                  return source.put("lock-order", Map.of(outer.take(), source.lines.get(inner.take()), inner.take(), source.lines.get(outer.take())), outer.take());
          }
        }
      return null;
    });
    MUTATORS.put("rcu-read-side", (source, body, random) -> {
      int take = -1;
      for (int i = body.from; i <= body.to; i++) {
        String line = source.lines.get(i);
        if (line.equals("\trcu_read_lock();")) take = i;
        Matcher got = Pattern.compile("^\\t(\\w+) = rcu_dereference\\(.*\\);$").matcher(line);
        if (take < 0 || !got.matches()) continue;
        int use = -1;
        for (int k = i + 1; k <= body.to; k++) {
          if (source.lines.get(k).contains(got.group(1) + "->")) use = k;
          if (!source.lines.get(k).equals("\trcu_read_unlock();")) continue;
          if (use < 0) break;
          List<String> lines = new ArrayList<>(source.lines);
          lines.remove(k);
          lines.add(i + 1, "\trcu_read_unlock();");
          return new Mutant("rcu-read-side", lines, i + 1);
        }
      }
      return null;
    });
    MUTATORS.put("rcu-section-gone", (source, body, random) -> {
      int take = -1;
      boolean reads = false;
      List<Integer> gone = new ArrayList<>();
      for (int i = body.from; i <= body.to; i++) {
        String line = source.lines.get(i).strip();
        if (line.equals("rcu_read_lock();")) {
          if (take >= 0) return null;
          take = i;
          gone.add(i);
        }
        if (take >= 0 && (line.contains("rcu_dereference(") || line.contains("_entry_rcu("))) reads = true;
        if (line.equals("rcu_read_unlock();")) gone.add(i);
      }
      return take < 0 || !reads || gone.size() < 2 ? null : source.without("rcu-section-gone", take, gone.toArray(new Integer[0]));
    });
    MUTATORS.put("rcu-free", (source, body, random) -> {
      for (int i = body.from; i <= body.to; i++) {
        Matcher free = Pattern.compile("^(\\t+)kfree_rcu\\((\\w+), [\\w.]+\\);$").matcher(source.lines.get(i));
        if (free.matches()) return source.put("rcu-free", Map.of(i, free.group(1) + "kfree(" + free.group(2) + ");"), i);
      }
      return null;
    });
    MUTATORS.put("cancel-under-lock", (source, body, random) -> {
      for (int i = 0; i < source.lines.size(); i++) {
        Matcher set = Pattern.compile("INIT_(DELAYED_)?WORK\\(&(\\w+)->(\\w+), (\\w+)\\)").matcher(source.lines.get(i));
        if (!set.find() || set.group(4).equals(body.name)) continue;
        for (Section section : source.sections(body))
          for (Body work : source.bodies) {
            if (!work.name.equals(set.group(4)) || !section.call().equals("mutex_lock") || !section.object().equals(set.group(2))) continue;
            for (Section inner : source.sections(work))
              if (inner.member().equals(section.member()) && inner.lock().indexOf("->") == inner.lock().lastIndexOf("->"))
                return source.with("cancel-under-lock", section.take() + 1,
                    indent(source.lines.get(section.take())) + (set.group(1) == null ? "cancel_work_sync(&" : "cancel_delayed_work_sync(&") + section.object() + "->" + set.group(3) + ");");
          }
      }
      return null;
    });
    MUTATORS.put("missing-must-hold", (source, body, random) -> {
      for (Section section : source.sections(body))
        for (Body callee : source.bodies) {
          boolean asserts = false;
          for (int i = callee.from; i <= Math.min(callee.to, callee.from + 14); i++) asserts |= source.lines.get(i).contains("lockdep_assert_held(") && source.lines.get(i).contains(section.member() + ")");
          if (!asserts) continue;
          for (int i = section.take() + 1; i < section.last(); i++)
            if (source.lines.get(i).matches(".*\\b" + callee.name + "\\(.*")) return source.without("missing-must-hold", i, all(section));
        }
      return null;
    });
    MUTATORS.put("wrong-lock", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (section.object().isEmpty() || !stores(source, section)) continue;
        for (Body other : source.bodies)
          for (Section known : source.sections(other)) {
            if (!known.call().equals(section.call()) || !known.object().equals(section.object()) || known.member().equals(section.member())) continue;
            if (!source.type(other, known.object()).equals(source.type(body, section.object()))) continue;
            Map<Integer, String> lines = new TreeMap<>();
            for (Integer at : all(section)) lines.put(at, source.lines.get(at).replace(section.lock(), known.lock()));
            boolean taken = false;
            for (Section own : source.sections(body)) taken |= own.lock().equals(known.lock());
            if (!taken) return source.put("wrong-lock", lines, section.take());
          }
      }
      return null;
    });
    MUTATORS.put("shared-for-exclusive", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        if (!section.call().equals("down_write") && !section.call().equals("write_lock") || !stores(source, section)) continue;
        Map<Integer, String> lines = new TreeMap<>();
        for (Integer at : all(section)) lines.put(at, source.lines.get(at).replace("down_write", "down_read").replace("up_write", "up_read").replace("write_lock", "read_lock").replace("write_unlock", "read_unlock"));
        return source.put("shared-for-exclusive", lines, section.take());
      }
      return null;
    });
    MUTATORS.put("wrong-mode", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        String release = source.lines.get(section.last());
        String other = release.contains("up_write") ? release.replace("up_write", "up_read") : release.contains("up_read") ? release.replace("up_read", "up_write")
            : release.contains("spin_unlock_bh") ? release.replace("spin_unlock_bh", "spin_unlock") : "";
        if (!other.isEmpty()) return source.put("wrong-mode", Map.of(section.last(), other), section.last());
      }
      return null;
    });
    MUTATORS.put("cond-ignored", (source, body, random) -> {
      for (Section section : source.sections(body))
        if (section.call().equals("mutex_lock"))
          return source.put("cond-ignored", Map.of(section.take(), source.lines.get(section.take()).replace("mutex_lock(", random.nextBoolean() ? "mutex_lock_interruptible(" : "mutex_trylock(")), section.take());
      return null;
    });
    MUTATORS.put("cond-inverted", (source, body, random) -> {
      for (int i = body.from; i <= body.to; i++) {
        String line = source.lines.get(i);
        if (line.matches("\\t+if \\(!(mutex|spin)_trylock\\(&?[\\w>.-]+\\)\\).*")) return source.put("cond-inverted", Map.of(i, line.replace("(!", "(")), i);
        if (line.matches("\\t+if \\((mutex_lock_interruptible|mutex_lock_killable)\\(&?[\\w>.-]+\\)\\).*")) return source.put("cond-inverted", Map.of(i, line.replace("if (", "if (!")), i);
      }
      return null;
    });
    MUTATORS.put("guard-misuse", (source, body, random) -> {
      for (Section section : source.sections(body))
        if (section.call().equals("mutex_lock")) return source.put("guard-misuse", Map.of(section.take(), indent(source.lines.get(section.take())) + "guard(mutex)(" + section.lock() + ");"), section.take());
      return null;
    });
    MUTATORS.put("check-then-act", (source, body, random) -> {
      for (Section section : source.sections(body)) {
        int check = section.take() + 1;
        String test = source.lines.get(check);
        if (!test.matches("\\tif \\(.*->\\w+.*\\) \\{")) continue;
        int end = check + 1;
        while (end < body.to && !source.lines.get(end).equals("\t}")) end++;
        if (end - check > 6 || !source.lines.get(end - 1).strip().matches("(return|goto).*") || section.releases().get(0) > end || section.last() < end) continue;
        List<String> lines = new ArrayList<>(source.lines);
        String take = lines.get(section.take());
        lines.add(end + 1, take);
        lines.remove((int) section.releases().get(0));
        lines.remove(section.take());
        return new Mutant("check-then-act", lines, section.take());
      }
      return null;
    });
  }

  private static Mutant plain(String kind, Source source, Section section) {
    Map<Integer, String> lines = new TreeMap<>();
    for (Integer at : all(section)) lines.put(at, source.lines.get(at).replace("_irqsave(", "(").replace("_irqrestore(", "(").replace(", " + section.flags() + ")", ")"));
    return source.put(kind, lines, section.take());
  }

  private static boolean stores(Source source, Section section) {
    for (int i = section.take() + 1; i < section.last(); i++)
      if (source.lines.get(i).matches("\\t+" + Pattern.quote(section.object()) + "->[\\w.>-]+(\\+\\+|--| [|&+-]?= .*|);?.*") || source.lines.get(i).matches("\\t+list_(add|del|move)\\w*\\(.*")) return true;
    return false;
  }

  private static Integer[] all(Section section) {
    List<Integer> lines = new ArrayList<>(section.releases());
    lines.add(section.take());
    return lines.toArray(new Integer[0]);
  }

  private static String indent(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }

  // The run

  private final Reviewer reviewer;
  private final Tree tree;
  private final Path out;
  private final Map<String, int[]> counts = new TreeMap<>(); // made, caught with tree, caught by hunks, alarms backwards with tree and by hunks
  private final List<String> notes = new ArrayList<>();

  private MutationBench(Reviewer reviewer, Tree tree, Path out) {
    this.reviewer = reviewer;
    this.tree = tree;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    if (args[1].equals("--again")) {
      again(args[0], Path.of(args[2]));
      return;
    }
    List<String> folders = List.of(args[1].split(","));
    long seed = Long.parseLong(args[2]);
    int most = Integer.parseInt(args[3]);
    Path out = args.length > 4 ? Path.of(args[4]) : null;
    if (out != null) Files.createDirectories(out);
    try (Trees trees = Trees.open(List.of(args[0]))) {
      Tree tree = trees.all().get(0);
      List<String> paths = new ArrayList<>();
      for (String folder : folders) paths.addAll(tree.paths(folder.equals(".") ? "" : folder, ".c"));
      paths.removeIf(path -> path.startsWith("tools/") || path.startsWith("samples/") || path.startsWith("scripts/") || path.startsWith("Documentation/"));
      Collections.sort(paths);
      Collections.shuffle(paths, new Random(seed));
      MutationBench bench = new MutationBench(new Reviewer(Checks.of(rules(), Set.of()), Confidence.LIKELY), tree, out);
      bench.run(paths, new Random(seed), most);
      bench.print();
    }
  }

  private static void again(String from, Path made) throws IOException {
    List<Path> diffs;
    try (Stream<Path> all = Files.list(made)) {
      diffs = all.filter(file -> file.toString().endsWith(".diff")).sorted().toList();
    }
    try (Trees trees = Trees.open(List.of(from))) {
      MutationBench bench = new MutationBench(new Reviewer(Checks.of(rules(), Set.of()), Confidence.LIKELY), trees.all().get(0), made);
      for (Path file : diffs) bench.again(file);
      bench.print();
    }
  }

  private void again(Path file) throws IOException {
    Patch patch = Patch.parse(Files.readString(file, StandardCharsets.ISO_8859_1), "", "");
    String path = patch.files().get(0).path();
    Source source = new Source(tree.file(path).orElseThrow());
    Tree broken = Reviewer.after(patch, tree).orElseThrow();
    List<String> lines = List.of(new String(broken.file(path).orElseThrow().bytes(), StandardCharsets.ISO_8859_1).split("\n", -1));
    int line = 0;
    while (line < lines.size() && line < source.lines.size() && lines.get(line).equals(source.lines.get(line))) line++;
    for (Body body : source.bodies)
      if (body.head <= line && line <= body.to) {
        judge(source, body, new Mutant(file.getFileName().toString().replaceAll("-\\d+\\.diff", ""), lines, line));
        return;
      }
  }

  static Rules rules() throws IOException {
    SortedMap<String, SourceText> files = new TreeMap<>();
    Path top = Path.of("rules");
    try (Stream<Path> all = Files.walk(top)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".rule") || f.toString().endsWith(".tsv")).toList())
        files.put(top.relativize(file).toString(), SourceText.of(top.relativize(file).toString(), Files.readAllBytes(file)));
    }
    return Rules.read(files);
  }

  private void run(List<String> paths, Random random, int most) throws IOException {
    int read = 0;
    for (String path : paths) {
      if (read++ >= MOST_FILES) return;
      boolean open = false;
      for (String kind : MUTATORS.keySet()) open |= counts.getOrDefault(kind, new int[5])[0] < most;
      if (!open) return;
      SourceText text = tree.file(path).orElseThrow();
      if (text.lines() > MOST_LINES || !new String(text.bytes(), StandardCharsets.ISO_8859_1).contains("lock")) continue;
      Source source = new Source(text);
      List<Body> bodies = new ArrayList<>(source.bodies);
      Collections.shuffle(bodies, random);
      for (Map.Entry<String, Mutator> mutator : MUTATORS.entrySet()) {
        if (counts.getOrDefault(mutator.getKey(), new int[5])[0] >= most) continue;
        for (Body body : bodies) {
          Mutant mutant = mutator.getValue().mutate(source, body, random);
          if (mutant == null) continue;
          judge(source, body, mutant);
          break; // one of a class and file
        }
      }
    }
  }

  private void judge(Source source, Body body, Mutant mutant) throws IOException {
    int[] count = counts.computeIfAbsent(mutant.kind(), kind -> new int[5]);
    byte[] before = String.join("\n", source.lines).getBytes(StandardCharsets.ISO_8859_1);
    byte[] after = String.join("\n", mutant.lines()).getBytes(StandardCharsets.ISO_8859_1);
    String diff = diff(source.path, before, after);
    Patch forwards = Patch.parse(diff, "", "");
    Patch backwards = Patch.parse(diff(source.path, after, before), "", "");
    Tree broken = new Patched(tree, List.of(SourceText.of(source.path, after)), Set.of());
    boolean caught = hits(review(forwards, tree), source, body, mutant);
    boolean byHunks = hits(review(forwards, null), source, body, mutant);
    PatchReview back = review(backwards, broken);
    PatchReview backByHunks = review(backwards, null);
    String id = String.format("%s-%03d", mutant.kind(), count[0]);
    count[0]++;
    if (caught) count[1]++;
    else notes.add("missed " + id + " " + source.path + " " + body.name + ":" + (mutant.line() + 1));
    if (byHunks) count[2]++;
    if (!back.introduced().isEmpty()) {
      count[3]++;
      notes.add("alarm " + id + " " + source.path + " " + back.introduced().get(0).finding().at() + " " + back.introduced().get(0).finding().check() + " " + back.introduced().get(0).finding().message());
    }
    if (!backByHunks.introduced().isEmpty()) {
      count[4]++;
      notes.add("alarm-hunks " + id + " " + source.path + " " + backByHunks.introduced().get(0).finding().at() + " " + backByHunks.introduced().get(0).finding().check());
    }
    if (out != null) Files.writeString(out.resolve(id + ".diff"), diff, StandardCharsets.ISO_8859_1);
  }

  private PatchReview review(Patch patch, Tree base) {
    return reviewer.review(patch, base == null ? new Base.HunksOnly(List.of()) : new Base.Found(Base.Kind.TREE, base, "", List.of()));
  }

  private static boolean hits(PatchReview review, Source source, Body body, Mutant mutant) {
    int grown = mutant.lines().size() - source.lines.size();
    for (Raised raised : review.introduced()) {
      int line = raised.finding().at().line() - 1;
      if (line >= body.head() && line <= body.to() + Math.max(0, grown) || Math.abs(line - mutant.line()) <= 8) return true;
    }
    return false;
  }

  private static String diff(String path, byte[] before, byte[] after) throws IOException {
    RawText a = new RawText(before);
    RawText b = new RawText(after);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DiffFormatter formatter = new DiffFormatter(bytes)) {
      formatter.format(new HistogramDiff().diff(RawTextComparator.DEFAULT, a, b), a, b);
    }
    List<String> lines = List.of(new String(before, StandardCharsets.ISO_8859_1).split("\n", -1));
    StringBuilder text = new StringBuilder("diff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path + "\n");
    for (String line : bytes.toString(StandardCharsets.ISO_8859_1).split("\n", -1)) text.append(line.startsWith("@@ ") ? line + section(line, lines) : line).append('\n');
    text.setLength(text.length() - 1);
    return text.toString();
  }

  /** What git writes behind {@code @@}: the last line before the hunk that begins like a declaration. */
  private static String section(String header, List<String> lines) {
    Matcher start = Pattern.compile("@@ -(\\d+)").matcher(header);
    if (!start.find()) return "";
    for (int i = Integer.parseInt(start.group(1)) - 2; i >= 0; i--)
      if (lines.get(i).matches("[A-Za-z_$].*")) return " " + lines.get(i).substring(0, Math.min(80, lines.get(i).length())).stripTrailing();
    return "";
  }

  private void print() throws IOException {
    int[] all = new int[5];
    System.out.printf("%-22s %5s %10s %10s %14s%n", "class", "made", "with tree", "by hunks", "alarms (back)");
    counts.forEach((kind, count) -> {
      for (int i = 0; i < 5; i++) all[i] += count[i];
      row(kind, count);
    });
    row("all", all);
    if (out != null) Files.write(out.resolve("notes.txt"), notes);
  }

  private static void row(String kind, int[] count) {
    System.out.printf("%-22s %5d %4d %4d%% %4d %4d%% %6d / %d%n", kind, count[0], count[1], count[1] * 100 / Math.max(1, count[0]), count[2], count[2] * 100 / Math.max(1, count[0]), count[3], count[4]);
  }
}
