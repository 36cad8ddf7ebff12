// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

/**
 * Which {@link Confidence#POSSIBLE} guesses are of use to whoever asks. To guess which lock guards a member, every function that touches it is walked; most such
 * guesses are never printed, nor compared with the text before a change.
 */
interface Doubts {
  Doubts ALL = (facts, access) -> true;
  Doubts NONE = (facts, access) -> false;

  boolean matter(Facts facts, Access access);
}
