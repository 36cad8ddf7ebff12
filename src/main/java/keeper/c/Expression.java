// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/** A C expression, with the GNU extensions that the kernel uses. Brackets are not kept. */
public sealed interface Expression extends Node {

  /** An identifier: variable, constant or macro, nothing is looked up. */
  record Name(String name, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /** A number, character or string; adjacent strings (and macros between them) are one. */
  record Literal(Kind kind, String text, Span span) implements Expression {
    /** What the text is. */
    public enum Kind {
      INTEGER,
      FLOATING,
      CHARACTER,
      STRING
    }

    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /** {@code & * + - ~ ! ++ --} before, {@code && label} as {@code "&&"}; {@code ++ --} behind when {@code postfix}. */
  record Unary(String operator, boolean postfix, Expression operand, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(operand);
    }
  }

  /** Two operands and an operator that assigns nothing; {@code &&}, {@code ||} and {@code ,} included. */
  record Binary(String operator, Expression left, Expression right, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(left, right);
    }
  }

  /** {@code =}, {@code +=} and the like. */
  record Assign(String operator, Expression target, Expression value, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(target, value);
    }
  }

  /** {@code a ? b : c}; {@code then} is empty in {@code a ?: c}. */
  record Conditional(Expression condition, Optional<Expression> then, Expression otherwise, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>();
      parts.add(condition);
      then.ifPresent(parts::add);
      parts.add(otherwise);
      return parts;
    }
  }

  /** A call or the use of a macro with arguments. {@code guard(mutex)(&m)} is a call whose callee is a call. */
  record Call(Expression callee, List<Expression> arguments, Span span) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    /** The name that is called, where it is one. */
    public Optional<String> name() {
      return callee instanceof Name n ? Optional.of(n.name()) : Optional.empty();
    }

    public boolean calls(String name) {
      return callee instanceof Name n && n.name().equals(name);
    }

    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>(arguments.size() + 1);
      parts.add(callee);
      parts.addAll(arguments);
      return parts;
    }
  }

  /** {@code a.b} or, when {@code arrow}, {@code a->b}. */
  record Member(Expression object, String member, boolean arrow, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(object);
    }
  }

  /** {@code a[i]}. */
  record Index(Expression array, Expression index, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(array, index);
    }
  }

  /** {@code (type)x}. */
  record Cast(Type type, Expression operand, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(operand);
    }
  }

  /** A type where an expression is usual: {@code sizeof(struct foo)}, {@code container_of(p, struct foo, member)}. */
  record TypeName(Type type, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /** {@code sizeof x}, {@code typeof(x)}, {@code __alignof__(x)}: the operand is not evaluated. */
  record Unevaluated(String operator, Expression operand, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(operand);
    }
  }

  /** {@code { .a = 1, [2] = 3 }}, or {@code (type){ … }} when the type is given. */
  record Initializer(Optional<Type> type, List<Element> elements, Span span) implements Expression {
    public Initializer {
      elements = List.copyOf(elements);
    }

    /** One element: designators as written without {@code =} ({@code .a.b}, {@code [2]}), empty when there is none. */
    public record Element(String designator, Expression value) {}

    @Override
    public List<Node> parts() {
      return elements.stream().<Node>map(Element::value).toList();
    }
  }

  /** {@code ({ … })}. */
  record StatementExpression(Statement.Compound body, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(body);
    }
  }

  /** {@code _Generic(x, int: a, default: b)}: the choices, in order. */
  record Generic(Expression control, List<Expression> choices, Span span) implements Expression {
    public Generic {
      choices = List.copyOf(choices);
    }

    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>();
      parts.add(control);
      parts.addAll(choices);
      return parts;
    }
  }

  /** A statement handed to a macro: {@code scoped_cond_guard(mutex_intr, return -EINTR, &m)}. */
  record StatementArgument(Statement statement, Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of(statement);
    }
  }

  /** What could not be read, or an operand that is missing. */
  record Unread(Span span) implements Expression {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }
}
