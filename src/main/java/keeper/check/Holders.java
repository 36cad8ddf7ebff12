// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import keeper.c.Function;
import keeper.flow.Step;
import keeper.lock.Held;
import keeper.lock.Holding;
import keeper.lock.Moment;
import keeper.lock.OtherFiles;
import keeper.rule.Rule;

/** Who else holds a lock for the same: other functions of the file, and callers in other files. */
final class Holders {
  private static final int MOST_SHOWN = 2;

  private final Facts file;

  Holders(Facts file) {
    this.file = file;
  }

  /**
   * What other functions of the file do.
   *
   * @param witness one that does the same with the lock held; null when there is none, or when more do it without
   * @param without how many do it without
   */
  record Here(Witness witness, int without) {}

  Here here(Facts fresh, Deed deed, Taken lock) {
    Witness witness = null;
    int with = 0;
    int without = 0;
    for (Function function : file.unit().functionsWith(deed.word())) {
      if (function.name().equals(fresh.name())) continue;
      Facts facts = file.of(function);
      if (facts.held().exhausted()) continue;
      for (Moment moment : deed.kind() == Deed.Kind.TOUCH ? touches(facts, deed) : calls(facts, deed.word())) {
        if (lock.isHeld(moment)) {
          if (with++ == 0) witness = new Witness(facts.place(moment.step().at()), function.name() + "() holds " + lock.name() + " for the same");
        } else if (!Inference.initialises(function.name())) {
          without++;
        }
      }
    }
    return new Here(with >= without ? witness : null, without);
  }

  private static List<Moment> touches(Facts facts, Deed deed) {
    List<Moment> moments = new ArrayList<>();
    for (Access access : facts.accesses())
      if (access.kind() != Rule.Access.ADDRESS && access.type().equals(deed.type()) && !Deed.own(facts, access) && !facts.intendedUnlocked(access.at())) moments.add(access.moment());
    return moments;
  }

  private static List<Moment> calls(Facts facts, String callee) {
    List<Moment> moments = new ArrayList<>();
    for (Moment moment : facts.moments()) if (moment.step() instanceof Step.Call call && call.callee().equals(callee)) moments.add(moment);
    return moments;
  }

  /** {@code x->lock} round a store to {@code x->field}: the lock of the object that is touched, and another function takes it for something. */
  boolean ownLock(Facts fresh, Deed deed, Taken lock) {
    if (deed.kind() != Deed.Kind.TOUCH || lock.held().kind().equals("opaque") || lock.held().lock().isGlobal()) return false;
    String path = lock.held().lock().path();
    int dot = path.lastIndexOf('.');
    if ((dot <= 0 || !deed.object().equals(path.substring(0, dot))) && !struct(deed.type()).equals(struct(lock.key()))) return false;
    for (Function function : file.unit().functionsWith(lock.held().lock().member()))
      if (!function.name().equals(fresh.name()) && Taken.of(file.of(function)).containsKey(lock.key())) return true;
    return false;
  }

  private static String struct(String type) {
    return type.substring(0, Math.max(0, type.indexOf('.')));
  }

  /** The callers in other files that hold the lock for a call; none where one of them certainly does without. */
  List<OtherFiles.Caller> ofCall(String callee, Held lock) {
    List<OtherFiles.Caller> callers = file.unit().farCallers(callee, lock.lock().type());
    for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return List.of();
    return callers.stream().filter(caller -> caller.holding() == Holding.HELD).limit(MOST_SHOWN).toList();
  }

  /** The other functions of the file that touch the member while another file holds the lock for them; none when another file calls one without it. */
  Map<String, List<OtherFiles.Caller>> ofMember(Facts fresh, Access access, Held lock) {
    Map<String, List<OtherFiles.Caller>> users = new LinkedHashMap<>();
    for (Function function : file.unit().functionsWith(access.member())) {
      if (function.isStatic() || function.name().equals(fresh.name())) continue;
      Facts other = file.of(function);
      if (other.held().exhausted()) continue;
      boolean touches = false;
      for (Access one : other.accesses()) if (one.type().equals(access.type()) && one.kind() != Rule.Access.ADDRESS) touches = true;
      if (!touches) continue;
      List<OtherFiles.Caller> callers = file.unit().farCallers(function.name(), lock.lock().type());
      for (OtherFiles.Caller caller : callers) if (caller.holding() == Holding.NOT_HELD) return Map.of();
      List<OtherFiles.Caller> holding = callers.stream().filter(caller -> caller.holding() == Holding.HELD).limit(MOST_SHOWN).toList();
      if (!holding.isEmpty()) users.put(function.name(), holding);
    }
    return users;
  }
}
