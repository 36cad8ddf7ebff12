// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import keeper.text.Span;

/**
 * The definition of a struct or union; members under {@code #if} are there whatever the condition, only {@code #if 0} is not.
 *
 * @param union whether it is a union
 * @param tag empty when it has none
 * @param typedef the name that {@code typedef struct { … } name;} gives it, else empty
 * @param members in order
 * @param attributes of the struct: {@code __packed}, {@code __randomize_layout}
 * @param span from the keyword to the closing brace
 */
public record Struct(boolean union, String tag, String typedef, List<Member> members, List<Attribute> attributes, Span span) {
  public Struct {
    members = List.copyOf(members);
    attributes = List.copyOf(attributes);
  }

  /**
   * One member.
   *
   * @param name empty for an anonymous struct or union, and for a bare embedded one ({@code -fms-extensions})
   * @param type as written
   * @param attributes {@code __guarded_by(&lock)}, {@code __aligned(8)}; what C takes for a qualifier ({@code __rcu}) is in the type
   * @param inner its members when they are defined here
   * @param comment the comments before it and behind it on its line, without their marks; empty when there are none
   * @param span from its type (of the first of several) to its end, without the semicolon
   */
  public record Member(String name, Type type, List<Attribute> attributes, Optional<Struct> inner, String comment, Span span) {
    public Member {
      attributes = List.copyOf(attributes);
    }

    /** Whether its own members are reached without a name. */
    public boolean isAnonymous() {
      return name.isEmpty() && inner.isPresent();
    }
  }

  /** What a member expression can name directly: members of anonymous structs are taken in. */
  public Stream<Member> reachable() {
    return members.stream().flatMap(member -> member.isAnonymous() ? member.inner().get().reachable() : Stream.of(member));
  }
}
