// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.Set;

/** The names that the fixtures use. */
final class Words implements Vocabulary {
  static final Vocabulary WORDS = new Words();

  @Override
  public boolean neverReturns(String name) {
    return Set.of("BUG", "panic", "unreachable").contains(name);
  }

  @Override
  public BlockUse block(String name) {
    return switch (name) {
      case "scoped_guard" -> BlockUse.SCOPE;
      case "scoped_cond_guard" -> BlockUse.CONDITIONAL_SCOPE;
      case "if_open" -> BlockUse.IF;
      default -> BlockUse.LOOP;
    };
  }

  @Override
  public BlockUse block(String name, String type) {
    return name.equals("scoped_guard") && type.endsWith("_try") ? BlockUse.CONDITIONAL_SCOPE : block(name);
  }

  @Override
  public boolean transparent(String name) {
    return Set.of("likely", "unlikely", "READ_ONCE").contains(name);
  }

  @Override
  public boolean assigns(String name) {
    return Set.of("WRITE_ONCE", "smp_store_release").contains(name);
  }

  @Override
  public boolean returns(String name) {
    return name.equals("return_ptr");
  }

  @Override
  public boolean cleanup(String attribute) {
    return attribute.equals("__free");
  }

  @Override
  public boolean scopeObject(String name) {
    return name.equals("guard") || name.equals("CLASS");
  }
}
