// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.util.ArrayList;
import java.util.List;

/** A condition of a rule: atoms of a closed vocabulary, joined by and, or and not. There is no more to it: nothing in it can loop, call out or change anything. */
public sealed interface Clause {
  /** As the rule file has it, on one line. */
  String text();

  /** Every atom in it, in order. */
  default List<Atom> atoms() {
    List<Atom> found = new ArrayList<>();
    if      (this instanceof Atom a) found.add(a);
    else if (this instanceof Not n)  found.addAll(n.part().atoms());
    else if (this instanceof Both b) for (Clause part : List.of(b.left(), b.right())) found.addAll(part.atoms());
    else if (this instanceof Either e) for (Clause part : List.of(e.left(), e.right())) found.addAll(part.atoms());
    return found;
  }

  record Both(Clause left, Clause right) implements Clause {
    @Override
    public String text() {
      return left.text() + " && " + right.text();
    }
  }

  record Either(Clause left, Clause right) implements Clause {
    @Override
    public String text() {
      return "(" + left.text() + " || " + right.text() + ")";
    }
  }

  record Not(Clause part) implements Clause {
    @Override
    public String text() {
      return "!" + part.text();
    }
  }

  /** One word with its arguments. */
  record Atom(Word word, List<Term> terms) implements Clause {
    public Atom {
      terms = List.copyOf(terms);
    }

    @Override
    public String text() {
      StringBuilder text = new StringBuilder(word.word()).append('(');
      for (int i = 0; i < terms.size(); i++) text.append(i > 0 ? ", " : "").append(terms.get(i).text());
      return text.append(')').toString();
    }
  }

  /**
   * An argument.
   *
   * @param variable the object it starts from, empty for a plain name
   * @param struct the struct of that object, or the one that is named; empty for a plain name
   * @param path the members from there, or the name; {@code any} for whatever it is
   */
  record Term(String variable, String struct, String path) {
    public boolean isAny() {
      return variable.isEmpty() && path.equals("any");
    }

    String text() {
      return variable.isEmpty() ? (struct.isEmpty() ? path : struct + "." + path) : path.isEmpty() ? variable : variable + "." + path;
    }
  }

  /** The vocabulary. An event is something that a step does; the others say how things stand before it. */
  enum Word {
    /** A member is read. */
    READS(true, Kind.MEMBER),
    /** A member is stored to, or changed as a list, tree or map. */
    WRITES(true, Kind.MEMBER),
    /** A member is handed to a function that gives it up. */
    FREES(true, Kind.MEMBER),
    /** Any of these three. */
    TOUCHES(true, Kind.MEMBER),
    /** A function or macro is called; further arguments bind a name, or are {@code any} or a constant. */
    CALLS(true, Kind.CALL),
    ACQUIRES(true, Kind.LOCK),
    RELEASES(true, Kind.LOCK),
    /** A call that may sleep. */
    SLEEPS(true, Kind.NOTHING),

    HELD(false, Kind.LOCK),
    /** Held, and not for reading only. */
    HELD_FOR_WRITE(false, Kind.LOCK),
    /** Some object's lock of this struct and name. */
    HELD_ANY(false, Kind.TYPE),
    /** Made in this function, and not yet known to others. */
    FRESH(false, Kind.OBJECT),
    /** A spinlock is held, or interrupts, softirqs or preemption are off. */
    ATOMIC(false, Kind.NOTHING),
    /** In an RCU read-side section. */
    RCU(false, Kind.NOTHING),
    IRQS_OFF(false, Kind.NOTHING),
    /** The step stands in this function. */
    IN(false, Kind.FUNCTION),
    /** The function runs in this context. */
    RUNS_IN(false, Kind.CONTEXT);

    private final boolean event;
    private final Kind kind;

    Word(boolean event, Kind kind) {
      this.event = event;
      this.kind = kind;
    }

    public boolean isEvent() {
      return event;
    }

    Kind kind() {
      return kind;
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static List<String> words() {
      List<String> words = new ArrayList<>();
      for (Word word : values()) words.add(word.word());
      return words;
    }
  }

  /** What a word wants in its brackets. */
  enum Kind {
    NOTHING("nothing"),
    MEMBER("a member of a parameter, such as vdev.err_trigger"),
    LOCK("a lock, such as vdev.igate or \"&vfio_lock\""),
    TYPE("struct and member, such as vfio_iommu.lock"),
    OBJECT("a parameter, such as vdev"),
    FUNCTION("the name of a function"),
    CALL("the name of a function, and then its arguments: a parameter, any, or a constant"),
    CONTEXT("hardirq, softirq or process");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }
}
