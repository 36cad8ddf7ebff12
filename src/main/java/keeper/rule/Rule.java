// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.text.Place;

/** One sentence of a maintainer about locking. Every kind is read by at least one check; {@code rules/README.md} is the reference for those who write them. */
public sealed interface Rule {
  /** What all rules have. */
  About about();

  /** The sentence in short, for lists: {@code vfio_pci_core_device.err_trigger under igate}. */
  String says();

  /** The file it stands in, without its ending: {@code vfio/eventfd-under-igate}. */
  default String id() {
    return about().id();
  }

  /** Where it stands. */
  default Place at() {
    return about().at();
  }

  /** The comment above it: why, in its author's words; empty without one. */
  default String why() {
    return about().why();
  }

  /** The reason without the witnesses, which stand behind the word "Witnesses": for a letter. */
  default String reason() {
    int at = why().indexOf("Witnesses");
    return at < 0 ? why() : why().substring(0, at).strip();
  }

  /** The commits that taught it, as written. */
  default List<String> origin() {
    return about().origin();
  }

  /** Functions to which it does not apply. */
  default Set<String> except() {
    return about().except().functions();
  }

  /**
   * What all rules have.
   *
   * @param id the file, without its ending
   * @param at where the member or function is declared in it
   * @param why the comment above it; empty without one
   * @param origin the commits or mails that taught it, as written
   * @param severity how loud its findings may be
   * @param scope where and in which trees it holds
   * @param except where it does not apply
   */
  record About(String id, Place at, String why, List<String> origin, Severity severity, Scope scope, Except except) {
    public About {
      origin = List.copyOf(origin);
    }
  }

  /** How loud a finding may be: an error keeps the check's own confidence, a warning is at most likely, a note at most possible. */
  enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /**
   * Where a rule holds.
   *
   * @param paths files or folders of the kernel, {@code drivers/vfio/}
   * @param since it holds only in trees that have all of these
   * @param until it holds only in trees that have none of these
   * @param declaredIn headers that declare its structs, for files that get them by way of another header
   */
  record Scope(List<String> paths, List<Property> since, List<Property> until, List<String> declaredIn) {
    public Scope {
      paths = List.copyOf(paths);
      since = List.copyOf(since);
      until = List.copyOf(until);
      declaredIn = List.copyOf(declaredIn);
    }

    /** Whether a file lies in it. */
    public boolean has(String file) {
      for (String path : paths) if (under(file, path)) return true;
      return false;
    }

    static boolean under(String file, String path) {
      return file.equals(path) || file.startsWith(path.endsWith("/") ? path : path + "/");
    }
  }

  /**
   * Where a rule does not apply.
   *
   * @param functions by name; a helper that only they call is meant too
   * @param phases times in the life of an object
   * @param paths files or folders
   */
  record Except(Set<String> functions, Set<Phase> phases, List<String> paths) {
    public static final Except NOTHING = new Except(Set.of(), Set.of(), List.of());

    /** Whether a file is excepted. */
    public boolean has(String file) {
      for (String path : paths) if (Scope.under(file, path)) return true;
      return false;
    }
  }

  /** A time in the life of an object in which nobody else can see it. */
  enum Phase {
    /** Before the function hands it to one that {@code @Publishes} it. */
    BEFORE_PUBLICATION,
    /** In a function that frees the object itself further down. */
    AFTER_LAST_REFERENCE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How something is touched. */
  enum Access {
    READ,
    WRITE,
    FREE,
    ADDRESS
  }

  /**
   * A member is touched only with a lock held.
   *
   * @param struct the struct that has the member; empty for a global variable
   * @param member its name, {@code a.b} for one in an embedded struct; {@code *} for all of them
   * @param lock the lock; from the same object unless it says otherwise
   * @param accesses which kinds of access need it
   * @param exclusive holding it for reading is not enough
   * @param rcuReaders readers in an RCU read-side section are right without it
   */
  record Guarded(About about, String struct, String member, LockName lock, Set<Access> accesses, boolean exclusive, boolean rcuReaders) implements Rule {
    @Override
    public String says() {
      return said(" under ");
    }

    /** The same as a sentence without its full stop, for letters: {@code vfio_pci_core_device.err_trigger is guarded by igate}. */
    public String sentence() {
      return said(" is guarded by ");
    }

    private String said(String verb) {
      StringBuilder kinds = new StringBuilder();
      if (accesses.size() < 3) for (Access access : accesses) kinds.append(kinds.isEmpty() ? " (" : ", ").append(access.name().toLowerCase(java.util.Locale.ROOT));
      return (struct.isEmpty() ? "" : struct + ".") + member + verb + lock.text() + (exclusive ? ", held for writing" : "") + (kinds.isEmpty() ? "" : kinds.append(')'))
          + (rcuReaders ? ", readers under RCU" : "");
    }
  }

  /**
   * Of two locks, one is taken first.
   *
   * @param outer struct and member of the lock that is taken first, or a global's name
   * @param inner the one taken while the first is held
   */
  record Order(About about, String outer, String inner) implements Rule {
    @Override
    public String says() {
      return outer + " before " + inner;
    }
  }

  /** A sentence about a function. */
  sealed interface OfFunction extends Rule {
    String function();
  }

  /** A function is called only with a lock held, and may rely on it. */
  record Requires(About about, String function, LockName lock, boolean exclusive) implements OfFunction {
    @Override
    public String says() {
      return function + "() needs " + lock.text() + (exclusive ? ", held for writing" : "");
    }
  }

  /** A function is never called with this lock held: it takes it itself, or waits for somebody who does. */
  record Excludes(About about, String function, LockName lock) implements OfFunction {
    @Override
    public String says() {
      return function + "() must not be called under " + lock.text();
    }
  }

  /** A function returns with a lock taken. */
  record Acquires(About about, String function, LockName lock, Returned when) implements OfFunction {
    @Override
    public String says() {
      return function + "() takes " + lock.text() + when.words();
    }
  }

  /** A function gives a lock back that its caller holds. */
  record Releases(About about, String function, LockName lock, Returned when) implements OfFunction {
    @Override
    public String says() {
      return function + "() releases " + lock.text() + when.words();
    }
  }

  /** With which returned values something has happened. */
  enum Returned {
    ANY,
    ZERO,
    NONZERO,
    NEGATIVE,
    POSITIVE,
    NOT_NEGATIVE;

    String words() {
      return this == ANY ? "" : " when it returns " + name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * A function sleeps, or never does.
   *
   * @param gfp the parameter that decides, from 0; -1 when none does
   * @param never it does not sleep, whatever its name or the tables say
   */
  record Sleeps(About about, String function, int gfp, boolean never) implements OfFunction {
    @Override
    public String says() {
      return function + "() " + (never ? "never sleeps" : gfp >= 0 ? "sleeps as its argument " + (gfp + 1) + " says" : "may sleep");
    }
  }

  /** The contexts in which a function runs; one that runs in process context only must not be called in an atomic section. */
  record RunsIn(About about, String function, Set<Running> contexts) implements OfFunction {
    @Override
    public String says() {
      StringBuilder words = new StringBuilder();
      for (Running context : contexts) words.append(words.isEmpty() ? "" : ", ").append(context.name().toLowerCase(java.util.Locale.ROOT));
      return function + "() runs in " + words + " context";
    }
  }

  /** What may be interrupted by whom. */
  enum Running {
    HARDIRQ,
    SOFTIRQ,
    PROCESS
  }

  /** A function gives up what it gets: the reference is gone afterwards. */
  record Frees(About about, String function, int argument) implements OfFunction {
    @Override
    public String says() {
      return function + "() frees its argument " + (argument + 1);
    }
  }

  /** A function makes an object known to others. */
  record Publishes(About about, String function, int argument) implements OfFunction {
    @Override
    public String says() {
      return function + "() publishes its argument " + (argument + 1);
    }
  }

  /**
   * Whenever something is done, something else must hold.
   *
   * @param name the method's name in the rule file
   * @param variables each name that stands for an object, with its struct
   * @param when what is done, and under which conditions that matters
   * @param must what must hold then
   * @param message the author's words, empty without any
   */
  record Condition(About about, String name, Map<String, String> variables, Clause when, Clause must, String message) implements Rule {
    @Override
    public String says() {
      return "if " + when.text() + " then " + must.text();
    }
  }
}
