// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

/**
 * A type as written in a declaration, a cast or an argument. Nothing is looked up: a typedef stays its name.
 *
 * @param base {@code struct foo}, {@code union u}, {@code enum e}, {@code unsigned long}, {@code u32}, {@code eventfd_ctx_t};
 *     {@code typeof(x)} keeps its text; without qualifiers and attributes
 * @param pointers how many stars, a function pointer counts one
 * @param arrays how many dimensions
 * @param function a function pointer or function type
 * @param qualifiers what was left out of {@code base}, in order: {@code const}, {@code static}, {@code __rcu}, {@code __iomem}
 */
public record Type(String base, int pointers, int arrays, boolean function, java.util.List<String> qualifiers) {
  public Type {
    qualifiers = java.util.List.copyOf(qualifiers);
  }

  /** {@code foo} for {@code struct foo *}, empty for anything else. */
  public java.util.Optional<String> struct() {
    if (base.startsWith("struct ")) return java.util.Optional.of(base.substring(7));
    return base.startsWith("union ") ? java.util.Optional.of(base.substring(6)) : java.util.Optional.empty();
  }

  public boolean is(String qualifier) {
    return qualifiers.contains(qualifier);
  }

  @Override
  public String toString() {
    return base + (pointers > 0 ? " " + "*".repeat(pointers) : "") + "[]".repeat(arrays) + (function ? "()" : "");
  }
}
