// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import keeper.c.Attribute;
import keeper.c.Expression;
import keeper.c.Function;
import keeper.c.Kind;
import keeper.c.Macro;
import keeper.c.Outline;
import keeper.c.Parameter;
import keeper.c.Parser;
import keeper.c.Prototype;
import keeper.c.Statement;
import keeper.c.Tokens;
import keeper.c.Type;
import keeper.c.Variant;
import keeper.flow.AccessPath;
import keeper.flow.ControlFlowGraph;
import keeper.flow.Linearizer;
import keeper.flow.Step;
import keeper.flow.Value;
import keeper.rule.LockApi;
import keeper.rule.Rule;
import keeper.text.Place;
import keeper.text.SourceText;
import keeper.text.Span;
import keeper.text.Tree;

/**
 * One file as a whole: its functions, what each holds, what each does to its caller, who calls whom. Everything is computed when it is asked
 * for and kept; what other files define is asked of {@link OtherFiles}.
 */
public final class Unit {
  private static final int MOST_NEEDS = 48;
  private static final int DEEPEST_ENTRY = 6;
  private static final int MOST_SITES = 40;
  private static final int MOST_VARIANTS = 400; // of all functions of a file
  private static final int DEEPEST_VARIANT = 6;

  private Words words; // made when first asked for
  private final OtherFiles others;
  private final Purpose purpose;
  private final SourceText text;
  private final Outline outline;
  private final Kernel kernel;
  private final List<Function> functions;
  private final Map<String, Function> byName = new LinkedHashMap<>(); // macros that act like functions too
  private final Map<Function, Statement.Compound> macros = new java.util.IdentityHashMap<>(); // their bodies
  private CallGraph calls; // these are made when first asked for
  private Set<String> reach;
  private final Map<String, Boolean> matters = new HashMap<>();
  private final Map<Function, HeldLocks> held = new java.util.IdentityHashMap<>();
  private final Map<Function, ControlFlowGraph> graphs = new java.util.IdentityHashMap<>();
  private final Map<String, Optional<Summary>> summaries = new HashMap<>();
  private final Set<String> inProgress = new HashSet<>();
  private final Map<String, List<Site>> sites = new HashMap<>();
  private final Map<String, List<Reference>> references = new HashMap<>();
  private final Map<String, Holding> entries = new HashMap<>();
  private final Map<String, Optional<LockApi.Entry>> guards = new HashMap<>();
  private final TypesOf types = new TypesOf(this);
  private Structs structs;

  /** A call of a function. */
  public record Site(Function caller, Moment moment, Step.Call call) {}

  /**
   * A place where a function's name stands without being called.
   *
   * @param context the text before it on its line and the call it is an argument of: {@code .release =}, {@code INIT_WORK}
   */
  public record Reference(int offset, String context) {}

  /** What a file is looked at for. Only one that is {@link #CHECKED} sees what its neighbours define; the others see headers. */
  enum Purpose {
    /** The checks speak of it. */
    CHECKED,
    /** Another file calls it: its summaries are wanted. */
    CALLED,
    /** Its uses of members are counted: only locks are followed, not what sleeps. */
    COUNTED
  }

  private final Variant variant;

  Unit(OtherFiles others, SourceText text, Kernel kernel, Purpose purpose) {
    this(others, text, kernel, purpose, Variant.FIRST, Outline.of(text));
  }

  /** The file as another reading of its {@code #if} groups has it. */
  Unit otherwise(Variant other) {
    return new Unit(others, text, kernel, purpose, other, outline);
  }

  private Unit(OtherFiles others, SourceText text, Kernel kernel, Purpose purpose, Variant variant, Outline outline) {
    this.variant = variant;
    this.others = others;
    this.purpose = purpose;
    this.text = text;
    this.kernel = kernel;
    this.outline = outline;
    this.functions = outline.functions();
    for (Function function : functions) byName.putIfAbsent(function.name(), function);
    for (Macro macro : outline.macros()) addMacro(macro);
  }

  private void addMacro(Macro macro) {
    if (!macro.function() || byName.containsKey(macro.name()) || kernel.knows(macro.name())) return;
    Parser.body(text, macro).ifPresent(body -> {
      List<Parameter> parameters = macro.parameters().stream().map(name -> new Parameter(name, NO_TYPE)).toList();
      Function function = new Function(text, macro.name(), "", NO_TYPE, parameters, List.of(), true, true, new Span(macro.span().start(), macro.body().start()), macro.body());
      byName.put(macro.name(), function);
      macros.put(function, body);
    });
  }

  private static final Type NO_TYPE = new Type("", 0, 0, false, List.of());

  boolean isChecked() {
    return purpose == Purpose.CHECKED;
  }

  /** What stands at the top level of the file. */
  public Outline outline() {
    return outline;
  }

  /** The headers that this file reaches. */
  Set<String> reach() {
    if (reach == null) reach = others.reach(text, !isChecked());
    return reach;
  }

  /** Whether another text of the file sees the same headers. */
  public boolean reaches(Unit other) {
    return reach().equals(other.reach());
  }

  /** The names of all functions, and of the macros that act like one. */
  Set<String> callable() {
    return byName.keySet();
  }

  /** Whether a call in another file may mean this function or macro of the file. */
  boolean offers(String name) {
    Function function = byName.get(name);
    return function != null && OtherFiles.visible(function, text.path());
  }

  public SourceText text() {
    return text;
  }

  /** Parts of the file are not shown; a name without a declaration may be a local variable. */
  public boolean hasGaps() {
    if (gaps == null) {
      boolean found = false;
      for (byte b : text.bytes()) if (b == 1) found = true;
      gaps = found;
    }
    return gaps;
  }

  private Boolean gaps;

  /** The tree that the file is of. */
  Tree tree() {
    return others.tree();
  }

  public Kernel kernel() {
    return kernel;
  }

  public TypesOf types() {
    return types;
  }

  /** The functions in source order. */
  public List<Function> functions() {
    return functions;
  }

  public Optional<Function> function(String name) {
    Function function = byName.get(name);
    return function == null || macros.containsKey(function) ? Optional.empty() : Optional.of(function);
  }

  boolean defines(String name) {
    return byName.containsKey(name);
  }

  public ControlFlowGraph graph(Function function) {
    return graphs.computeIfAbsent(function, f -> Linearizer.graph(f, macros.containsKey(f) ? macros.get(f) : Parser.body(f, variant), kernel));
  }

  /** What is held in a function of this file. */
  public HeldLocks held(Function function) {
    HeldLocks known = held.get(function);
    if (known != null) return known;
    if (!inProgress.contains(function.name())) summarizeBelow(function);
    known = held.get(function);
    if (known != null) return known;
    HeldLocks found = new Walk(this, graph(function)).run();
    held.put(function, found);
    return found;
  }

  /** What a call of this name does, where its definition can be seen; empty else, and within a circle of calls. */
  public Optional<Summary> summary(String name) {
    Optional<Summary> known = summaries.get(name);
    if (known != null) return known;
    Function function = byName.get(name);
    if (function == null) {
      Optional<Summary> elsewhere = kernel.lock(name).isPresent() ? Optional.empty() : Promises.merged(this, name, others.summary(name, this));
      summaries.put(name, elsewhere);
      return elsewhere;
    }
    if (inProgress.isEmpty()) summarizeBelow(function);
    return summaries.getOrDefault(name, Optional.empty()); // recursion: taken to keep the locks
  }

  /**
   * What one call does: as {@link #summary(String)}, but for arguments that are constants and decide something in the callee, such as the {@code true} of
   * {@code lookup(map, key, true)} that says that the lock is held.
   */
  public Optional<Summary> summary(Step.Call call, World world) {
    Optional<Summary> general = summary(call.callee());
    Function function = byName.get(call.callee());
    if (general.isEmpty() || function == null || general.get().isQuiet() || inProgress.contains(call.callee()) || inProgress.size() > DEEPEST_VARIANT) return general;
    Set<String> deciding = deciding(function);
    if (deciding.isEmpty()) return general;
    Map<String, String> constants = new java.util.TreeMap<>();
    List<Parameter> parameters = function.parameters();
    for (int i = 0; i < parameters.size() && i < call.arguments().size(); i++) {
      String constant = deciding.contains(parameters.get(i).name()) ? world.constant(call.arguments().get(i)) : null;
      if (constant != null && constant.length() <= 40) constants.put(parameters.get(i).name(), constant);
    }
    if (constants.isEmpty()) return general;
    String key = call.callee() + constants;
    Optional<Summary> known = variants.get(key);
    if (known != null) return known;
    if (variants.size() >= MOST_VARIANTS) return general;
    inProgress.add(call.callee());
    Summary summary = summarize(new Walk(this, graph(function), constants).run());
    inProgress.remove(call.callee());
    variants.put(key, Optional.of(summary));
    return variants.get(key);
  }

  /** The parameters that a branch of the function looks at. */
  private Set<String> deciding(Function function) {
    return deciding.computeIfAbsent(function, f -> {
      Set<String> found = new HashSet<>();
      for (Parameter parameter : f.parameters()) found.add(parameter.name());
      Set<String> tested = new HashSet<>();
      for (keeper.flow.Block block : graph(f).blocks())
        for (keeper.flow.Edge edge : block.edges())
          if (edge.assumption().value() instanceof Value.Stored s && s.path().isVariable() && found.contains(s.path().root())) tested.add(s.path().root());
      return tested;
    });
  }

  private final Map<Function, Set<String>> deciding = new java.util.IdentityHashMap<>();
  private final Map<String, Optional<Summary>> variants = new HashMap<>();

  /** Callees first, so that nothing here runs deep; where they form a circle it is cut in the same place whoever asks. */
  private void summarizeBelow(Function function) {
    if (!inProgress.isEmpty() || summaries.containsKey(function.name())) return;
    for (Function next : calls().below(function, f -> summaries.containsKey(f.name()))) {
      if (summaries.containsKey(next.name())) continue;
      inProgress.add(next.name());
      if (purpose == Purpose.COUNTED ? keepsLocks(next) : isQuiet(next)) {
        inProgress.remove(next.name());
        summaries.put(next.name(), Optional.of(Summary.quiet(next.name())));
        continue;
      }
      Walk walk = new Walk(this, graph(next));
      HeldLocks walked = purpose == Purpose.CALLED && keepsLocks(next) ? walk.glance() : walk.run();
      Summary summary = summarize(walked);
      inProgress.remove(next.name());
      summaries.put(next.name(), Promises.merged(this, next.name(), Optional.of(summary)));
      if (purpose == Purpose.CALLED) graphs.remove(next);
      else if (!calls().isCircular(next)) held.put(next, walked); // in a circle it did not know all its callees yet
    }
  }

  private CallGraph calls() {
    if (calls == null) calls = CallGraph.of(text, outline.tokens(), List.copyOf(byName.values()), byName);
    return calls;
  }

  private static List<String> names(Function function) {
    return function.parameters().stream().map(Parameter::name).toList();
  }

  /** Whether it calls nothing that has to do with locks or sleeping: then it need not be walked. */
  private boolean isQuiet(Function function) {
    if (!contracts(function.name()).isEmpty() || !function.attributes().isEmpty() && !annotated(function).isEmpty()) return false;
    for (String name : calls().names(function)) {
      Function callee = byName.get(name);
      if (callee != null) {
        Optional<Summary> known = summaries.get(name);
        if (known == null ? callee != function : known.isEmpty() || !known.get().isQuiet()) return false;
      } else if (matters.computeIfAbsent(name, this::matters)) {
        return false;
      }
    }
    return declared(function).isEmpty();
  }

  /** Whether nothing that it calls has to do with locks: then all there is to know is whether it sleeps. */
  private boolean keepsLocks(Function function) {
    if (!annotated(function).isEmpty()) return false;
    for (String name : calls().names(function)) {
      if (kernel.lock(name).isPresent() || scopes(name)) return false;
      Optional<Summary> summary = name.equals(function.name()) ? Optional.empty() : summary(name);
      if (summary.isPresent() ? !summary.get().keepsLocks() || !summary.get().complete() || !summary.get().required().isEmpty() || !summary.get().taken().isEmpty() : Kernel.unlocks(name) || Kernel.locks(name)) return false;
    }
    return true;
  }

  /**
   * Whether a lock that guards data can be held somewhere in a function by what stands in it: taken, asserted, or changed by a callee. What its callers hold is not
   * asked.
   */
  public boolean mayHold(Function function) {
    return holding.computeIfAbsent(function, f -> {
      if (!annotated(f).isEmpty()) return true;
      for (String name : calls().names(f)) {
        Optional<LockApi.Entry> entry = kernel.lock(name);
        if (scopes(name) ? !kernel.cleanup(name) : entry.isPresent() ? kernel.takes(entry.get()) : !name.equals(f.name()) && changes(name)) return true;
      }
      return false;
    });
  }

  private final Map<Function, Boolean> holding = new java.util.IdentityHashMap<>();

  private boolean changes(String name) {
    Optional<Summary> summary = summary(name);
    return summary.isPresent() ? !summary.get().keepsLocks() || !summary.get().required().isEmpty() : Kernel.unlocks(name) || Kernel.locks(name);
  }

  /**
   * What a function mentions: members, some variables, and as {@code name()} the functions of other files that it hands an address.
   *
   * @param variables those of interest
   * @param handing it may hand on an address that it was handed itself
   */
  public Set<String> mentioned(Function function, Set<String> variables, boolean handing) {
    Set<String> found = new HashSet<>();
    Tokens tokens = outline.tokens();
    int end = function.body().end();
    for (int i = tokens.at(function.body().start()); i + 1 < tokens.size() && tokens.start(i) < end; i++) {
      Kind kind = tokens.kind(i);
      Kind next = tokens.kind(i + 1);
      if ((kind == Kind.ARROW || kind == Kind.DOT) && next == Kind.IDENTIFIER) found.add(tokens.text(i + 1));
      else if (kind != Kind.IDENTIFIER) continue;
      else if (next == Kind.PAREN_OPEN && (handing || handsAddress(tokens, i + 2, end))) {
        String name = tokens.text(i);
        if (!byName.containsKey(name) && !kernel.knows(name)) found.add(name + "()");
      } else if (!variables.isEmpty() && variables.contains(tokens.text(i))) found.add(tokens.text(i));
    }
    return found;
  }

  /** Whether one of the arguments that begin here is {@code &x->m} or the like. */
  private static boolean handsAddress(Tokens tokens, int first, int end) {
    int depth = 0;
    for (int i = first; i + 2 < tokens.size() && tokens.start(i) < end; i++) {
      Kind kind = tokens.kind(i);
      if (kind == Kind.PAREN_OPEN) depth++;
      else if (kind == Kind.PAREN_CLOSE && depth-- == 0) return false;
      else if (kind == Kind.AMPERSAND && depth == 0 && (i == first || tokens.kind(i - 1) == Kind.COMMA) && (tokens.kind(i + 2) == Kind.ARROW || tokens.kind(i + 2) == Kind.DOT)) return true;
    }
    return false;
  }

  /** The functions of this file in which a call of this name stands, in source order. */
  public List<Function> callers(String name) {
    List<Function> found = new ArrayList<>();
    Function last = null;
    for (int at : mentions(name)) {
      Function inside = around(at);
      if (inside == null || inside == last) continue;
      last = inside;
      for (String called : calls().names(inside)) if (called.equals(name)) found.add(inside);
    }
    return found;
  }

  /** The functions of this file that a function calls by name. */
  public List<Function> callees(Function function) {
    List<Function> found = new ArrayList<>();
    for (String name : calls().names(function)) function(name).ifPresent(found::add);
    return found;
  }

  private boolean scopes(String name) {
    return kernel.scopeObject(name) || kernel.cleanup(name) || name.equals("scoped_guard") || name.equals("scoped_cond_guard") || name.equals("scoped_class");
  }

  private boolean matters(String name) {
    if (!contracts(name).isEmpty()) return true;
    if (kernel.knows(name) || scopes(name)) return true;
    Optional<Summary> elsewhere = summary(name);
    return elsewhere.isPresent() ? !elsewhere.get().isQuiet() : Kernel.unlocks(name) || Kernel.locks(name);
  }

  /** Whether a call may change what is held. */
  boolean changesLocks(String name) {
    Optional<Summary> summary = summary(name);
    return summary.isPresent() && !summary.get().keepsLocks();
  }

  // ---- summaries ----

  private Summary summarize(HeldLocks held) {
    List<Summary.Outcome> outcomes = outcomes(held);
    Map<String, Summary.Need> required = new LinkedHashMap<>();
    Map<String, Summary.Need> taken = new LinkedHashMap<>();
    Map<String, Summary.Sleep> sleeps = new LinkedHashMap<>();
    Function function = held.function();
    boolean complete = !held.exhausted();
    for (Held annotated : annotated(function))
      if (annotated.by().startsWith("__must_hold")) required.put(annotated.lock().path(), new Summary.Need(annotated.lock(), annotated.kind(), annotated.mode(), place(function.head()), function.name(), annotated.by(), true));
    for (Moment moment : held.moments()) {
      if (moment.step() instanceof Step.Gap) complete = false;
      if (moment.step() instanceof Step.Call call && unseenLocking(call.callee())) complete = false;
      if (moment.step() instanceof Step.Call || moment.step() instanceof Step.Open) {
        needs(held, moment, required, taken);
        if (moment.step() instanceof Step.Call call && purpose != Purpose.COUNTED) sleeps(held, moment, call, sleeps);
      }
    }
    return new Summary(function.name(), names(function), outcomes, List.copyOf(required.values()), List.copyOf(taken.values()), List.copyOf(sleeps.values()), complete);
  }

  /** A callee that locks or unlocks by its name, and of which nothing more is known. */
  private boolean unseenLocking(String callee) {
    if (callee.isEmpty() || defines(callee) || !Kernel.unlocks(callee) && !Kernel.locks(callee) || kernel.lock(callee).isPresent()) return false;
    Optional<Summary> summary = summary(callee);
    return summary.isEmpty() || !summary.get().complete() && summary.get().keepsLocks();
  }

  private void needs(HeldLocks held, Moment moment, Map<String, Summary.Need> required, Map<String, Summary.Need> taken) {
    String self = held.function().name();
    boolean always = held.alwaysReached(moment.block());
    for (World world : moment.worlds()) {
      for (Act act : held.acts(moment.step(), world)) {
        if (!expressible(act.lock(), held) || Walk.pseudo(act.family())) continue;
        Held there = world.find(act.lock().path());
        boolean untouched = there == null && !world.isFree(act.lock().path()) && !world.isGiven(act.lock().path()) && !world.unseen();
        if (!untouched || act.kind() == Act.Kind.REQUIRE && excepted(moment.step(), act)) continue;
        boolean sure = always || act.kind() != Act.Kind.ACQUIRE && held.isOnlyLeft(moment.block());
        Summary.Need need = new Summary.Need(act.lock(), act.family(), act.mode(), place(act.at()), self, act.by(), sure);
        if (act.kind() == Act.Kind.ASSERT && required.size() < MOST_NEEDS) required.putIfAbsent(act.lock().path(), need);
        else if (act.kind() == Act.Kind.REQUIRE && required.size() < MOST_NEEDS && !world.opaque() && world.findLike(act.lock()) == null)
          required.putIfAbsent(act.lock().path(), chained(need, moment, act));
        else if (act.kind() == Act.Kind.ACQUIRE && taken.size() < MOST_NEEDS && act.entry() != null) taken.putIfAbsent(act.lock().path(), need);
      }
      if (moment.step() instanceof Step.Call call && purpose != Purpose.COUNTED) chainTaken(held, call, world, always, taken);
    }
  }

  /** A rule says what the callee needs, and leaves out the function that is walked: so its callers need not know either. */
  private boolean excepted(Step step, Act act) {
    if (!(step instanceof Step.Call call)) return false;
    for (Rule.OfFunction rule : contracts(call.callee()))
      if (rule instanceof Rule.Requires requires && requires.lock().path().endsWith(act.lock().member()))
        for (String name : rule.except()) if (inProgress.contains(name)) return true;
    return false;
  }

  /** The place and the words of the callee that needs the lock in the end. */
  private Summary.Need chained(Summary.Need need, Moment moment, Act act) {
    Optional<Summary> callee = moment.step() instanceof Step.Call call ? summary(call.callee()) : Optional.empty();
    if (callee.isPresent() && moment.step() instanceof Step.Call call)
      for (Summary.Need deeper : callee.get().required()) {
        Lock lock = deeper.lock();
        if (lock.member().equals(act.lock().member())) return new Summary.Need(need.lock(), need.family(), need.mode(), deeper.at(), deeper.by(), deeper.text(), deeper.sure() && need.sure());
      }
    return need;
  }

  private void chainTaken(HeldLocks held, Step.Call call, World world, boolean always, Map<String, Summary.Need> taken) {
    if (call.callee().isEmpty() || kernel.lock(call.callee()).isPresent()) return;
    Optional<Summary> callee = summary(call, world);
    if (callee.isEmpty()) return;
    for (Summary.Need deeper : callee.get().taken()) {
      if (taken.size() >= MOST_NEEDS) return;
      Lock lock = translate(deeper.lock(), call, callee.get().function(), world);
      if (lock == null || !expressible(lock, held)) continue;
      if (world.find(lock.path()) != null || world.isGiven(lock.path())) continue;
      taken.putIfAbsent(lock.path(), new Summary.Need(lock, deeper.family(), deeper.mode(), deeper.at(), deeper.by(), deeper.text(), deeper.sure() && always));
    }
  }

  private void sleeps(HeldLocks held, Moment moment, Step.Call call, Map<String, Summary.Sleep> sleeps) {
    if (sleeps.size() >= 8 || call.callee().isEmpty()) return;
    boolean atomic = true;
    for (World world : moment.worlds()) if (world.atomic() == null) atomic = false;
    if (atomic) return; // a mistake of its own, not a property of the function
    List<Summary.Sleep> found = sleepsOf(call, held, moment.worlds().get(0));
    if (found.isEmpty()) return;
    boolean always = held.alwaysReached(moment.block());
    List<Lock> without = new ArrayList<>();
    Small<Lock> given = moment.worlds().get(0).given();
    for (int i = 0; i < given.size(); i++) if (moment.worlds().get(0).find(given.name(i)) == null) without.add(given.value(i));
    for (Summary.Sleep sleep : found) {
      Summary.Sleep here = sleep.by().isEmpty() ? new Summary.Sleep(sleep.callee(), sleep.gfp(), place(call.at()), held.function().name(), sleep.always() && always, List.copyOf(without))
          : new Summary.Sleep(sleep.callee(), sleep.gfp(), sleep.at(), sleep.by(), sleep.always() && always, outwardAll(sleep.without(), without, call, moment.worlds().get(0)));
      String key = here.callee() + "/" + here.gfp();
      Summary.Sleep known = sleeps.get(key);
      if (known == null || here.always() && !known.always()) sleeps.put(key, here);
    }
  }

  private List<Lock> outwardAll(List<Lock> inner, List<Lock> own, Step.Call call, World world) {
    List<Lock> all = new ArrayList<>(own);
    for (Lock lock : inner) {
      Lock here = translate(lock, call, call.callee(), world);
      if (here != null) all.add(here);
    }
    return List.copyOf(all);
  }

  /** Why this call may sleep in this function; {@code gfp} counts parameters of the function, {@code by} is empty for a direct sleeper. */
  public List<Summary.Sleep> sleepsOf(Step.Call call, HeldLocks held, World world) {
    List<Summary.Sleep> found = new ArrayList<>();
    if (call.callee().isEmpty()) return found;
    if (call.callee().startsWith("wait_event") && call.callee().endsWith("_cmd")) return found; // its commands may be the unlock and the lock
    Place here = place(call.at());
    for (Rule.OfFunction rule : contracts(call.callee())) {
      if (!(rule instanceof Rule.Sleeps sleeps)) continue;
      Summary.Sleep sleep = new Summary.Sleep(call.callee(), -1, here, "", true, List.of());
      if (sleeps.gfp() >= 0) gfp(call, sleeps.gfp(), held, world, sleep, found);
      else if (!sleeps.never()) found.add(sleep);
      return found;
    }
    if (!byName.containsKey(call.callee())) {
      Optional<keeper.rule.SleepApi.Entry> entry = kernel.sleep(call.callee());
      if (entry.isPresent()) {
        switch (entry.get().sleeps()) {
          case ALWAYS -> found.add(new Summary.Sleep(call.callee(), -1, here, "", true, List.of()));
          case DERIVED -> found.add(new Summary.Sleep(call.callee(), -1, here, "", false, List.of()));
          case BY_GFP -> gfp(call, entry.get().gfp(), held, world, new Summary.Sleep(call.callee(), -1, here, "", true, List.of()), found);
          default -> { }
        }
        return found;
      }
    }
    Optional<Summary> summary = kernel.lock(call.callee()).isPresent() && !byName.containsKey(call.callee()) ? Optional.empty() : summary(call, world);
    if (summary.isEmpty()) return found;
    for (Summary.Sleep sleep : summary.get().sleeps()) {
      if (sleep.gfp() >= 0) gfp(call, sleep.gfp(), held, world, new Summary.Sleep(sleep.callee(), -1, sleep.at(), sleep.by(), sleep.always(), sleep.without()), found);
      else found.add(sleep);
    }
    return found;
  }

  private void gfp(Step.Call call, int argument, HeldLocks held, World world, Summary.Sleep sleep, List<Summary.Sleep> found) {
    if (argument < 0 || argument >= call.arguments().size()) return;
    Value value = call.arguments().get(argument);
    String constant = world.constant(value);
    String words = constant != null ? constant : value.toString();
    if (words.contains("GFP_ATOMIC") || words.contains("GFP_NOWAIT")) return;
    if (words.contains("~")) return; // something is taken away from a mask
    if (words.contains("GFP_KERNEL") || words.contains("GFP_USER") || words.contains("GFP_NOFS") || words.contains("GFP_NOIO") || words.contains("GFP_HIGHUSER")
        || words.contains("__GFP_DIRECT_RECLAIM")) {
      found.add(sleep);
      return;
    }
    if (value instanceof Value.Stored s && s.path().isVariable()) {
      Integer parameter = held.walk().parameters().get(s.path().root());
      if (parameter != null && world.alias(s.path().root()) == null) found.add(new Summary.Sleep(sleep.callee(), parameter, sleep.at(), sleep.by(), sleep.always(), sleep.without()));
    }
  }

  /** What each kind of exit leaves of the locks. */
  private List<Summary.Outcome> outcomes(HeldLocks held) {
    Map<String, Summary.Outcome> groups = new LinkedHashMap<>();
    if (held.exhausted()) return List.of();
    for (Exit exit : held.exits()) {
      List<Held> acquired = new ArrayList<>();
      List<Lock> released = new ArrayList<>();
      List<Lock> doubtful = new ArrayList<>();
      World world = exit.world();
      for (Held h : world.held()) {
        if (h.kind().equals("opaque") || h.origin() == Held.Origin.ASSERTED || h.origin() == Held.Origin.GUARD || world.isGiven(h.lock().path())) continue;
        Lock lock = outward(h.lock(), exit, held);
        if (lock == null) continue;
        if (h.isSure()) acquired.add(h.moved(lock));
        else doubtful.add(lock);
      }
      Small<Lock> given = world.given();
      for (int i = 0; i < given.size(); i++) {
        if (world.find(given.name(i)) != null) continue;
        Lock lock = outward(given.value(i), exit, held);
        if (lock != null) released.add(lock);
        else doubtful.add(new Lock("?" + given.value(i).type(), given.value(i).type(), given.value(i).text())); // of which object, a caller cannot tell
      }
      StringBuilder key = new StringBuilder();
      for (Held h : acquired) key.append('+').append(h.lock().path()).append(h.mode()).append(h.irqOff());
      for (Lock lock : released) key.append('-').append(lock.path());
      for (Lock lock : doubtful) key.append('?').append(lock.path());
      Summary.Outcome known = groups.get(key.toString());
      int sign = exit.sign() | (known == null ? 0 : known.sign());
      groups.put(key.toString(), known == null ? new Summary.Outcome(sign, List.copyOf(acquired), List.copyOf(released), List.copyOf(doubtful))
          : new Summary.Outcome(sign, known.acquired(), known.released(), known.doubtful()));
    }
    return told(List.copyOf(groups.values()));
  }

  /** Outcomes that the returned value does not tell apart become one, with doubt where they differ. */
  private static List<Summary.Outcome> told(List<Summary.Outcome> outcomes) {
    boolean overlap = false;
    int seen = 0;
    for (Summary.Outcome outcome : outcomes) {
      if ((seen & outcome.sign()) != 0) overlap = true;
      seen |= outcome.sign();
    }
    if (!overlap || outcomes.size() < 2) return outcomes;
    Map<String, Lock> doubtful = new LinkedHashMap<>();
    List<Held> acquired = new ArrayList<>();
    List<Lock> released = new ArrayList<>();
    for (Summary.Outcome outcome : outcomes) {
      for (Lock lock : outcome.doubtful()) doubtful.put(lock.path(), lock);
      for (Held h : outcome.acquired()) {
        boolean all = true;
        for (Summary.Outcome other : outcomes) if (!acquires(other, h.lock().path())) all = false;
        if (all) {
          if (!acquires(new Summary.Outcome(0, acquired, List.of(), List.of()), h.lock().path())) acquired.add(h);
        } else {
          doubtful.put(h.lock().path(), h.lock());
        }
      }
      for (Lock lock : outcome.released()) {
        boolean all = true;
        for (Summary.Outcome other : outcomes) if (!releases(other, lock.path())) all = false;
        if (!all) doubtful.put(lock.path(), lock);
        else if (!releases(new Summary.Outcome(0, List.of(), released, List.of()), lock.path())) released.add(lock);
      }
    }
    return List.of(new Summary.Outcome(World.ANY, acquired, released, List.copyOf(doubtful.values())));
  }

  private static boolean acquires(Summary.Outcome outcome, String path) {
    for (Held h : outcome.acquired()) if (h.lock().path().equals(path)) return true;
    return false;
  }

  private static boolean releases(Summary.Outcome outcome, String path) {
    for (Lock lock : outcome.released()) if (lock.path().equals(path)) return true;
    return false;
  }

  /** A lock in terms that a caller understands: by parameter, global, or by what is returned; null for one of a local object. */
  private Lock outward(Lock lock, Exit exit, HeldLocks held) {
    if (expressible(lock, held)) return lock;
    if (exit.value().isPresent() && exit.value().get() instanceof Value.Stored s) {
      String returned = exit.world().canonical(s.path());
      if (lock.path().startsWith(returned + ".")) return new Lock("(return)" + lock.path().substring(returned.length()), lock.type(), lock.text());
    }
    if (exit.value().isPresent() && exit.value().get() instanceof Value.Result r && lock.path().startsWith("#" + r.call() + "."))
      return new Lock("(return)" + lock.path().substring(("#" + r.call()).length()), lock.type(), lock.text());
    return null;
  }

  private boolean expressible(Lock lock, HeldLocks held) {
    String root = lock.root();
    if (root.startsWith("#") || root.indexOf('@') >= 0) return false;
    if (root.startsWith("(return)")) return true;
    if (root.indexOf('(') >= 0) { // a view of something: of parameters only
      for (String local : held.graph().locals()) if (World.mentions(root, local)) return false;
      return root.indexOf('#') < 0;
    }
    return !held.graph().locals().contains(root);
  }

  /** A callee's lock as the caller sees it at a call; null when it cannot be told. */
  public Lock translate(Lock lock, Step.Call call, String callee, World world) {
    String path = lock.path();
    String root = lock.root();
    if (root.equals("(return)")) return new Lock("#" + call.id() + path.substring(8), lock.type(), lock.text());
    List<String> parameters = parametersOf(callee);
    int promised = Promises.parameter(root);
    if (parameters == null && promised < 0) return contracts(callee).isEmpty() || root.startsWith("#") ? null : lock; // a rule's global lock
    if (parameters == null) parameters = List.of();
    if (path.startsWith("?")) return lock;
    if (root.indexOf('(') >= 0) return view(lock, call, parameters, world);
    int index = promised >= 0 ? promised : parameters.lastIndexOf(root);
    if (index < 0) return root.startsWith("#") || root.indexOf('@') >= 0 ? null : lock; // a global one, or a pseudo lock
    if (index >= call.arguments().size()) return null;
    String rest = path.substring(root.length());
    Value argument = call.arguments().get(index);
    String written = argument instanceof Value.AddressOf a ? a.path().toString() : argument.toString();
    boolean address = argument instanceof Value.AddressOf;
    String target;
    if (argument instanceof Value.AddressOf a) target = world.canonical(a.path());
    else if (argument instanceof Value.Stored s) {
      target = world.canonical(s.path());
      if (target.startsWith("&")) {
        target = target.substring(1);
        address = true;
      }
    } else if (argument instanceof Value.Result r) {
      String copy = world.copy(r);
      target = copy == null ? "#" + r.call() : copy.substring(1);
      if (copy != null && copy.startsWith("&")) address = true;
    } else return null;
    if (address && rest.startsWith("*")) rest = rest.substring(1);
    String type = lock.type().startsWith("?.") && argument instanceof Value.AddressOf a && rest.isEmpty() && !a.path().member().isEmpty() ? "?." + a.path().member() : lock.type();
    String text = rest.isEmpty() ? written : rest.equals("*") ? written : written + (argument instanceof Value.AddressOf ? "." : "->") + arrows(lock, root);
    return new Lock(target + rest, type, text);
  }

  private List<String> parametersOf(String callee) {
    Function function = byName.get(callee);
    if (function != null) return names(function);
    return summary(callee).map(Summary::parameters).orElse(null);
  }

  /** A lock of a view, {@code to_foo(dev).lock}, with the arguments put in for the parameters. */
  private static Lock view(Lock lock, Step.Call call, List<String> parameters, World world) {
    String root = lock.root();
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < root.length()) {
      char c = root.charAt(i);
      if (!identifier((byte) c)) {
        out.append(c);
        i++;
        continue;
      }
      int end = i;
      while (end < root.length() && identifier((byte) root.charAt(end))) end++;
      String word = root.substring(i, end);
      boolean part = i > 0 && root.charAt(i - 1) == '\''; // a member
      i = end;
      int index = -1;
      for (int k = 0; k < parameters.size() && !part; k++) if (parameters.get(k).equals(word)) index = k;
      if (index < 0) {
        out.append(word);
        continue;
      }
      if (index >= call.arguments().size() || !(call.arguments().get(index) instanceof Value.Stored s)) return null;
      String argument = world.canonical(s.path());
      if (argument.startsWith("&")) return null;
      out.append(World.plain(argument));
    }
    return new Lock(out + lock.path().substring(root.length()), lock.type(), lock.text());
  }

  private static String arrows(Lock lock, String root) {
    String text = lock.text();
    if (text.startsWith(root + "->")) return text.substring(root.length() + 2);
    if (text.startsWith(root + ".")) return text.substring(root.length() + 1);
    int at = lock.path().length() > root.length() ? root.length() + 1 : root.length();
    return lock.path().substring(at).replace("*", "");
  }

  /** The row that a lock was taken by, for its effect on interrupts; null when there is none. */
  LockApi.Entry acquiring(Held taken) {
    return kernel.lock(taken.by()).orElse(null);
  }

  // ---- rules ----

  private List<Rule> rules; // that speak of this file in this tree
  private Map<String, List<Rule.OfFunction>> contracts;

  /** The written rules that speak of this file and hold in its tree. */
  public List<Rule> rules() {
    if (rules == null) {
      List<Rule> found = new ArrayList<>();
      for (Rule rule : kernel.rules(text.path())) if (Declared.applies(this, rule)) found.add(rule);
      rules = List.copyOf(found);
    }
    return rules;
  }

  /** What they say of a function. */
  public List<Rule.OfFunction> contracts(String function) {
    if (contracts == null) {
      Map<String, List<Rule.OfFunction>> found = new HashMap<>();
      for (Rule rule : rules()) if (rule instanceof Rule.OfFunction of) found.computeIfAbsent(of.function(), name -> new ArrayList<>()).add(of);
      contracts = found;
    }
    return contracts.getOrDefault(function, List.of());
  }

  // ---- annotations ----

  /** What {@code __must_hold()} and {@code __releases()} say of the entry. */
  List<Held> annotated(Function function) {
    List<Attribute> attributes = function.attributes();
    Optional<Prototype> declared = declared(function);
    if (declared.isPresent() && names(function).equals(declared.get().parameters().stream().map(Parameter::name).toList())) {
      attributes = new ArrayList<>(attributes);
      attributes.addAll(declared.get().attributes());
    }
    List<Held> found = new ArrayList<>(Promises.atEntry(this, function));
    callback(function, found);
    for (Attribute attribute : attributes) {
      String name = attribute.name();
      boolean holds = name.equals("__must_hold") || name.equals("__must_hold_shared") || name.equals("__releases") || name.equals("__releases_shared");
      if (!holds) continue;
      for (Expression argument : attribute.arguments()) {
        AccessPath path = path(argument);
        if (path == null) continue;
        String canonical = World.START.canonical(path);
        ControlFlowGraph graph = graph(function);
        if (path.isVariable() && graph.variables().containsKey(path.root())) canonical += "*";
        String type = types.lockType(path, true, graph, canonical);
        if (canonical.equals("RCU")) type = "RCU";
        boolean said = false;
        for (Held h : found) if (h.lock().path().equals(canonical)) said = true;
        if (said) continue;
        found.add(new Held(new Lock(canonical, type, path.toString()), canonical.equals("RCU") ? "rcu" : "any", LockApi.Mode.ANY, false, false, "", 1, Held.Origin.ASSERTED, function.head(), name));
      }
    }
    return found;
  }

  /** The declaration in a header that says which locks a function of this file wants. */
  private Optional<Prototype> declared(Function function) {
    if (function.isStatic() || byName.get(function.name()) != function) return Optional.empty();
    return declarations.computeIfAbsent(function.name(), name -> others.declared(name, this));
  }

  private final Map<String, Optional<Prototype>> declarations = new HashMap<>();

  /** A {@code wiphy_work} function runs with the wiphy's mutex held (net/wireless/core.c, cfg80211_wiphy_work()). */
  private static void callback(Function function, List<Held> found) {
    String wiphy = null;
    boolean work = false;
    for (Parameter parameter : function.parameters()) {
      String struct = parameter.type().struct().orElse("");
      if (struct.equals("wiphy")) wiphy = parameter.name();
      if (struct.equals("wiphy_work")) work = true;
    }
    if (wiphy == null || !work) return;
    found.add(new Held(new Lock(wiphy + ".mtx", "wiphy.mtx", wiphy + "->mtx"), "mutex", LockApi.Mode.EXCLUSIVE, false, false, "", 1, Held.Origin.ASSERTED, function.head(), "wiphy_work"));
  }

  /** {@code &x->a.lock} and {@code x->a.lock} as a path; null for anything else. */
  static AccessPath path(Expression e) {
    if (e instanceof Expression.Name n) return AccessPath.of(n.name());
    if (e instanceof Expression.Unary u && u.operator().equals("&")) return path(u.operand());
    if (e instanceof Expression.Unary u && u.operator().equals("*")) return path(u.operand());
    if (e instanceof Expression.Call c && c.name().isPresent() && c.arguments().size() == 1) {
      AccessPath argument = path(c.arguments().get(0));
      return argument == null ? null : AccessPath.of(c.name().get() + "(" + argument + ")");
    }
    if (e instanceof Expression.Member m) {
      AccessPath object = path(m.object());
      return object == null ? null : object.plus((m.arrow() ? "->" : ".") + m.member());
    }
    return null;
  }

  // ---- who calls whom ----

  /** The calls of a function within this file, in source order; the callers are walked for it. */
  public List<Site> sites(String name) {
    List<Site> known = sites.get(name);
    if (known != null) return known;
    List<Site> found = new ArrayList<>();
    sites.put(name, found); // a circle finds the list as far as it is
    int walked = 0;
    for (Function caller : functionsWith(name)) {
      if (walked++ > MOST_SITES) break;
      found.addAll(sites(name, caller));
    }
    return found;
  }

  /** The calls of a function within one other. */
  public List<Site> sites(String name, Function caller) {
    List<Site> found = new ArrayList<>();
    for (Moment moment : held(caller).moments())
      if (moment.step() instanceof Step.Call call && call.callee().equals(name)) found.add(new Site(caller, moment, call));
    return found;
  }

  /** Who in other files calls a function of this one, and whether such a lock is held for it. */
  public List<OtherFiles.Caller> farCallers(String name, String lockType) {
    return others.callers(name, lockType, text.path());
  }

  /** The other files that may call a function of this one. */
  public List<String> farMentions(String name) {
    return others.mentioning(name, text.path());
  }

  /** The calls of a function of another file that stand in this one. */
  List<OtherFiles.Caller> callersOf(String name, String lockType) {
    List<OtherFiles.Caller> found = new ArrayList<>();
    if (byName.containsKey(name)) return found; // its own, of the same name
    for (Site site : sites(name)) {
      Holding all = null;
      for (World world : site.moment().worlds()) {
        Holding here = holdingType(held(site.caller()), world, lockType);
        all = all == null || all == here ? here : Holding.UNKNOWN;
      }
      found.add(new OtherFiles.Caller(place(site.call().at()), site.caller().name(), all == null ? Holding.UNKNOWN : all));
    }
    return found;
  }

  /** Where its name stands without a call: in a table, as an argument, assigned to a pointer. */
  public List<Reference> references(String name) {
    return references.computeIfAbsent(name, this::findReferences);
  }

  private List<Reference> findReferences(String name) {
    List<Reference> found = new ArrayList<>();
    byte[] bytes = text.bytes();
    Function own = byName.get(name);
    for (int at : mentions(name)) {
      int end = at + name.length();
      while (end < bytes.length && bytes[end] <= ' ') end++;
      if (end < bytes.length && bytes[end] == '(') continue; // a call, a declaration or the definition
      if (own != null && at < own.body().start() && at >= own.head().start()) continue;
      if (inComment(at)) continue;
      found.add(new Reference(at, contextOf(at)));
    }
    return found;
  }

  /** Heuristic: a line that begins like a comment's. */
  private boolean inComment(int at) {
    byte[] bytes = text.bytes();
    int start = at;
    while (start > 0 && bytes[start - 1] != '\n') start--;
    String line = new String(bytes, start, at - start, StandardCharsets.UTF_8);
    String trimmed = line.trim();
    return trimmed.startsWith("*") || trimmed.startsWith("/*") || line.contains("/*") && !line.contains("*/") || line.contains("//") || trimmed.contains("\"");
  }

  private String contextOf(int at) {
    byte[] bytes = text.bytes();
    int start = at;
    int depth = 0;
    while (start > 0 && at - start < 300) {
      byte c = bytes[start - 1];
      if (c == ';' || c == '{' || c == '}') break;
      if (c == ',' && depth == 0) {
        int back = start - 1;
        boolean inParens = false;
        int d = 0;
        while (back > 0 && at - back < 300 && bytes[back - 1] != ';' && bytes[back - 1] != '{' && bytes[back - 1] != '}') {
          if (bytes[back - 1] == ')') d++;
          else if (bytes[back - 1] == '(' && d-- == 0) {
            inParens = true;
            break;
          }
          back--;
        }
        if (!inParens) break;
      }
      start--;
    }
    return new String(bytes, start, at - start, StandardCharsets.UTF_8).replaceAll("\\s+", " ").trim();
  }

  private List<Integer> mentions(String name) {
    if (words == null) words = Words.of(text.bytes());
    return words.offsets(name);
  }

  /** Whether a word stands anywhere in the file. */
  public boolean mentionsWord(String word) {
    return !mentions(word).isEmpty();
  }

  /** Where a word stands in the file, comments and strings included, in order; in bytes. */
  public List<Integer> offsets(String word) {
    return mentions(word);
  }

  /** How often a word stands in the file. */
  public int occurrences(String word) {
    return mentions(word).size();
  }

  /** The functions in whose bodies a word stands, in source order. */
  public List<Function> functionsWith(String word) {
    List<Function> found = new ArrayList<>();
    Function last = null;
    for (int at : mentions(word)) {
      Function inside = around(at);
      if (inside != null && inside != last) found.add(inside);
      if (inside != null) last = inside;
    }
    return found;
  }

  private static boolean identifier(byte b) {
    return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
  }

  /** Whether a word of locking stands in a function: without one it takes none itself. */
  public boolean speaksOfLocks(Function function) {
    return locking.computeIfAbsent(function, f -> {
      byte[] bytes = text.bytes();
      int end = Math.min(f.body().end(), bytes.length) - 4;
      for (int i = f.head().start(); i < end; i++) {
        byte c = bytes[i];
        if (c == 'l' && bytes[i + 1] == 'o' && bytes[i + 2] == 'c' && bytes[i + 3] == 'k') return true;
        if (c == 'L' && bytes[i + 1] == 'O' && bytes[i + 2] == 'C' && bytes[i + 3] == 'K') return true;
        if (c == 'g' && bytes[i + 1] == 'u' && bytes[i + 2] == 'a' && bytes[i + 3] == 'r') return true;
        if (c == 'd' && bytes[i + 1] == 'o' && bytes[i + 2] == 'w' && bytes[i + 3] == 'n') return true;
        if (c == '_' && bytes[i + 1] == 'h' && bytes[i + 2] == 'o' && bytes[i + 3] == 'l') return true; // __must_hold
        if (c == '_' && bytes[i + 1] == 'h' && bytes[i + 2] == 'e' && bytes[i + 3] == 'l') return true; // assert_held
        if (c == 'R' && bytes[i + 1] == 'T' && bytes[i + 2] == 'N' && bytes[i + 3] == 'L') return true;
        if (c == '_' && bytes[i + 1] == 'r' && bytes[i + 2] == 'e' && bytes[i + 3] == 'l') return true; // __releases
      }
      return false;
    });
  }

  private final Map<Function, Boolean> locking = new java.util.IdentityHashMap<>();

  /** The function whose body has this offset, or null. */
  public Function around(int offset) {
    int low = 0;
    int high = functions.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Span body = functions.get(middle).body();
      if (offset < body.start()) high = middle - 1;
      else if (offset >= body.end()) low = middle + 1;
      else return functions.get(middle);
    }
    return null;
  }

  /** How a function comes to run. */
  public enum Context {
    /** Called directly, from this file only. */
    CALLED,
    /** A hard interrupt handler. */
    HARDIRQ,
    /** A timer, a tasklet, a NAPI poll: softirq. */
    SOFTIRQ,
    /** A work item, a thread, a threaded interrupt handler: process context, nothing held. */
    PROCESS,
    /** A slot in a table: some subsystem calls it, perhaps with its locks held. */
    TABLE,
    /** Other files call it. */
    EXTERNAL
  }

  private final Map<String, Context> contexts = new HashMap<>();

  public Context context(Function function) {
    return contexts.computeIfAbsent(function.name(), name -> contextOf(function));
  }

  private Context contextOf(Function function) {
    for (Rule.OfFunction rule : contracts(function.name()))
      if (rule instanceof Rule.RunsIn runs && !runs.contexts().contains(Rule.Running.PROCESS)) return runs.contexts().contains(Rule.Running.SOFTIRQ) ? Context.SOFTIRQ : Context.HARDIRQ;
    List<Reference> references = references(function.name());
    Context strongest = null;
    for (Reference reference : references) {
      Context context = byReference(reference.context());
      if (context == null) continue;
      if (strongest == null || context == Context.HARDIRQ || strongest == Context.TABLE) strongest = strongest == null || strongest == Context.TABLE || context == Context.HARDIRQ ? context : strongest;
    }
    if (strongest != null) return strongest;
    if (!function.isStatic() && !function.isInline()) return function.macro().startsWith("SYSCALL") || function.macro().startsWith("COMPAT_SYSCALL") ? Context.PROCESS : Context.EXTERNAL;
    if (!references.isEmpty()) return Context.TABLE;
    return function.macro().isEmpty() ? Context.CALLED : Context.TABLE;
  }

  /** The file sets up soft timers only. */
  private boolean softTimers() {
    int soft = 0;
    for (String mode : List.of("HRTIMER_MODE_REL_SOFT", "HRTIMER_MODE_ABS_SOFT", "HRTIMER_MODE_REL_PINNED_SOFT", "HRTIMER_MODE_ABS_PINNED_SOFT", "HRTIMER_MODE_SOFT")) soft += occurrences(mode);
    return soft > 0 && soft >= occurrences("hrtimer_init") + occurrences("hrtimer_setup");
  }

  private Context byReference(String context) {
    if (context.contains("EXPORT_SYMBOL") || context.startsWith("EXPORT") || context.contains("define")) return null;
    if (context.contains("request_threaded_irq(")) {
      int commas = count(context.substring(context.indexOf("request_threaded_irq(")));
      int handler = context.contains("devm_") ? 2 : 1;
      return commas == handler ? Context.HARDIRQ : Context.PROCESS;
    }
    if (context.contains("request_irq(") || context.contains("request_percpu_irq(") || context.contains("request_any_context_irq(")) return Context.HARDIRQ;
    if (context.contains("hrtimer_setup(") || context.contains(".function =") || context.endsWith("->function =")) return softTimers() ? Context.SOFTIRQ : Context.HARDIRQ;
    if (context.contains("timer_setup(") || context.contains("TIMER(") || context.contains("tasklet_setup(") || context.contains("tasklet_init(") || context.contains("netif_napi_add")
        || context.contains("DECLARE_TASKLET") || context.contains("open_softirq(")) return Context.SOFTIRQ;
    if (context.contains("call_rcu(") || context.contains("call_rcu_hurry(")) return Context.SOFTIRQ;
    if (context.contains("INIT_WORK(") || context.contains("INIT_DELAYED_WORK(") || context.contains("DECLARE_WORK(") || context.contains("DECLARE_DELAYED_WORK(")
        || context.contains("INIT_WORK_ONSTACK(") || context.contains("INIT_DEFERRABLE_WORK(") || context.contains("INIT_RCU_WORK(") || context.contains("INIT_DELAYED_WORK_ONSTACK(") || context.contains("kthread_run(")
        || context.contains("kthread_create(") || context.contains("kthread_init_work(") || context.contains("kthread_init_delayed_work(")) return Context.PROCESS;
    if (context.contains("init_waitqueue_func_entry(")) return Context.TABLE;
    return Context.TABLE;
  }

  private static int count(String text) {
    int commas = 0;
    int depth = 0;
    for (int i = text.indexOf('(') + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') depth++;
      else if (c == ')') depth--;
      else if (c == ',' && depth == 0) commas++;
    }
    return commas;
  }

  // ---- the entry ----

  /** Whether a lock, in terms of the function's parameters, is held when it is entered. */
  public Holding atEntry(Function function, Lock lock) {
    return atEntry(function, lock, 0);
  }

  private Holding atEntry(Function function, Lock lock, int depth) {
    String key = function.name() + " " + lock.path();
    Holding known = entries.get(key);
    if (known != null) return known;
    entries.put(key, Holding.UNKNOWN); // for a circle of callers
    Holding found = findAtEntry(function, lock, depth);
    entries.put(key, found);
    return found;
  }

  private Holding findAtEntry(Function function, Lock lock, int depth) {
    for (Held h : annotated(function)) if (h.lock().path().equals(lock.path()) || h.lock().like(lock)) return Holding.HELD;
    switch (context(function)) {
      case HARDIRQ, SOFTIRQ, PROCESS:
        return sites(function.name()).isEmpty() ? Holding.NOT_HELD : Holding.UNKNOWN;
      case TABLE, EXTERNAL:
        return Holding.UNKNOWN;
      default:
        break;
    }
    if (depth >= DEEPEST_ENTRY) return Holding.UNKNOWN;
    List<Site> calls = sites(function.name());
    if (calls.isEmpty()) return Holding.UNKNOWN;
    Holding all = null;
    for (Site site : List.copyOf(calls)) {
      Holding here = atSite(site, function, lock, depth);
      if (here == Holding.UNKNOWN || all != null && all != here) return Holding.UNKNOWN;
      all = here;
    }
    return all == null ? Holding.UNKNOWN : all;
  }

  private Holding atSite(Site site, Function callee, Lock lock, int depth) {
    Holding all = null;
    for (World world : site.moment().worlds()) {
      Lock there = translate(lock, site.call(), callee.name(), world);
      Holding here = there == null ? Holding.UNKNOWN : holding(held(site.caller()), world, there, depth + 1);
      if (all != null && all != here) return Holding.UNKNOWN;
      all = here;
    }
    return all == null ? Holding.UNKNOWN : all;
  }

  /** The calls within this file that reach a function with the lock held. */
  public List<Site> sitesWith(Function function, Lock lock, Holding holding) {
    List<Site> found = new ArrayList<>();
    for (Site site : sites(function.name())) if (atSite(site, function, lock, 0) == holding) found.add(site);
    return found;
  }

  /** Whether a lock is held in one world of a function, its entry taken into account. */
  public Holding holding(HeldLocks held, World world, Lock lock) {
    return holding(held, world, lock, 0);
  }

  private Holding holding(HeldLocks held, World world, Lock lock, int depth) {
    Held exact = world.find(lock.path());
    if (exact != null) return exact.isSure() ? Holding.HELD : Holding.UNKNOWN;
    Held like = world.findLike(lock);
    if (like != null) return Holding.UNKNOWN; // perhaps the same object under another name
    if (world.isFree(lock.path()) || world.isGiven(lock.path())) return world.opaque() ? Holding.UNKNOWN : Holding.NOT_HELD;
    if (world.opaque() || world.unseen() || held.exhausted()) return Holding.UNKNOWN;
    if (!expressible(lock, held)) return Holding.UNKNOWN; // an object that was found here: a caller may know it by another name
    return atEntry(held.function(), lock, depth);
  }

  /** Whether a lock of this type, whatever its instance, is held in one world of a function, its entry taken into account. */
  public Holding holdingType(HeldLocks held, World world, String type) {
    return holdingType(held, world, type, 0);
  }

  private Holding holdingType(HeldLocks held, World world, String type, int depth) {
    boolean doubt = world.opaque() || world.unseen() || held.exhausted();
    for (Held h : world.held()) {
      if (!Lock.alike(h.lock().type(), type)) continue;
      if (h.isSure()) return Holding.HELD;
      doubt = true;
    }
    if (doubt) return Holding.UNKNOWN;
    if (world.hasReleased(type)) return Holding.NOT_HELD;
    return typeAtEntry(held.function(), type, depth);
  }

  /** The types of locks that may be held whenever a function is entered, by what its first caller in this file holds; any other type is not known to be held. */
  public Set<String> typesAtEntry(Function function) {
    Set<String> known = typesAtEntry.get(function);
    if (known != null) return known;
    Set<String> found = new java.util.LinkedHashSet<>();
    typesAtEntry(function, 0, found);
    typesAtEntry.put(function, found);
    return found;
  }

  private final Map<Function, Set<String>> typesAtEntry = new java.util.IdentityHashMap<>();

  private void typesAtEntry(Function function, int depth, Set<String> found) {
    for (Held h : annotated(function)) found.add(h.lock().type());
    if (depth > DEEPEST_ENTRY) return;
    for (Function caller : functionsWith(function.name())) {
      Optional<Moment> call = firstCall(caller, function.name());
      if (call.isEmpty()) continue;
      for (Held h : call.get().worlds().get(0).held()) if (h.isSure()) found.add(h.lock().type());
      if (caller != function) typesAtEntry(caller, depth + 1, found);
      return;
    }
  }

  /** Whether it may be known of some type of lock that it is not held when a function is entered; a {@code false} is sure. */
  public boolean maybeEnteredFree(Function function) {
    return maybeEnteredFree(function, 0);
  }

  private boolean maybeEnteredFree(Function function, int depth) {
    Context context = context(function);
    if (context != Context.CALLED || depth > DEEPEST_ENTRY) return context != Context.TABLE && context != Context.EXTERNAL;
    for (Function caller : functionsWith(function.name()))
      if (caller != function)
        return maybeEnteredFree(caller, depth + 1) || firstCall(caller, function.name()).map(moment -> !moment.worlds().get(0).freed().isEmpty()).orElse(true);
    return false;
  }

  private Optional<Moment> firstCall(Function caller, String name) {
    for (Moment moment : held(caller).moments()) if (moment.step() instanceof Step.Call call && call.callee().equals(name)) return Optional.of(moment);
    return Optional.empty();
  }

  private Holding typeAtEntry(Function function, String type, int depth) {
    String key = function.name() + " :" + type;
    Holding known = entries.get(key);
    if (known != null) return known;
    entries.put(key, Holding.UNKNOWN);
    Holding found = findTypeAtEntry(function, type, depth);
    entries.put(key, found);
    return found;
  }

  private Holding findTypeAtEntry(Function function, String type, int depth) {
    for (Held h : annotated(function)) if (Lock.alike(h.lock().type(), type)) return Holding.HELD;
    Context context = context(function);
    List<Site> calls = sites(function.name());
    if (context == Context.HARDIRQ || context == Context.SOFTIRQ || context == Context.PROCESS) {
      if (calls.isEmpty()) return Holding.NOT_HELD;
    }
    if (depth >= DEEPEST_ENTRY) return Holding.UNKNOWN;
    Holding all = null;
    for (Site site : List.copyOf(calls)) {
      for (World world : site.moment().worlds()) {
        Holding here = holdingType(held(site.caller()), world, type, depth + 1);
        if (all != null && all != here) return Holding.UNKNOWN;
        all = here;
      }
      if (all == Holding.UNKNOWN) return Holding.UNKNOWN;
    }
    if (all == null) return Holding.UNKNOWN;
    if (context == Context.CALLED) return all;
    // Others call it as well: what every caller here does is taken for what all do, when they hold it.
    if (all == Holding.HELD) return Holding.HELD;
    return context == Context.PROCESS || context == Context.HARDIRQ || context == Context.SOFTIRQ ? all : Holding.UNKNOWN;
  }

  // ---- other text ----

  /** The struct of a global variable, or null. Heuristic: its declaration stands in column 0 of this file. */
  String globalStruct(String name) {
    if (globals.containsKey(name)) return globals.get(name);
    String found = findGlobalStruct(name);
    globals.put(name, found);
    return found;
  }

  private final Map<String, String> globals = new HashMap<>();

  private String findGlobalStruct(String name) {
    for (int at : mentions(name)) {
      if (around(at) != null) continue;
      byte[] bytes = text.bytes();
      int start = at;
      while (start > 0 && bytes[start - 1] != '\n') start--;
      String line = new String(bytes, start, at - start, StandardCharsets.UTF_8);
      int struct = line.indexOf("struct ");
      if (struct < 0 || line.indexOf('(') >= 0) continue;
      int end = struct + 7;
      while (end < line.length() && identifier((byte) line.charAt(end))) end++;
      if (end > struct + 7) return line.substring(struct + 7, end); // else it is the tag itself, as in "static struct vfio { … } vfio"
    }
    return null;
  }

  Map<String, Structs.Member> structMembers(String struct) {
    Map<String, Structs.Member> here = structs().members(struct);
    if (here != null) return here;
    Map<String, Structs.Member> included = others.structMembers(struct, this);
    if (included != null) return included;
    for (Rule rule : kernel.rules(text.path()))
      for (String header : rule.about().scope().declaredIn()) {
        Map<String, Structs.Member> declared = others.structs(header).members(struct);
        if (declared != null) return declared;
      }
    return null;
  }

  /** The path of the file that defines a struct, this one or a header that it names; empty when it is not visible. */
  String structHome(String struct) {
    return structs().members(struct) != null ? text.path() : others.structHome(struct, this);
  }

  Structs structs() {
    if (structs == null) structs = Structs.of(text);
    return structs;
  }

  /** A guard class that this file or a header it names defines; empty when it cannot be told. */
  Optional<LockApi.Entry> guardDefined(String type) {
    return guards.computeIfAbsent(type, t -> others.guard(t, this));
  }

  public Place place(Span span) {
    return text.place(span.start());
  }

  Place place(int offset) {
    return text.place(offset);
  }

  /** The type of a parameter, or null. */
  static Type parameterType(Function function, int index) {
    return index < function.parameters().size() ? function.parameters().get(index).type() : null;
  }
}
