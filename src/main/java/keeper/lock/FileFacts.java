// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.rule.LockApi;
import keeper.text.ContentId;
import keeper.text.Packed;
import keeper.text.Place;
import keeper.text.Span;

/**
 * What is kept of a file from one run to the next, in two records: the names that it defines, which follow from its bytes alone, and what its functions do to
 * locks, which follows from its bytes, the headers that it reaches, and the tables.
 */
final class FileFacts {
  /** Written into every key: another form of the records has other keys. */
  private static final String FORM = "facts 1";

  private FileFacts() {}

  // ---- keys ----

  static byte[] namesKey(String contentId) {
    return ContentId.key(List.of(FORM, "names", contentId));
  }

  /** @param reached path and content of every header that the file reaches, in order */
  static byte[] summariesKey(Kernel kernel, String path, String contentId, List<String> reached) {
    List<String> words = new ArrayList<>(reached.size() + 5);
    words.add(FORM);
    words.add("summaries");
    words.add(kernel.revision());
    words.add(path);
    words.add(contentId);
    words.addAll(reached);
    return ContentId.key(words);
  }

  // ---- names ----

  /** A file's names, and the members of its structs. */
  record Names(Tags tags, Structs structs) {}

  static byte[] names(Names names) {
    Packed.Writer out = new Packed.Writer();
    out.all(new TreeMap<>(names.tags().names()).entrySet(), name -> {
      out.text(name.getKey());
      out.number(name.getValue());
    });
    out.all(names.tags().includes(), out::text);
    out.all(names.structs().all().entrySet(), struct -> {
      out.text(struct.getKey());
      out.all(new TreeMap<>(struct.getValue()).entrySet(), member -> {
        out.text(member.getKey());
        out.text(member.getValue().type());
        out.flag(member.getValue().pointer());
        out.text(member.getValue().guardedBy());
        out.flag(member.getValue().rcu());
      });
    });
    return out.bytes();
  }

  /** @throws Packed.Damaged when these are not the bytes of names */
  static Names names(byte[] bytes) {
    Packed.Reader in = new Packed.Reader(bytes);
    Map<String, Integer> names = new HashMap<>();
    in.all(r -> names.put(r.text(), r.number()));
    List<String> includes = in.all(Packed.Reader::text);
    Map<String, Map<String, Structs.Member>> structs = new HashMap<>();
    in.all(r -> {
      String struct = r.text();
      Map<String, Structs.Member> members = new HashMap<>();
      r.all(m -> members.put(m.text(), new Structs.Member(m.text(), m.flag(), m.text(), m.flag())));
      return structs.put(struct, members);
    });
    return new Names(Tags.of(names, includes), Structs.of(structs));
  }

  // ---- summaries ----

  /**
   * The summaries of a file's functions.
   *
   * @param loud those that are not quiet, by function
   * @param missing names that {@link Tags} tell of and that another file cannot call
   */
  record Summaries(Map<String, Summary> loud, Set<String> missing) {
    /** What a call from another file does; empty when there is no such function for it. */
    Optional<Summary> of(String name) {
      return missing.contains(name) ? Optional.empty() : Optional.of(loud.getOrDefault(name, Summary.quiet(name)));
    }
  }

  static byte[] summaries(Summaries summaries) {
    Packed.Writer out = new Packed.Writer();
    out.all(new TreeMap<>(summaries.loud()).values(), summary -> write(out, summary));
    out.all(new TreeSet<>(summaries.missing()), out::text);
    return out.bytes();
  }

  /** @throws Packed.Damaged when these are not the bytes of summaries */
  static Summaries summaries(byte[] bytes) {
    Packed.Reader in = new Packed.Reader(bytes);
    Map<String, Summary> found = new LinkedHashMap<>();
    for (Summary summary : in.all(FileFacts::summary)) found.put(summary.function(), summary);
    return new Summaries(found, new HashSet<>(in.all(Packed.Reader::text)));
  }

  private static void write(Packed.Writer out, Summary summary) {
    out.text(summary.function());
    out.all(summary.parameters(), out::text);
    out.all(summary.outcomes(), outcome -> {
      out.number(outcome.sign());
      out.all(outcome.acquired(), held -> write(out, held));
      out.all(outcome.released(), lock -> write(out, lock));
      out.all(outcome.doubtful(), lock -> write(out, lock));
    });
    out.all(summary.required(), need -> write(out, need));
    out.all(summary.taken(), need -> write(out, need));
    out.all(summary.sleeps(), sleep -> {
      out.text(sleep.callee());
      out.number(sleep.gfp() + 1);
      write(out, sleep.at());
      out.text(sleep.by());
      out.flag(sleep.always());
      out.all(sleep.without(), lock -> write(out, lock));
    });
    out.flag(summary.complete());
  }

  private static Summary summary(Packed.Reader in) {
    return new Summary(in.text(), List.copyOf(in.all(Packed.Reader::text)), List.copyOf(in.all(FileFacts::outcome)), List.copyOf(in.all(FileFacts::need)), List.copyOf(in.all(FileFacts::need)),
        List.copyOf(in.all(FileFacts::sleep)), in.flag());
  }

  private static Summary.Outcome outcome(Packed.Reader in) {
    return new Summary.Outcome(in.number(), List.copyOf(in.all(FileFacts::held)), List.copyOf(in.all(FileFacts::lock)), List.copyOf(in.all(FileFacts::lock)));
  }

  private static Summary.Sleep sleep(Packed.Reader in) {
    return new Summary.Sleep(in.text(), in.number() - 1, place(in), in.text(), in.flag(), List.copyOf(in.all(FileFacts::lock)));
  }

  private static void write(Packed.Writer out, Summary.Need need) {
    write(out, need.lock());
    out.text(need.family());
    out.number(need.mode().ordinal());
    write(out, need.at());
    out.text(need.by());
    out.text(need.text());
    out.flag(need.sure());
  }

  private static Summary.Need need(Packed.Reader in) {
    return new Summary.Need(lock(in), in.text(), pick(LockApi.Mode.values(), in), place(in), in.text(), in.text(), in.flag());
  }

  private static void write(Packed.Writer out, Held held) {
    write(out, held.lock());
    out.text(held.kind());
    out.number(held.mode().ordinal());
    out.flag(held.irqOff());
    out.flag(held.bhOff());
    out.text(held.flags());
    out.number(held.depth());
    out.number(held.origin().ordinal());
    out.number(held.takenAt().start());
    out.number(held.takenAt().length());
    out.text(held.by());
  }

  private static Held held(Packed.Reader in) {
    return new Held(lock(in), in.text(), pick(LockApi.Mode.values(), in), in.flag(), in.flag(), in.text(), in.number(), pick(Held.Origin.values(), in), span(in), in.text());
  }

  private static void write(Packed.Writer out, Lock lock) {
    out.text(lock.path());
    out.text(lock.type());
    out.text(lock.text());
  }

  private static Lock lock(Packed.Reader in) {
    return new Lock(in.text(), in.text(), in.text());
  }

  private static void write(Packed.Writer out, Place place) {
    out.text(place.path());
    out.number(place.line());
    out.number(place.column());
  }

  private static Place place(Packed.Reader in) {
    return new Place(in.text(), in.number(), in.number());
  }

  private static Span span(Packed.Reader in) {
    int start = in.number();
    return new Span(start, start + in.number());
  }

  private static <T> T pick(T[] values, Packed.Reader in) {
    int index = in.number();
    if (index < 0 || index >= values.length) throw new Packed.Damaged();
    return values[index];
  }

  /** What the bytes say, or nothing when they are damaged. */
  static <T> Optional<T> read(Optional<byte[]> bytes, java.util.function.Function<byte[], T> reader) {
    if (bytes.isEmpty()) return Optional.empty();
    try {
      return Optional.of(reader.apply(bytes.get()));
    } catch (RuntimeException e) { // whatever odd bytes lead to: they are computed again
      return Optional.empty();
    }
  }
}
