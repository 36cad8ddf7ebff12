// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.c.Attribute;
import keeper.c.Expression;
import keeper.c.Parameter;
import keeper.c.Prototype;
import keeper.flow.AccessPath;
import keeper.rule.LockApi;

/** What a declaration alone says of a function that is defined out of sight: {@code __must_hold()}, {@code __acquires()} and their kin. */
final class Contracts {
  private Contracts() {}

  static Optional<Summary> summary(Prototype prototype, Unit unit) {
    List<Summary.Need> required = new ArrayList<>();
    List<Held> acquired = new ArrayList<>();
    List<Lock> released = new ArrayList<>();
    boolean conditional = false;
    for (Attribute attribute : prototype.attributes()) {
      List<Expression> arguments = attribute.arguments();
      if (arguments.isEmpty()) continue;
      Lock lock = lock(arguments.get(arguments.size() - 1), prototype, unit);
      if (lock == null) continue;
      String kind = lock.path().equals("RCU") ? "rcu" : kind(lock, unit);
      switch (attribute.name()) {
        case "__must_hold", "__must_hold_shared" -> required.add(new Summary.Need(lock, kind, LockApi.Mode.ANY, unit.place(prototype.span()), prototype.name(), attribute.name(), true));
        case "__acquires", "__acquires_shared" -> acquired.add(held(lock, kind, attribute, prototype));
        case "__cond_acquires", "__cond_acquires_shared" -> {
          conditional = true;
          acquired.add(held(lock, kind, attribute, prototype));
        }
        case "__releases", "__releases_shared" -> released.add(lock);
        default -> { }
      }
    }
    if (required.isEmpty() && acquired.isEmpty() && released.isEmpty()) return Optional.empty();
    List<Summary.Outcome> outcomes = new ArrayList<>();
    if (conditional) {
      outcomes.add(new Summary.Outcome(World.ZERO, List.of(), List.of(), List.of()));
      outcomes.add(new Summary.Outcome(World.NEGATIVE | World.POSITIVE, acquired, released, List.of()));
    } else {
      outcomes.add(new Summary.Outcome(World.ANY, acquired, released, List.of()));
    }
    List<String> names = prototype.parameters().stream().map(Parameter::name).toList();
    return Optional.of(new Summary(prototype.name(), names, outcomes, required, List.of(), List.of(), false));
  }

  private static Held held(Lock lock, String kind, Attribute attribute, Prototype prototype) {
    LockApi.Mode mode = attribute.name().endsWith("_shared") ? LockApi.Mode.READ : LockApi.Mode.ANY;
    return new Held(lock, kind, mode, false, false, "", 1, Held.Origin.TAKEN, prototype.span(), prototype.name());
  }

  /** The lock that an annotation names, in terms of the parameters; null when it cannot be told. */
  private static Lock lock(Expression argument, Prototype prototype, Unit unit) {
    AccessPath path = Unit.path(argument);
    if (path == null) return null;
    if (path.isVariable() && path.root().equals("RCU")) return new Lock("RCU", "RCU", "rcu_read_lock");
    for (Parameter parameter : prototype.parameters()) {
      if (!parameter.name().equals(path.root())) continue;
      String canonical = World.START.canonical(path);
      if (path.isVariable()) return new Lock(canonical + "*", "?." + path.root(), path.toString());
      String struct = parameter.type().struct().orElse(null);
      return new Lock(canonical, struct == null ? "?." + path.member() : unit.types().memberType(struct, path), path.toString());
    }
    return path.isVariable() ? new Lock(path.root(), path.root(), path.root()) : null;
  }

  private static String kind(Lock lock, Unit unit) {
    int dot = lock.type().indexOf('.');
    if (dot < 0) return "any";
    return switch (unit.types().typeName(lock.type().substring(0, dot), lock.type().substring(dot + 1))) {
      case "spinlock_t" -> "spin";
      case "raw_spinlock_t" -> "raw_spin";
      case "rwlock_t" -> "rwlock";
      case "struct mutex" -> "mutex";
      case "struct rw_semaphore" -> "rwsem";
      default -> "any";
    };
  }
}
