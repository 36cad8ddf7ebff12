// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.lock;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import keeper.flow.Vocabulary;
import keeper.rule.LockApi;
import keeper.rule.Rule;
import keeper.rule.Rules;
import keeper.rule.SleepApi;

/** What names of the kernel mean: for control flow, for locks, for sleeping. */
public final class Kernel implements Vocabulary {
  private static final Set<String> NEVER_RETURN = Set.of("BUG", "panic", "do_exit", "make_task_dead", "unreachable", "__builtin_unreachable",
      "__builtin_trap", "kthread_exit", "kthread_complete_and_exit", "do_group_exit", "module_put_and_kthread_exit", "nmi_panic", "BUILD_BUG", "die",
      "cpu_die", "machine_halt", "emergency_restart");
  private static final Set<String> TRANSPARENT = Set.of("likely", "unlikely", "WARN_ON", "WARN_ON_ONCE", "WARN", "WARN_ONCE", "__builtin_expect",
      "WARN_TAINT", "DEBUG_LOCKS_WARN_ON", "no_free_ptr", "drm_WARN_ON", "array_index_nospec");
  private static final Set<String> ASSIGNS = Set.of("WRITE_ONCE", "rcu_assign_pointer", "RCU_INIT_POINTER", "smp_store_release", "smp_store_mb");
  private static final Set<String> ACCESSORS = Set.of("container_of", "container_of_const", "netdev_priv", "dev_get_drvdata", "i2c_get_clientdata",
      "platform_get_drvdata", "pci_get_drvdata", "spi_get_drvdata", "iio_priv", "hw_priv", "usb_get_intfdata", "shost_priv", "video_get_drvdata",
      "snd_soc_component_get_drvdata", "file_inode", "bdev_get_queue", "sock_net", "dev_net", "wiphy_priv", "ib_get_client_data", "rb_entry", "list_entry",
      "hlist_entry", "list_first_entry", "from_timer", "from_work", "timer_container_of", "work_container_of", "from_tasklet", "to_delayed_work", "irq_desc_get_chip", "irq_data_get_irq_chip_data",
      "gpiochip_get_data", "hci_get_drvdata", "mmc_priv", "sb_rdonly", "i_size_read", "I", "bus_get_drvdata", "iommu_get_dma_domain", "ieee80211_get_hw");

  private final LockApi locks;
  private final SleepApi sleepers;

  private final Rules rules;

  /** The tables alone. */
  public Kernel(LockApi locks, SleepApi sleepers) {
    this(locks, sleepers, Rules.read(new java.util.TreeMap<>()));
  }

  /** The tables and the rule files. */
  public Kernel(Rules rules) {
    this(rules.locks(), rules.sleepers(), rules);
  }

  private Kernel(LockApi locks, SleepApi sleepers, Rules rules) {
    this.locks = locks;
    this.sleepers = sleepers;
    this.rules = rules;
  }

  /** The same without the rule files. */
  Kernel tables() {
    return new Kernel(locks, sleepers);
  }

  /** The written rules that speak of a file, whatever its tree declares. */
  List<Rule> rules(String path) {
    return rules.of(path);
  }

  /** The same for the same tables. */
  String revision() {
    if (revision == null) revision = locks.revision() + sleepers.revision();
    return revision;
  }

  private String revision; // computed when first asked for; benign race

  public Optional<LockApi.Entry> lock(String function) {
    return locks.function(function);
  }

  public Optional<LockApi.Entry> guard(String type) {
    return locks.guardClass(type);
  }

  public Optional<SleepApi.Entry> sleep(String function) {
    return sleepers.function(function);
  }

  /** Whether the tables say something of this function. */
  public boolean knows(String function) {
    return locks.function(function).isPresent() || sleepers.function(function).isPresent();
  }

  @Override
  public boolean neverReturns(String name) {
    return NEVER_RETURN.contains(name);
  }

  @Override
  public BlockUse block(String name) {
    if (name.equals("scoped_guard")) return BlockUse.SCOPE;
    if (name.equals("scoped_class")) return BlockUse.SCOPE;
    if (name.equals("scoped_cond_guard") || name.equals("iio_device_claim_direct_scoped")) return BlockUse.CONDITIONAL_SCOPE;
    if (name.startsWith("if_")) return BlockUse.IF;
    if (name.startsWith("with_")) return BlockUse.IF;
    return BlockUse.LOOP;
  }

  public BlockUse block(String name, String type) {
    if (name.equals("scoped_guard") && (type.endsWith("_try") || type.endsWith("_intr") || type.endsWith("_kill"))) return BlockUse.CONDITIONAL_SCOPE;
    return block(name);
  }

  @Override
  public boolean transparent(String name) {
    return TRANSPARENT.contains(name);
  }

  public boolean assigns(String name) {
    return ASSIGNS.contains(name);
  }

  public boolean returns(String name) {
    return name.equals("return_ptr");
  }

  @Override
  public boolean cleanup(String attribute) {
    return attribute.equals("__free") || attribute.equals("__cleanup");
  }

  @Override
  public boolean scopeObject(String name) {
    return name.equals("guard") || name.equals("CLASS") || name.equals("ACQUIRE");
  }

  /** Yields a view of its argument, the same each time: {@code container_of}, {@code to_foo()}, {@code netdev_priv}. Heuristic for the names not listed. */
  public boolean accessor(String name) {
    return ACCESSORS.contains(name) || name.startsWith("to_") || name.endsWith("_priv") || name.endsWith("_drvdata") || name.startsWith("vdev_to_")
        || capitals(name) || name.contains("_to_") && !name.startsWith("copy_") && !name.contains("string");
  }

  /** {@code EXT4_SB}, {@code BTRFS_I}: by custom a view of the argument. */
  private static boolean capitals(String name) {
    if (name.length() < 3 || name.startsWith("INIT_") || name.startsWith("_")) return false;
    for (int i = 0; i < name.length(); i++) if (name.charAt(i) >= 'a' && name.charAt(i) <= 'z') return false;
    return true;
  }

  /** A read or write that says of itself that it needs no lock. */
  public static boolean unlockedByIntent(String name) {
    return switch (name) {
      case "READ_ONCE", "WRITE_ONCE", "data_race", "rcu_access_pointer", "smp_load_acquire", "smp_store_release", "atomic_read", "list_empty_careful",
          "hlist_unhashed_lockless", "cmpxchg", "xchg", "try_cmpxchg", "skb_queue_empty_lockless", "rcu_dereference_raw", "__READ_ONCE", "KCSAN_ALLOW" -> true;
      default -> false;
    };
  }

  /** An unknown callee that may release a lock, by its name. */
  static boolean unlocks(String name) {
    boolean word = name.contains("lock") || name.contains("mutex") || name.contains("sem") || name.contains("guard");
    return name.contains("unlock") || word && (name.contains("release") || name.contains("put") || name.contains("drop") || name.contains("end"));
  }

  /** Kinds of locks that guard data. */
  public static boolean guards(String kind) {
    return switch (kind) {
      case "mutex", "spin", "raw_spin", "rwlock", "rwsem", "percpu_rwsem", "local", "sock", "device", "bit_spin", "seq", "ww", "inode", "host" -> true;
      default -> false;
    };
  }

  /** Whether a call by this row takes, gives back or speaks of a lock that guards data, or begins a read-side section. */
  boolean takes(LockApi.Entry entry) {
    boolean condition = entry.kind().equals("rcu") && (entry.effect() == LockApi.Effect.PUBLISH || entry.name().endsWith("_protected") || entry.name().endsWith("_check"));
    if (condition) return true;
    return switch (entry.effect()) {
      case INIT, DESTROY, QUERY, NOTE, WAITS, WAITS_FOR_READERS, SIGNALS, SYNTAX, PUBLISH -> false;
      case REQUIRES_HELD -> guards(entry.kind());
      default -> guards(entry.kind()) || entry.kind().equals("any") || entry.kind().equals("rcu");
    };
  }

  /** An unknown callee that may take a lock, by its name. */
  static boolean locks(String name) {
    if (name.contains("unlock") || name.contains("lock_init") || name.contains("init_lock") || name.contains("clock") || name.contains("block")) return false;
    return name.endsWith("_lock") || name.startsWith("lock_") || name.contains("_lock_") || name.endsWith("_lock_irqsave") || name.contains("trylock");
  }

  /** The zero of C: {@code 0}, {@code NULL}, {@code false}. */
  static boolean zero(String constant) {
    return constant.equals("0") || constant.equals("NULL") || constant.equals("false") || constant.equals("0UL") || constant.equals("0L") || constant.equals("'\\0'");
  }

  /** What is known of a constant's relation to zero: bits as in {@link World}; 7 when nothing is. */
  static int sign(String constant) {
    if (zero(constant)) return World.ZERO;
    if (constant.isEmpty()) return World.ANY;
    char first = constant.charAt(0);
    if (first == '-') return constant.length() > 1 && (constant.charAt(1) == 'E' || Character.isDigit(constant.charAt(1))) ? World.NEGATIVE : World.ANY;
    if (Character.isDigit(first) || constant.equals("true")) return World.POSITIVE;
    return World.ANY;
  }
}
