// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.List;
import keeper.flow.AccessPath;
import keeper.flow.Assumption;
import keeper.flow.Value;
import keeper.rule.LockApi;

/**
 * One way in which things may stand at a point of a function: the locks that are held, those that are known not to be, what variables
 * stand for, and what was found out about conditions. Never changes; what changes it returns another one.
 */
public final class World {
  static final int NEGATIVE = 1;
  static final int ZERO = 2;
  static final int POSITIVE = 4;
  static final int ANY = 7;
  private static final int LONGEST_PATH = 160;
  private static final int MOST_CHOICES = 6;
  private static final String CHOICE = "in "; // key of an alias "cA,B": the value is one of these constants

  /** Nothing is held that we know of, and nothing is known. */
  static final World START = new World(List.of(), Small.empty(), Small.empty(), Small.empty(), Small.empty(), false);

  private final List<Held> held; // in the order in which they were taken
  private final Small<String> free; // paths of locks that are known not to be held, with their types
  private final Small<Lock> given; // released here though taken by a caller
  private final Small<String> aliases; // variable: "=path" a copy, "&path" its address, "c…" a constant
  private final Small<Integer> facts; // canonical text of a value: how it stands to zero, or "value|other" to another value
  private final boolean unseen; // something on the way here was not seen

  private World(List<Held> held, Small<String> free, Small<Lock> given, Small<String> aliases, Small<Integer> facts, boolean unseen) {
    this.held = held;
    this.free = free;
    this.given = given;
    this.aliases = aliases;
    this.facts = facts;
    this.unseen = unseen;
  }

  /** The locks held, in the order in which they were taken; pseudo locks ({@code RCU}, {@code irq}) among them. */
  public List<Held> held() {
    return held;
  }

  /** Some text on the way here was not seen or not read. */
  public boolean unseen() {
    return unseen;
  }

  Small<Lock> given() {
    return given;
  }

  /** What is held of this instance, or null. */
  public Held find(String path) {
    for (int i = held.size() - 1; i >= 0; i--) if (held.get(i).lock().path().equals(path)) return held.get(i);
    return null;
  }

  /** The last one taken whose struct and member are these, whatever the instance, or null. */
  public Held findLike(Lock lock) {
    for (int i = held.size() - 1; i >= 0; i--) if (held.get(i).lock().like(lock)) return held.get(i);
    return null;
  }

  /** Known not to be held: released here, or its trylock failed. */
  public boolean isFree(String path) {
    return free.get(path) != null;
  }

  /** Given back here, though a caller had taken it. */
  public boolean isGiven(String path) {
    return given.get(path) != null;
  }

  /** A lock of an unread callee may be held. */
  public boolean opaque() {
    for (Held h : held) if (h.kind().equals("opaque")) return true;
    return false;
  }

  /** Whether sleeping is a mistake here, and why; null when nothing says so. */
  public Held atomic() {
    for (Held h : held) if (h.isSure() && h.atomic()) return h;
    return null;
  }

  World acquire(Held taken) {
    List<Held> more = new ArrayList<>(held.size() + 1);
    boolean nested = false;
    for (Held h : held) {
      if (h.lock().path().equals(taken.lock().path()) && h.kind().equals(taken.kind())) {
        nested = true;
        more.add(h.depth() < 8 && h.isSure() ? h.deeper(1) : taken);
      } else {
        more.add(h);
      }
    }
    if (!nested) more.add(taken);
    return new World(List.copyOf(more), free.without(taken.lock().path()), given, aliases, facts, unseen);
  }

  World replace(Held old, Held by) {
    List<Held> changed = new ArrayList<>(held.size());
    for (Held h : held) changed.add(h == old ? by : h);
    return new World(List.copyOf(changed), free, given, aliases, facts, unseen);
  }

  World remove(Held old) {
    List<Held> fewer = new ArrayList<>(held.size());
    for (Held h : held) if (h != old) fewer.add(h);
    return new World(List.copyOf(fewer), free, given, aliases, facts, unseen);
  }

  World free(Lock lock) {
    return new World(held, free.with(lock.path(), lock.type()), given, aliases, facts, unseen);
  }

  /** A lock of this type was released here, or could not be got, and none was taken since. */
  public boolean hasReleased(String type) {
    for (int i = 0; i < free.size(); i++) if (Lock.alike(free.value(i), type)) return true;
    for (int i = 0; i < given.size(); i++) if (Lock.alike(given.value(i).type(), type)) return true;
    return false;
  }

  /** A lock of this kind, of whatever instance, was given back here that a caller had taken. */
  public boolean gaveLike(Lock lock) {
    for (int i = 0; i < given.size(); i++) if (given.value(i).like(lock)) return true;
    return false;
  }

  /** The locks that are known not to be held: released here, not got, or given back. */
  public List<Lock> freed() {
    if (free.size() == 0 && given.size() == 0) return List.of();
    List<Lock> locks = new ArrayList<>();
    for (int i = 0; i < free.size(); i++) locks.add(new Lock(free.name(i), free.value(i), free.name(i)));
    for (int i = 0; i < given.size(); i++) if (find(given.name(i)) == null) locks.add(given.value(i));
    return locks;
  }

  /** The path that a call's result is known to stand for, or null. */
  public String valueOf(Value.Result result) {
    String alias = aliases.get("#" + result.call());
    return alias != null && (alias.charAt(0) == '=' || alias.charAt(0) == '&') ? alias.substring(1) : null;
  }

  World give(Lock lock) {
    return new World(held, free, given.with(lock.path(), lock), aliases, facts, unseen);
  }

  World fact(String key, int mask) {
    return new World(held, free, given, aliases, mask == ANY ? facts.without(key) : facts.with(key, mask), unseen);
  }

  int fact(String key) {
    Integer mask = facts.get(key);
    return mask == null ? ANY : mask;
  }

  World alias(String variable, String value) {
    return new World(held, free, given, value == null || value.length() > LONGEST_PATH ? aliases.without(variable) : aliases.with(variable, value), facts, unseen);
  }

  String alias(String variable) {
    return aliases.get(variable);
  }

  /** Text that nobody saw: what is held may be gone, anything else may be held. */
  World gap() {
    List<Held> doubtful = new ArrayList<>(held.size());
    for (Held h : held) doubtful.add(h.with(Held.Origin.DOUBTFUL));
    return new World(List.copyOf(doubtful), Small.empty(), given, Small.empty(), Small.empty(), true);
  }

  World forget() {
    return new World(held, free, given, Small.empty(), Small.empty(), unseen);
  }

  /** A path with aliases followed, {@code .} for every arrow. */
  public String canonical(AccessPath path) {
    String alias = aliases.get(path.root());
    List<String> steps = path.steps();
    StringBuilder text = new StringBuilder();
    int from = 0;
    if (alias == null || alias.charAt(0) == 'c') {
      text.append(path.root().indexOf('(') < 0 ? path.root() : plain(path.root()));
    } else if (alias.charAt(0) == '=') {
      text.append(alias, 1, alias.length());
    } else {
      text.append(alias, 1, alias.length());
      if (steps.isEmpty()) text.insert(0, '&');
      else if (steps.get(0).equals("*")) from = 1;
    }
    for (int i = from; i < steps.size(); i++) {
      String step = steps.get(i);
      if (step.startsWith("->")) text.append('.').append(step, 2, step.length());
      else text.append(step);
    }
    return text.toString();
  }

  /** The text of a call as the root of a path: no character in it means a step. */
  static String plain(String call) {
    return call.replace("->", "'").replace(" ", "").replace('.', '\'').replace('*', '^').replace('[', '{').replace(']', '}');
  }

  /** The object that a value points to: {@code x.lock} for {@code &x->lock}; null when it cannot be told. */
  String target(Value value) {
    if (value instanceof Value.AddressOf a) return canonical(a.path());
    if (value instanceof Value.Stored s) {
      String path = canonical(s.path());
      return path.startsWith("&") ? path.substring(1) : path + "*";
    }
    if (value instanceof Value.Result r) return "#" + r.call() + "*";
    return null;
  }

  /** What a variable stands for when it is given this value, or null. */
  String copy(Value value) {
    if (value instanceof Value.Stored s) {
      String path = canonical(s.path());
      String alias = s.path().isVariable() ? aliases.get(s.path().root()) : null;
      if (alias != null && alias.charAt(0) == 'c') return alias;
      return path.startsWith("&") ? path : "=" + path;
    }
    if (value instanceof Value.AddressOf a) return "&" + canonical(a.path());
    if (value instanceof Value.Constant c) return "c" + c.text();
    if (value instanceof Value.Result r) {
      String alias = aliases.get("#" + r.call());
      return alias != null && (alias.charAt(0) == '=' || alias.charAt(0) == '&') ? alias : "=#" + r.call();
    }
    return null;
  }

  /** A name gets another value: what was known of the old one goes on under another name, what was told by its text is forgotten. */
  World rename(String name, String old) {
    List<Held> moved = held;
    for (int i = 0; i < held.size(); i++) {
      Held h = held.get(i);
      String path = renamed(h.lock().path(), name, old);
      if (path == h.lock().path()) continue;
      if (moved == held) moved = new ArrayList<>(held);
      moved.set(i, h.moved(new Lock(path, h.lock().type(), h.lock().text())));
    }
    Small<String> stillFree = free;
    for (int i = 0; i < free.size(); i++) if (renamed(free.name(i), name, old) != free.name(i)) stillFree = stillFree.without(free.name(i));
    Small<Lock> gone = given;
    for (int i = 0; i < given.size(); i++) {
      String path = renamed(given.name(i), name, old);
      if (path == given.name(i)) continue;
      Lock lock = given.value(i);
      gone = gone.without(given.name(i)).with(path, new Lock(path, lock.type(), lock.text()));
    }
    Small<String> others = aliases.without(name);
    for (int i = 0; i < others.size(); i++) {
      String value = others.value(i);
      if (others.name(i).startsWith(CHOICE) && mentions(others.name(i).substring(CHOICE.length()), name)) {
        others = others.without(others.name(i--));
        continue;
      }
      if (value.charAt(0) == 'c') continue;
      String path = renamed(value.substring(1), name, old);
      if (!path.equals(value.substring(1))) others = others.with(others.name(i), value.charAt(0) + path);
    }
    Small<Integer> stillTrue = facts;
    for (int i = 0; i < facts.size(); i++) {
      if (!mentions(facts.name(i), name)) continue;
      stillTrue = stillTrue.without(facts.name(i));
      String path = renamed(facts.name(i), name, old);
      if (path != facts.name(i) && isKept(path, moved, others)) stillTrue = stillTrue.with(path, facts.value(i));
    }
    return new World(moved == held ? held : List.copyOf(moved), stillFree, gone, others, stillTrue, unseen);
  }

  /** Something that is held, or a variable, still goes by this name. */
  private static boolean isKept(String path, List<Held> held, Small<String> aliases) {
    for (Held h : held) if (h.lock().path().startsWith(path)) return true;
    for (int i = 0; i < aliases.size(); i++) if (aliases.value(i).startsWith(path, 1)) return true;
    return false;
  }

  /** The path with its beginning, or an index in it, replaced; the same object when nothing matches. */
  private static String renamed(String path, String name, String old) {
    if (path.startsWith(name)) {
      if (path.length() == name.length()) return old;
      char next = path.charAt(name.length());
      if (next == '.' || next == '[' || next == '*') return old + path.substring(name.length());
    }
    int end = Lock.rootOf(path).length();
    if (path.lastIndexOf('(', end) >= 0 && mentions(path.substring(0, end), name)) return replaced(path.substring(0, end), name, old) + path.substring(end);
    if (path.indexOf('[') >= 0) {
      int at = path.indexOf("[" + name + "]");
      if (at >= 0) return path.substring(0, at + 1) + old + path.substring(at + 1 + name.length());
    }
    return path;
  }

  /** Each whole word that is the name, replaced. */
  private static String replaced(String text, String name, String old) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length())) {
      int end = at + name.length();
      boolean whole = (at == 0 || !word(text.charAt(at - 1))) && (end == text.length() || !word(text.charAt(end)));
      if (!whole) continue;
      out.append(text, from, at).append(old);
      from = end;
    }
    return out.append(text.substring(from)).toString();
  }

  /** Whether a text has the name as a whole word, or begins with it as a path. */
  static boolean mentions(String text, String name) {
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean begins = at == 0 || !word(text.charAt(at - 1));
      boolean ends = end == text.length() || !word(text.charAt(end));
      if (begins && ends) return true;
    }
    return false;
  }

  private static boolean word(char c) {
    return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '#';
  }

  /** What assuming it makes of this world; null when it contradicts what is known here. */
  World assume(Assumption assumption, Walk walk) {
    if (assumption == Assumption.ALWAYS || assumption.isAlways()) return this;
    Value value = assumption.value();
    String against = constant(assumption.against());
    int mask = mask(assumption.relation());
    if (against == null) {
      String right = key(assumption.against(), walk);
      String left = key(value, walk);
      return left == null || right == null ? this : narrowed(left + "|" + right, mask);
    }
    boolean zero = Kernel.zero(against);
    String known = constant(value);
    if (known != null) {
      if (zero) return (Kernel.sign(known) & mask) == 0 ? null : this;
      if (known.equals(against)) return (ZERO & mask) == 0 ? null : this;
      int left = Kernel.sign(known);
      int right = Kernel.sign(against);
      boolean different = left != ANY && right != ANY && (left & right) == 0;
      return different && mask == ZERO ? null : this;
    }
    String key = key(value, walk);
    if (key == null) return this;
    if (key.startsWith("?")) { // IS_ERR(p) and its kin: what the answer says of p
      int error = key.charAt(1) == 'n' ? NEGATIVE | ZERO : NEGATIVE;
      if (!zero) return this;
      boolean yes = (mask & ZERO) == 0;
      boolean no = mask == ZERO;
      return yes ? narrowed(key.substring(2), error) : no ? narrowed(key.substring(2), ANY & ~error) : this;
    }
    if (zero && key.charAt(0) == '&') return (mask & POSITIVE) == 0 ? null : this; // an address
    if (zero) return narrowed(key, mask);
    String pair = key + "|" + against;
    String choices = aliases.get(CHOICE + key);
    if (choices != null && (mask == ZERO || mask == (NEGATIVE | POSITIVE))) {
      boolean among = among(choices, against);
      if (mask == ZERO && !among) return null;
      if (mask == ZERO) return alias(CHOICE + key, "c" + against).narrowed(pair, mask);
      if (among) {
        String rest = without(choices, against);
        return rest.length() == 1 ? null : alias(CHOICE + key, rest).narrowed(pair, mask);
      }
      return this;
    }
    if (mask == ZERO) {
      for (int i = 0; i < facts.size(); i++)
        if (facts.value(i) == ZERO && facts.name(i).startsWith(key + "|") && !facts.name(i).equals(pair) && isConstant(facts.name(i).substring(key.length() + 1))) return null;
      World same = narrowed(pair, mask);
      if (same != null && isConstant(against)) same = same.alias(CHOICE + key, "c" + against);
      int sign = Kernel.sign(against);
      return same == null || sign == ANY ? same : same.narrowed(key, sign);
    }
    return narrowed(pair, mask);
  }

  private static boolean among(String choices, String constant) {
    return ("," + choices.substring(1) + ",").contains("," + constant + ",");
  }

  private static String without(String choices, String constant) {
    StringBuilder rest = new StringBuilder("c");
    for (String choice : choices.substring(1).split(",")) {
      if (choice.equals(constant)) continue;
      if (rest.length() > 1) rest.append(',');
      rest.append(choice);
    }
    return rest.toString();
  }

  /** The constants of both, sorted; null when they are too many. */
  private static String union(String a, String b) {
    java.util.TreeSet<String> all = new java.util.TreeSet<>(List.of(a.substring(1).split(",")));
    all.addAll(List.of(b.substring(1).split(",")));
    return all.size() > MOST_CHOICES ? null : "c" + String.join(",", all);
  }

  private static boolean isConstant(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')) return false;
    }
    return true;
  }

  private World narrowed(String key, int mask) {
    int known = fact(key) & mask;
    if (known == 0) return null;
    return known == fact(key) ? this : fact(key, known);
  }

  private static int mask(Assumption.Relation relation) {
    return switch (relation) {
      case EQ -> ZERO;
      case NE -> NEGATIVE | POSITIVE;
      case LT -> NEGATIVE;
      case GE -> ZERO | POSITIVE;
      case GT -> POSITIVE;
      case LE -> NEGATIVE | ZERO;
    };
  }

  /** The constant that a value is known to be, or null. */
  String constant(Value value) {
    if (value instanceof Value.Constant c) return c.text();
    if (value instanceof Value.Stored s && s.path().isVariable()) {
      String alias = aliases.get(s.path().root());
      if (alias != null && alias.charAt(0) == 'c') return alias.substring(1);
      String name = s.path().root();
      if (alias == null && !walk(name) && isConstant(name)) return name; // an enumerator or a macro
    }
    return null;
  }

  private static boolean walk(String name) {
    for (int i = 0; i < name.length(); i++) if (name.charAt(i) >= 'a' && name.charAt(i) <= 'z') return true;
    return false;
  }

  /** The name under which facts of a value are kept; null when there is none. */
  String key(Value value, Walk walk) {
    if (value instanceof Value.Stored s) return canonical(s.path());
    if (value instanceof Value.Result r) {
      String alias = aliases.get("#" + r.call());
      if (alias != null && alias.charAt(0) == '?') return alias;
      if (alias != null && alias.charAt(0) == '=') return alias.substring(1);
      String text = walk.wording(r.call());
      return text != null ? text : "#" + r.call();
    }
    if (value instanceof Value.Computed c) return c.text().isEmpty() ? null : c.text(); // a condition that is not shown
    if (value instanceof Value.AddressOf a) return "&" + canonical(a.path());
    return null;
  }

  /** How a returned value stands to zero. */
  int sign(Value value, Walk walk) {
    String constant = constant(value);
    if (constant != null) return Kernel.sign(constant);
    if (value instanceof Value.AddressOf) return POSITIVE;
    String key = key(value, walk);
    if (key == null || key.startsWith("?")) return ANY;
    if (value instanceof Value.Stored s && s.path().isVariable()) {
      String alias = aliases.get(s.path().root());
      if (alias != null && alias.startsWith("=#")) return fact(alias.substring(1)) & fact(key);
    }
    if (value instanceof Value.Result r) return fact(key) & fact("#" + r.call());
    return fact(key);
  }

  /** Whether the same locks are held, so that the two can be told as one. */
  boolean sameLocks(World other) {
    if (unseen != other.unseen || held.size() != other.held.size() || !given.equals(other.given)) return false;
    for (int i = 0; i < held.size(); i++) if (!held.get(i).same(other.held.get(i))) return false;
    return true;
  }

  /** What is known in both, when the same locks are held. */
  World join(World other) {
    Small<String> bothFree = free;
    for (int i = 0; i < free.size(); i++) if (other.free.get(free.name(i), i) == null) bothFree = bothFree.without(free.name(i));
    Small<String> both = aliases;
    for (int i = 0; i < aliases.size(); i++) {
      String there = other.aliases.get(aliases.name(i), i);
      if (aliases.value(i).equals(there)) continue;
      String union = there != null && aliases.name(i).startsWith(CHOICE) ? union(aliases.value(i), there) : null;
      both = union == null ? both.without(aliases.name(i)) : both.with(aliases.name(i), union);
    }
    Small<Integer> either = facts;
    for (int i = 0; i < facts.size(); i++) {
      int mask = facts.value(i) | other.signOf(facts.name(i));
      if (mask != facts.value(i)) either = mask == ANY ? either.without(facts.name(i)) : either.with(facts.name(i), mask);
    }
    if (aliases != other.aliases) {
      // A variable that is a constant in one and another in the other still has a sign.
      for (int i = 0; i < aliases.size(); i++) {
        String name = aliases.name(i);
        if (name.startsWith(CHOICE)) continue;
        if (both.get(name, i) != null || either.get(name) != null) continue;
        int mask = signOf(name) | other.signOf(name);
        if (mask != ANY) either = either.with(name, mask);
      }
      for (int i = 0; i < other.aliases.size(); i++) {
        String name = other.aliases.name(i);
        if (name.startsWith(CHOICE)) continue;
        if (both.get(name, i) != null || aliases.get(name, i) != null || either.get(name) != null) continue;
        int mask = signOf(name) | other.signOf(name);
        if (mask != ANY) either = either.with(name, mask);
      }
    }
    if (bothFree == free && both == aliases && either == facts) return this;
    return new World(held, bothFree, given, both, either, unseen);
  }

  private int signOf(String variable) {
    String alias = aliases.get(variable);
    if (alias == null) return fact(variable);
    if (alias.charAt(0) == 'c') return Kernel.sign(alias.substring(1));
    if (alias.charAt(0) == '=') return fact(alias.substring(1));
    return ANY;
  }

  /** Many worlds told as one: what is held in all is held, what is held in some is doubtful. */
  static World fold(List<World> worlds) {
    World first = worlds.get(0);
    List<Held> all = new ArrayList<>();
    boolean unseen = false;
    for (World world : worlds) {
      unseen |= world.unseen;
      for (Held h : world.held) if (!contains(all, h)) all.add(h);
    }
    List<Held> folded = new ArrayList<>();
    for (Held h : all) {
      boolean everywhere = true;
      for (World world : worlds) {
        Held there = world.find(h.lock().path());
        if (there == null || !there.isSure()) everywhere = false;
      }
      folded.add(everywhere ? h : h.with(Held.Origin.DOUBTFUL));
    }
    Small<String> free = first.free;
    Small<Lock> given = first.given;
    for (World world : worlds) {
      for (int i = 0; i < free.size(); i++) if (world.free.get(free.name(i)) == null) free = free.without(free.name(i--));
      for (int i = 0; i < given.size(); i++) if (world.given.get(given.name(i)) == null) given = given.without(given.name(i--));
    }
    return new World(List.copyOf(folded), free, given, Small.empty(), Small.empty(), unseen);
  }

  private static boolean contains(List<Held> all, Held held) {
    for (Held h : all) if (h.lock().path().equals(held.lock().path()) && h.kind().equals(held.kind())) return true;
    return false;
  }

  boolean equalTo(World other) {
    return this == other || sameLocks(other) && free.equals(other.free) && aliases.equals(other.aliases) && facts.equals(other.facts);
  }

  World downgrade(Held old) {
    return replace(old, old.as(LockApi.Mode.READ));
  }
}
