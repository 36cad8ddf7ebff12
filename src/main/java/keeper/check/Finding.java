// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.List;
import keeper.text.Place;

/**
 * One thing that a check has to say about one place.
 *
 * @param check the check's id, {@code unguarded-access}
 * @param rule the id of the rule that speaks, {@code vfio/eventfd-under-igate}; empty when the check needs none
 * @param at where a reviewer would put the comment
 * @param function the function it is in
 * @param lock the lock it is about, as the code at the place writes it: {@code vdev->igate}
 * @param subject what is accessed, called, left: {@code vdev->err_trigger}, {@code msleep}
 * @param kind the kind of event, part of the identity: {@code write}, {@code free}, {@code read}, {@code return}, {@code goto}
 * @param held the locks held there, as the code writes them, in the order they were taken
 * @param confidence how sure
 * @param assumption the one assumption of a {@code LIKELY} finding, as a clause behind "assuming that"; else empty
 * @param message one or two plain sentences, a question where the reader can know more; no line breaks
 * @param evidence in the order in which a reader would go through it
 */
public record Finding(
    String check,
    String rule,
    Place at,
    String function,
    String lock,
    String subject,
    String kind,
    List<String> held,
    Confidence confidence,
    String assumption,
    String message,
    List<Witness> evidence)
    implements Comparable<Finding> {
  public Finding {
    held = List.copyOf(held);
    if (assumption.startsWith("assuming that ")) assumption = assumption.substring("assuming that ".length());
    else if (assumption.startsWith("assuming ")) assumption = assumption.substring("assuming ".length());
    evidence = List.copyOf(evidence);
  }

  /** Whether both ask the same of the same lock in the same function. */
  public boolean isLike(Finding other) {
    return check.equals(other.check) && function.equals(other.function) && lock.equals(other.lock);
  }

  /** By place, then check, then subject: the order in which findings are shown. */
  @Override
  public int compareTo(Finding other) {
    int byPlace = at.compareTo(other.at);
    if (byPlace != 0) return byPlace;
    int byCheck = check.compareTo(other.check);
    if (byCheck != 0) return byCheck;
    int bySubject = subject.compareTo(other.subject);
    if (bySubject != 0) return bySubject;
    int byLock = lock.compareTo(other.lock);
    return byLock != 0 ? byLock : kind.compareTo(other.kind);
  }
}
