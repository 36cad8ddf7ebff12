// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.custom;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import keeper.check.Census;
import keeper.check.Use;
import keeper.lock.Holding;
import keeper.rule.Rule;

/**
 * Puts the censuses of many files together and says what is custom. Two rounds over the same files, in any order: {@link #meet} all, then {@link #count}
 * all; then {@link #wanted} says which members the rest of the functions need be searched for, and what was found there is counted in the same way, before
 * {@link #customs}.
 */
public final class Tally {
  /** From so many uses on, agreement is no accident. */
  private static final int LEAST = 5;
  /** So many are enough where the code asserts the lock itself. */
  private static final int LEAST_ASSERTED = 3;
  private static final double SHARE = 0.9;
  /** Of all uses, those included of which it cannot be told. */
  private static final double SHARE_OF_ALL = 0.6;
  private static final int LEAST_FUNCTIONS = 2;
  /** With more exceptions it is a second way, not an odd one. */
  private static final int MOST_ODD = 5;
  private static final int WITNESSES = 3;
  private static final int DEEPEST = 4;

  private final Map<String, List<Census.Export>> exports = new HashMap<>();
  private final Map<String, Set<String>> homes = new HashMap<>(); // by struct
  private final Map<String, Map<String, Integer>> holders = new HashMap<>(); // by member's key, by lock
  private final Map<String, List<String[]>> remarks = new HashMap<>(); // by struct and home: member, lock, words
  private Map<String, Map<String, Tallied>> tallies; // by member's key, by lock
  private final Map<String, Set<String>> folders = new HashMap<>();

  /** Reads and writes of one member under one lock. */
  private static final class Tallied {
    final Side writes = new Side();
    final Side reads = new Side();
    int conditions; // lockdep conditions in the very access
    int teardown; // uses behind the last reference that hold it
    boolean bare; // one of these does not
    int rcu; // reads in an RCU read-side section without the lock
  }

  private static final class Side {
    int held;
    int not;
    int unknown;
    int asserted;
    final Set<String> functions = new HashSet<>();
    final List<Custom.Seen> witnesses = new ArrayList<>();
    final List<Custom.Seen> odd = new ArrayList<>();

    Custom.Count count() {
      List<Custom.Seen> sorted = new ArrayList<>(witnesses);
      sorted.sort(ORDER);
      List<Custom.Seen> shown = new ArrayList<>();
      Set<String> said = new HashSet<>();
      for (Custom.Seen seen : sorted) if (shown.size() < WITNESSES && said.add(seen.function())) shown.add(seen);
      for (Custom.Seen seen : sorted) if (shown.size() < WITNESSES && !shown.contains(seen)) shown.add(seen);
      shown.sort(ORDER);
      List<Custom.Seen> others = new ArrayList<>(odd);
      others.sort(ORDER);
      return new Custom.Count(held, not, unknown, asserted, functions.size(), shown, others);
    }
  }

  private static final java.util.Comparator<Custom.Seen> ORDER = java.util.Comparator.comparing(Custom.Seen::path).thenComparing(Custom.Seen::line).thenComparing(Custom.Seen::function);

  /** First round: who is there. */
  public void meet(Census census) {
    for (Census.Export export : census.exports()) exports.computeIfAbsent(export.function(), name -> new ArrayList<>()).add(export);
    for (Census.Remark remark : census.remarks())
      remarks.computeIfAbsent(remark.struct() + "\n" + census.path(), key -> new ArrayList<>()).add(new String[] {remark.member(), remark.lock(), census.path() + ":" + remark.line() + ": " + remark.text()});
    for (Census.Counted counted : census.uses())
      for (Use.Name name : counted.use().names()) if (!name.home().isEmpty()) homes.computeIfAbsent(name.struct(), struct -> new HashSet<>(2)).add(name.home());
    for (Census.Counted counted : census.uses()) {
      if (!counted.use().counts()) continue;
      for (int i = 0; i < counted.use().names().size(); i++) hold(counted.use(), i, counted.count());
    }
  }

  private void hold(Use use, int index, int count) {
    Use.Name name = use.names().get(index);
    for (Use.Guard guard : name.guards()) {
      if (!reaches(use, index, guard.lock()) || guard.state() == Use.State.FREE || guard.state() == Use.State.PERHAPS) continue;
      holders.computeIfAbsent(name.struct() + "\n" + name.member(), key -> new HashMap<>(2)).merge(guard.lock(), count, Integer::sum);
    }
  }

  /** A lock of an inner struct is judged with that struct; a global one with the innermost. */
  private static boolean reaches(Use use, int index, String lock) {
    if (lock.equals("RCU")) return false;
    if (lock.startsWith("&")) return index == 0;
    String member = use.names().get(index).member();
    int dot = member.indexOf('.');
    return dot < 0 || !lock.startsWith(member.substring(0, dot + 1));
  }

  /** Second round: how each use stands to each lock that some use holds. */
  public void count(Census census) {
    if (tallies == null) begin();
    for (Census.Counted counted : census.uses()) {
      boolean late = counted.use().phase() == Use.Phase.TEARDOWN && !counted.use().intended() && counted.use().kind() != Rule.Access.ADDRESS;
      if (late) count(census, counted.use(), counted.count());
      if (!counted.use().counts()) continue;
      if (counted.use().kind() == Rule.Access.ADDRESS) for (Use use : through(counted.use())) count(census, use, counted.count());
      else count(census, counted.use(), counted.count());
    }
  }

  private void begin() {
    tallies = new HashMap<>();
    exports.values().forEach(list -> list.sort(java.util.Comparator.comparing(Census.Export::parameter)));
    // Locks that only another file's function holds.
    for (List<Census.Export> all : exports.values()) for (Census.Export export : all) for (Census.Kept kept : export.kept()) kept(kept);
    remarks.forEach((key, said) -> {
      String struct = key.substring(0, key.indexOf('\n'));
      for (String[] remark : said) holders.computeIfAbsent(struct + "\n" + remark[0], k -> new HashMap<>(2)).putIfAbsent(remark[1], 0);
    });
  }

  /** Asks what the uses say of a lock, whether or not one of them holds it; before the first {@link #count}. @param lock {@code ?struct.lock} for that of some object of a struct */
  public void ask(String struct, String member, String lock) {
    holders.computeIfAbsent(struct + "\n" + member, key -> new HashMap<>(2)).putIfAbsent(lock, 0);
  }

  /** What they say, by the file that defines the struct; with no regard to what is needed for a custom. */
  public List<Custom> told(String struct, String member, String lock) {
    List<Custom> told = new ArrayList<>();
    if (tallies != null)
      tallies.forEach((key, byLock) -> {
        Tallied tallied = byLock.get(lock);
        if (tallied != null && key.startsWith(struct + "\n") && key.endsWith("\n" + member)) told.add(custom(key.split("\n", -1), lock, tallied, Custom.Source.COUNTED, true));
      });
    Collections.sort(told);
    return told;
  }

  private final Set<String> handed = new HashSet<>();

  private void kept(Census.Kept kept) {
    handed.add(kept.parameter() < 0 ? "&" + kept.lock() : kept.lock());
  }

  private void count(Census census, Use use, int count) {
    String path = census.path();
    for (int i = 0; i < use.names().size(); i++) {
      Use.Name name = use.names().get(i);
      Map<String, Integer> locks = holders.get(name.struct() + "\n" + name.member());
      Set<String> candidates = new TreeSet<>(locks == null ? Set.of() : locks.keySet());
      for (Use.Guard guard : name.guards()) if (handed.contains(guard.lock())) candidates.add(guard.lock());
      if (candidates.isEmpty()) continue;
      String home = home(name, path);
      if (home.isEmpty()) continue;
      String key = name.struct() + "\n" + home + "\n" + name.member();
      folders.computeIfAbsent(name.struct() + "\n" + home, k -> new TreeSet<>()).add(folder(path));
      for (String lock : candidates) {
        if (!reaches(use, i, lock)) continue;
        Tallied tallied = tallies.computeIfAbsent(key, k -> new TreeMap<>()).computeIfAbsent(lock, l -> new Tallied());
        boolean read = use.kind() == Rule.Access.READ;
        Side side = read ? tallied.reads : tallied.writes;
        Holding holding = use.holding(name, lock, lock.startsWith("&") ? census.statics().contains(lock.substring(1)) : Use.own(home, path));
        if (use.phase() == Use.Phase.TEARDOWN) {
          if (holding == Holding.HELD) tallied.teardown += count;
          else tallied.bare = true;
          continue;
        }
        Custom.Seen seen = new Custom.Seen(use.function(), path, use.line());
        if (holding != Holding.HELD && use.isRcuReader(name)) {
          tallied.rcu += count;
          continue;
        }
        switch (holding) {
          case HELD -> {
            side.held += count;
            if (name.state(lock) == Use.State.ASSERTED) {
              side.asserted += count;
              if (use.isHanded()) tallied.conditions += count;
            }
            boolean fresh = side.functions.add(path + " " + use.function());
            if (side.witnesses.size() < 12 || fresh && side.functions.size() < 12) side.witnesses.add(seen);
          }
          case NOT_HELD -> {
            side.not += count;
            if (side.odd.size() <= 4 * MOST_ODD) side.odd.add(seen);
          }
          default -> side.unknown += count;
        }
      }
    }
  }

  /** Uses by what the callees of other files do with the address. */
  private List<Use> through(Use use) {
    Map<Rule.Access, Use> found = new TreeMap<>();
    resolve(use, use.by(), use.parameter(), self(use), List.of(), found, 0);
    // A write says all that a read of the same thing says.
    if (found.size() > 1) found.remove(Rule.Access.READ);
    return List.copyOf(found.values());
  }

  private static int[] self(Use use) {
    int[] bits = new int[use.names().size()];
    for (int i = 0; i < bits.length; i++) bits[i] = use.names().get(i).self();
    return bits;
  }

  private void resolve(Use use, String callee, int parameter, int[] self, List<List<Use.Guard>> more, Map<Rule.Access, Use> found, int depth) {
    List<Census.Export> known = exports.get(callee);
    if (known == null || depth > DEEPEST) return;
    for (Census.Export export : known) {
      if (export.parameter() != parameter) continue;
      List<List<Use.Guard>> guards = new ArrayList<>();
      for (int i = 0; i < self.length; i++) {
        List<Use.Guard> mine = new ArrayList<>(more.isEmpty() ? List.of() : more.get(i));
        for (Census.Kept kept : export.kept()) {
          if (kept.parameter() < 0) mine.add(new Use.Guard("&" + kept.lock(), kept.state()));
          else if (kept.parameter() < 30 && (self[i] & 1 << kept.parameter()) != 0) mine.add(new Use.Guard(kept.lock(), kept.state()));
        }
        guards.add(mine);
      }
      if (export.kind() == Rule.Access.ADDRESS) {
        int[] inner = new int[self.length];
        for (int i = 0; i < self.length; i++)
          for (int p = 0; p < export.own().size() && p < 30; p++) if (export.own().get(p) >= 0 && export.own().get(p) < 30 && (self[i] & 1 << export.own().get(p)) != 0) inner[i] |= 1 << p;
        resolve(use, export.on(), export.onParameter(), inner, guards, found, depth + 1);
        continue;
      }
      List<Use.Name> names = new ArrayList<>();
      for (int i = 0; i < self.length; i++) {
        Use.Name name = use.names().get(i);
        Map<String, Use.Guard> all = new TreeMap<>();
        for (Use.Guard guard : name.guards()) all.put(guard.lock(), guard);
        for (Use.Guard guard : guards.get(i)) all.merge(guard.lock(), guard, (a, b) -> a.state().compareTo(Use.State.SHARED) <= 0 && b.state() != Use.State.ASSERTED ? a : b);
        names.add(new Use.Name(name.struct(), name.home(), name.member(), List.copyOf(all.values()), 0));
      }
      Set<String> others = new TreeSet<>(use.others());
      found.putIfAbsent(export.kind(), new Use(use.function(), use.line(), export.kind(), callee, -1, use.phase(), use.intended(), use.entry(), use.seen(), names, List.copyOf(others)));
    }
  }

  private String home(Use.Name name, String path) {
    if (!name.home().isEmpty()) return name.home();
    Set<String> known = homes.getOrDefault(name.struct(), Set.of());
    return known.size() == 1 ? known.iterator().next() : "";
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** What is custom, in order of files, structs, members. */
  public List<Custom> customs() {
    if (tallies == null) begin();
    List<Custom> customs = new ArrayList<>();
    tallies.forEach((key, byLock) -> best(key, byLock, customs));
    Collections.sort(customs);
    return customs;
  }

  /**
   * What the functions need be searched for that have nothing to do with locks: they can only speak against what is custom by now, or hand an address to a function that holds a lock.
   *
   * @param members without what leads to them, by the file that defines the struct
   * @param functions {@code name()} of those that hold a lock for what they are handed
   */
  public record Wanted(Map<String, Set<String>> members, Set<String> functions) {
    /** Those of the names that stand in a file and mean something there. @param homes the file and all headers that it reaches */
    public Set<String> among(List<String> mentioned, List<String> homes) {
      Set<String> found = new TreeSet<>();
      for (String name : mentioned) if (functions.contains(name)) found.add(name);
      for (String home : homes) {
        Set<String> here = members.getOrDefault(home, Set.of());
        if (!here.isEmpty()) for (String name : mentioned) if (here.contains(name)) found.add(name);
      }
      return found;
    }
  }

  public Wanted wanted() {
    Map<String, Set<String>> members = new HashMap<>();
    for (Custom custom : customs()) members.computeIfAbsent(custom.home(), home -> new HashSet<>()).add(custom.member().substring(custom.member().lastIndexOf('.') + 1));
    Set<String> functions = new HashSet<>();
    for (List<Census.Export> all : exports.values()) for (Census.Export export : all) if (!export.kept().isEmpty()) functions.add(export.function() + "()");
    return new Wanted(members, functions);
  }

  private void best(String key, Map<String, Tallied> byLock, List<Custom> customs) {
    Custom best = null;
    for (Map.Entry<String, Tallied> entry : byLock.entrySet()) {
      Custom custom = custom(key.split("\n", -1), entry.getKey(), entry.getValue());
      if (custom != null && (best == null || stronger(custom, best))) best = custom;
    }
    if (best != null) customs.add(best);
  }

  private static boolean stronger(Custom one, Custom other) {
    int a = weight(one);
    int b = weight(other);
    if (one.remark().isEmpty() != other.remark().isEmpty() && Math.abs(a - b) <= 2) return other.remark().isEmpty(); // the words decide between two that are always held together
    if (a != b) return a > b;
    if (one.lock().startsWith("&") != other.lock().startsWith("&")) return other.lock().startsWith("&");
    if (one.lock().length() != other.lock().length()) return one.lock().length() < other.lock().length();
    return one.lock().compareTo(other.lock()) < 0;
  }

  private static int weight(Custom custom) {
    int held = custom.writes().held() + custom.read().held();
    int not = custom.writes().not() + custom.read().not();
    return held - 3 * not + (custom.source() == Custom.Source.ASSERTED ? 5 : 0);
  }

  private Custom custom(String[] key, String lock, Tallied tallied) {
    String struct = key[0];
    String home = key[1];
    String member = key[2];
    String remark = remark(struct, home, member, lock);
    Side writes = tallied.writes;
    Side reads = tallied.reads;
    boolean conditions = tallied.conditions > 0 && writes.held > 0 && writes.not == 0;
    boolean asserted = writes.asserted > 0 && writes.held >= LEAST_ASSERTED && writes.not == 0 && writes.functions.size() >= LEAST_FUNCTIONS;
    boolean written = agrees(writes, LEAST) && writes.functions.size() >= LEAST_FUNCTIONS;
    boolean said = !remark.isEmpty() && writes.held >= 1 && writes.not == 0 && writes.held + reads.held >= LEAST_ASSERTED;
    boolean together = writes.held >= 1 && writes.not == 0 && writes.unknown <= writes.held && reads.held >= 1 && writes.held + reads.held >= LEAST && agrees(reads, 1)
        && functions(writes, reads) >= LEAST_FUNCTIONS;
    if (!conditions && !asserted && !written && !said && !together) return null;
    boolean readToo = together || agrees(reads, LEAST_ASSERTED) && reads.functions.size() >= LEAST_FUNCTIONS && writes.not <= writes.held;
    Custom.Source source = conditions || asserted ? Custom.Source.ASSERTED : written || together ? Custom.Source.COUNTED : Custom.Source.REMARKED;
    return custom(key, lock, tallied, source, readToo);
  }

  private Custom custom(String[] key, String lock, Tallied tallied, Custom.Source source, boolean reads) {
    return new Custom(key[0], key[1], key[2], lock, source, reads, tallied.rcu > 0, tallied.writes.count(), tallied.reads.count(), tallied.bare ? 0 : tallied.teardown, remark(key[0], key[1], key[2], lock),
        List.copyOf(folders.getOrDefault(key[0] + "\n" + key[1], Set.of())));
  }

  private static int functions(Side one, Side other) {
    Set<String> both = new HashSet<>(one.functions);
    both.addAll(other.functions);
    return both.size();
  }

  private static boolean agrees(Side side, int least) {
    return side.held >= least && side.held >= SHARE * (side.held + side.not) && side.held >= SHARE_OF_ALL * (side.held + side.not + side.unknown)
        && side.not <= MOST_ODD;
  }

  private String remark(String struct, String home, String member, String lock) {
    for (String[] remark : remarks.getOrDefault(struct + "\n" + home, List.of())) if (remark[0].equals(member) && remark[1].equals(lock)) return remark[2];
    return "";
  }
}
