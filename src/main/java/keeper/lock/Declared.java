// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.Map;
import keeper.rule.LockName;
import keeper.rule.Property;
import keeper.rule.Rule;
import keeper.text.SourceText;

/**
 * Whether a rule speaks of a tree: that is decided by what the tree declares, not by its version, because backports have their own. What cannot be seen is not decided, and then a rule that asks for
 * it is silent.
 */
final class Declared {
  private Declared() {}

  private enum Answer {
    YES,
    NO,
    UNKNOWN
  }

  static boolean applies(Unit unit, Rule rule) {
    for (Property property : rule.about().scope().since()) if (answer(unit, rule, property) != Answer.YES) return false;
    for (Property property : rule.about().scope().until()) if (answer(unit, rule, property) != Answer.NO) return false;
    if (!(rule instanceof Rule.Guarded guarded) || guarded.struct().isEmpty() || guarded.lock().root() != LockName.Root.OBJECT) return true;
    // A struct that is seen and has no such member or lock is another kernel's.
    Map<String, Structs.Member> members = unit.types().members(guarded.struct());
    return members == null || (guarded.member().equals("*") || members.containsKey(first(guarded.member()))) && members.containsKey(first(guarded.lock().path()));
  }

  private static String first(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  private static Answer answer(Unit unit, Rule rule, Property property) {
    switch (property.kind()) {
      case COMMIT:
        return unit.tree().has(property.name()).map(has -> has ? Answer.YES : Answer.NO).orElse(Answer.UNKNOWN);
      case FILE:
        if (unit.tree().file(property.name()).isPresent()) return Answer.YES;
        return unit.tree().file("Makefile").isPresent() ? Answer.NO : Answer.UNKNOWN; // a whole tree, or some files of one
      case FUNCTION:
        if (unit.mentionsWord(property.name())) return Answer.YES;
        boolean seen = false;
        for (String path : rule.about().scope().declaredIn()) {
          SourceText header = unit.tree().file(path).orElse(null);
          if (header == null) continue;
          seen = true;
          if (Words.of(header.bytes()).offsets(property.name()).size() > 0) return Answer.YES;
        }
        return unit.hasGaps() || !seen && !rule.about().scope().declaredIn().isEmpty() ? Answer.UNKNOWN : Answer.NO;
      default:
        break;
    }
    Map<String, Structs.Member> members = unit.types().members(property.struct());
    if (members == null) return property.kind() == Property.Kind.STRUCT && whole(unit, rule) ? Answer.NO : Answer.UNKNOWN;
    if (property.kind() == Property.Kind.STRUCT) return Answer.YES;
    Structs.Member member = members.get(property.name());
    if (property.kind() == Property.Kind.MEMBER) return member != null ? Answer.YES : Answer.NO;
    if (member == null) return Answer.UNKNOWN;
    return member.rcu() ? Answer.YES : Answer.NO;
  }

  /** All headers that the rule names can be seen. */
  private static boolean whole(Unit unit, Rule rule) {
    for (String path : rule.about().scope().declaredIn()) if (unit.tree().file(path).isEmpty()) return false;
    return !rule.about().scope().declaredIn().isEmpty();
  }
}
