// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/** A statement of a function's body. */
public sealed interface Statement extends Node {

  /** {@code { … }}. */
  record Compound(List<Statement> body, Span span) implements Statement {
    public Compound {
      body = List.copyOf(body);
    }

    @Override
    public List<Node> parts() {
      return List.copyOf(body);
    }
  }

  /** One declaration, of one or more names. A local typedef, struct or prototype has no declarators. */
  record Declaration(List<Declarator> declarators, Span span) implements Statement {
    public Declaration {
      declarators = List.copyOf(declarators);
    }

    @Override
    public List<Node> parts() {
      return declarators.stream().flatMap(d -> d.value().stream()).<Node>map(value -> value).toList();
    }
  }

  /**
   * One declared name.
   *
   * @param name the variable
   * @param type its type
   * @param attributes {@code __free(kfree)} and the like, in order
   * @param value the initialiser
   * @param span from the name to the end of its initialiser
   */
  record Declarator(String name, Type type, List<Attribute> attributes, Optional<Expression> value, Span span) {
    public Declarator {
      attributes = List.copyOf(attributes);
    }
  }

  /** An expression and its semicolon. */
  record Evaluate(Expression expression, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(expression);
    }
  }

  /** A semicolon alone, or a preprocessor line that does nothing here. */
  record Empty(Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  record If(Expression condition, Statement then, Optional<Statement> otherwise, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>(List.of(condition, then));
      otherwise.ifPresent(parts::add);
      return parts;
    }
  }

  record While(Expression condition, Statement body, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(condition, body);
    }
  }

  record DoWhile(Statement body, Expression condition, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(body, condition);
    }
  }

  /** {@code init} is a declaration or an expression statement. */
  record For(Optional<Statement> init, Optional<Expression> condition, Optional<Expression> next, Statement body, Span span)
      implements Statement {
    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>();
      init.ifPresent(parts::add);
      condition.ifPresent(parts::add);
      next.ifPresent(parts::add);
      parts.add(body);
      return parts;
    }
  }

  /**
   * {@code name(…) { … }} or {@code name(…) statement}: a macro that does something with a block, in most cases a loop
   * ({@code list_for_each_entry}), sometimes once ({@code scoped_guard}). Who knows the name decides.
   */
  record Block(Expression.Call head, Statement body, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(head, body);
    }
  }

  record Switch(Expression value, Statement body, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(value, body);
    }
  }

  /** {@code case a:}, {@code case a ... b:}. What follows it is the next statement of the compound. */
  record Case(Expression from, Optional<Expression> to, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>(List.of(from));
      to.ifPresent(parts::add);
      return parts;
    }
  }

  record Default(Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /** {@code name:}. What follows it is the next statement of the compound. */
  record Label(String name, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  record Goto(String label, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  /** {@code goto *p;}. */
  record ComputedGoto(Expression target, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of(target);
    }
  }

  record Break(Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  record Continue(Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }

  record Return(Optional<Expression> value, Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return value.<List<Node>>map(List::of).orElse(List.of());
    }
  }

  /** {@code asm volatile("…" : out : in : clobbers : labels)}. */
  record Asm(List<Expression> outputs, List<Expression> inputs, List<String> labels, Span span) implements Statement {
    public Asm {
      outputs = List.copyOf(outputs);
      inputs = List.copyOf(inputs);
      labels = List.copyOf(labels);
    }

    @Override
    public List<Node> parts() {
      List<Node> parts = new ArrayList<>(outputs);
      parts.addAll(inputs);
      return parts;
    }
  }

  /** What could not be read. */
  record Unread(Span span) implements Statement {
    @Override
    public List<Node> parts() {
      return List.of();
    }
  }
}
