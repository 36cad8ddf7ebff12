// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

/**
 * What is known when an edge is taken: {@code value relation against}. {@code if (x)} gives {@code x NE 0} and {@code x EQ 0}; a switch
 * gives {@code EQ} for each case.
 *
 * @param value the left side
 * @param relation how it stands to the right side
 * @param against the right side, most often a constant; {@code 0} also stands for NULL and false
 */
public record Assumption(Value value, Relation relation, Value against) {
  /** Nothing is assumed. */
  public static final Assumption ALWAYS = new Assumption(new Value.Constant("1"), Relation.NE, new Value.Constant("0"));

  /** C's comparisons. */
  public enum Relation {
    EQ("=="),
    NE("!="),
    LT("<"),
    GE(">="),
    GT(">"),
    LE("<=");

    private final String text;

    Relation(String text) {
      this.text = text;
    }

    /** What holds when this does not. */
    public Relation opposite() {
      return switch (this) {
        case EQ -> NE;
        case NE -> EQ;
        case LT -> GE;
        case GE -> LT;
        case GT -> LE;
        case LE -> GT;
      };
    }

    @Override
    public String toString() {
      return text;
    }
  }

  public Assumption opposite() {
    return new Assumption(value, relation.opposite(), against);
  }

  public boolean isAlways() {
    return equals(ALWAYS);
  }

  @Override
  public String toString() {
    return isAlways() ? "always" : value + " " + relation + " " + against;
  }
}
