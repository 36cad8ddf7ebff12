// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import keeper.text.Problem;
import keeper.text.SourceText;

/** What the kernel's own functions, macros and guard classes do to locks; the table is {@code rules/kernel/lock-api.tsv}. */
public final class LockApi {
  private final Table table;
  private final ConcurrentHashMap<String, Optional<Entry>> functions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Optional<Entry>> classes = new ConcurrentHashMap<>();

  private LockApi(Table table) {
    this.table = table;
  }

  public static LockApi of(SourceText table) {
    return new LockApi(new Table(table));
  }

  /** What a call of this name does; empty for a name that the table does not have. */
  public Optional<Entry> function(String name) {
    return functions.computeIfAbsent(name, n -> find(n, false));
  }

  /** What {@code guard(name)}, {@code scoped_guard(name, …)} or {@code CLASS(name, …)} holds. */
  public Optional<Entry> guardClass(String name) {
    return classes.computeIfAbsent(name, n -> find(n, true));
  }

  /** The same for the same table. */
  public String revision() {
    return table.revision();
  }

  List<Problem> problems() {
    return table.problems();
  }

  private Optional<Entry> find(String name, boolean guardClass) {
    for (String[] row : table.rows(name)) {
      Entry entry = entry(row);
      boolean isClass = entry.effect == Effect.SCOPED_GUARD_CLASS || entry.effect == Effect.SCOPED_CLASS || entry.effect == Effect.SCOPED_INIT_CLASS;
      if (isClass == guardClass) return Optional.of(entry);
    }
    return Optional.empty();
  }

  private static Entry entry(String[] row) {
    int argument = Entry.NONE;
    boolean through = false;
    String arg = row[4];
    if (arg.equals("ret")) argument = Entry.RETURNED;
    else if (!arg.isEmpty() && !arg.equals("none")) {
      through = arg.charAt(0) == '*';
      argument = arg.charAt(through ? 1 : 0) - '0';
    }
    String lock = row[5];
    String global = lock.startsWith("global &") ? lock.substring(8) : lock.startsWith("global ") ? lock.substring(7) : "";
    String context = row[7];
    return new Entry(row[0], row[1], Effect.of(row[2]), mode(row[3]), argument, through, lock, global, Returns.of(row[6], row[2]),
        context.contains("irq-off"), context.contains("bh-off"), context.contains("preempt-off"),
        context.startsWith("irq restored") || context.contains("restores arg") || context.startsWith("irq state restored") || row[0].endsWith("_irqrestore"),
        context.startsWith("irq-on") || row[2].equals("release") && row[0].endsWith("_irq"), flags(context), row[8].startsWith("yes"), row[11]);
  }

  private static int flags(String context) {
    int at = context.indexOf("arg ");
    return at < 0 ? Entry.NONE : context.charAt(at + 4) - '0';
  }

  private static Mode mode(String text) {
    return switch (text) {
      case "read" -> Mode.READ;
      case "write" -> Mode.WRITE;
      case "exclusive" -> Mode.EXCLUSIVE;
      default -> Mode.ANY;
    };
  }

  /** How a lock is held or asked for. */
  public enum Mode {
    EXCLUSIVE,
    WRITE,
    READ,
    ANY
  }

  /** What the call does. The words are the table's, with {@code _} for {@code -}. */
  public enum Effect {
    ACQUIRE,
    ACQUIRE_MAY_FAIL,
    TRY_ACQUIRE,
    ACQUIRE_IN_CALLBACK,
    RELEASE,
    RELEASE_AND_REACQUIRE,
    DOWNGRADE,
    ASSERT_HELD,
    ASSERT_NOT_HELD,
    REQUIRES_HELD,
    REQUIRES_NOT_HELD,
    SCOPED_GUARD_CLASS,
    SCOPED_CLASS,
    SCOPED_BLOCK,
    SCOPED_INIT_CLASS,
    INIT,
    DESTROY,
    QUERY,
    WAITS,
    WAITS_FOR_READERS,
    SIGNALS,
    PUBLISH,
    MAY_ACQUIRE,
    GUARDED_BY,
    SYNTAX,
    SEQ_READ_BEGIN,
    SEQ_READ_RETRY,
    SEQ_READ_END,
    NOTE;

    private static Effect of(String text) {
      String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
      for (Effect effect : values()) if (effect.name().equals(name)) return effect;
      return NOTE;
    }
  }

  /** Which returned value says that the lock is held. */
  public enum Returns {
    /** It does not depend on the value. */
    ALWAYS,
    ON_ZERO,
    ON_NONZERO,
    /** A pointer; NULL when it is not held. */
    ON_POINTER,
    /** A pointer or an ERR_PTR: not followed. */
    UNKNOWN;

    private static Returns of(String text, String effect) {
      if (text.startsWith("0-on-success")) return effect.equals("acquire") ? ALWAYS : ON_ZERO;
      if (text.startsWith("nonzero-on-success")) return ON_NONZERO;
      if (text.contains("ERR_PTR")) return UNKNOWN;
      if (text.contains("NULL")) return ON_POINTER;
      if (effect.equals("acquire-may-fail")) return ON_ZERO;
      return effect.equals("try-acquire") ? ON_NONZERO : ALWAYS;
    }
  }

  /**
   * One row.
   *
   * @param name the function, macro or guard class
   * @param kind the family: {@code mutex}, {@code spin}, {@code raw_spin}, {@code rwsem}, {@code rcu} and so on
   * @param effect what it does
   * @param mode how the lock is held
   * @param argument which argument names the lock, from 0; {@link #NONE} or {@link #RETURNED}
   * @param through the lock is stored through that argument
   * @param lock what to append to the argument ({@code ->mutex}), or a description; empty when the argument is the lock
   * @param global the name of the lock when it is a global one, else empty
   * @param returns which value says that it is held
   * @param irqOff interrupts are off afterwards
   * @param bhOff softirqs are off afterwards
   * @param preemptOff the section is atomic
   * @param irqRestore gives back the saved interrupt state
   * @param irqOn turns interrupts on whatever they were
   * @param flags the argument that keeps the interrupt state, or {@link #NONE}
   * @param sleeps may sleep
   * @param notes the table's remark
   */
  public record Entry(String name, String kind, Effect effect, Mode mode, int argument, boolean through, String lock, String global,
      Returns returns, boolean irqOff, boolean bhOff, boolean preemptOff, boolean irqRestore, boolean irqOn, int flags, boolean sleeps,
      String notes) {
    public static final int NONE = -1;
    public static final int RETURNED = -2;

    /** A conditional guard class ({@code mutex_try}, {@code mutex_intr}): not held when it failed. */
    public boolean isConditionalGuard() {
      return name.endsWith("_try") || name.endsWith("_intr") || name.endsWith("_kill");
    }
  }
}
