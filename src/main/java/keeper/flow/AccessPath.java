// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.flow;

import java.util.List;

/**
 * How a piece of storage is reached from a variable: {@code vdev->igate}, {@code x->a.b[i]}, {@code *p}. Normal form: {@code (*p).f} is
 * {@code p->f}, {@code (&x)->f} is {@code x.f}, {@code (&p->f)->g} is {@code p->f.g}.
 *
 * @param root the variable; or the text of a call or cast whose value is followed ({@code to_vdev(d)})
 * @param steps outermost object first, each {@code "->name"}, {@code ".name"}, {@code "[index]"} or {@code "*"}
 */
public record AccessPath(String root, List<String> steps) {
  public AccessPath {
    steps = List.copyOf(steps);
  }

  public static AccessPath of(String root, String... steps) {
    return new AccessPath(root, List.of(steps));
  }

  public AccessPath plus(String step) {
    if (steps.isEmpty()) return new AccessPath(root, List.of(step));
    if (steps.size() == 1) return new AccessPath(root, List.of(steps.get(0), step));
    String[] longer = new String[steps.size() + 1];
    for (int i = 0; i < steps.size(); i++) longer[i] = steps.get(i);
    longer[steps.size()] = step;
    return new AccessPath(root, List.of(longer));
  }

  public boolean isVariable() {
    return steps.isEmpty();
  }

  /** The last member's name, empty when there is none. */
  public String member() {
    for (int i = steps.size() - 1; i >= 0; i--) {
      String step = steps.get(i);
      if (step.startsWith("->")) return step.substring(2);
      if (step.startsWith(".")) return step.substring(1);
    }
    return "";
  }

  public boolean startsWith(AccessPath prefix) {
    return root.equals(prefix.root) && steps.size() >= prefix.steps.size()
        && steps.subList(0, prefix.steps.size()).equals(prefix.steps);
  }

  /** As C writes it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(root);
    for (String step : steps) {
      if (step.equals("*")) text.insert(0, "(*").append(')');
      else text.append(step);
    }
    String c = text.toString();
    boolean wrapped = steps.size() > 0 && steps.get(steps.size() - 1).equals("*");
    return wrapped ? "*" + c.substring(2, c.length() - 1) : c;
  }
}
