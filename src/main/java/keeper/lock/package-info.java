// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Which locks are held at every step.
 *
 * <p>A function is walked in {@link World worlds}: what may be so at one point, each with its own lockset and with what is known about
 * conditions on the way there. Two worlds with the same lockset become one; so {@code if (c) lock … if (c) unlock}, {@code ret = lock_interruptible()},
 * trylocks and flag variables need no treatment of their own. There are at most sixteen worlds at a point; above that, and where
 * the text was not seen or not read, a lock is unknown: neither held nor not held.
 *
 * <pre>
 *   if (lock)                        {}                      {lock != 0}, {lock == 0}
 *     mutex_lock(&amp;vdev->igate);      {igate, lock != 0}      {lock == 0}
 *   vdev->req_trigger = NULL;        igate is held in one world and not known in the other: igate?
 * </pre>
 *
 * <p>A lock that a function has not touched yet is unknown at its entry, unless its callers, an assertion or the way in which it is
 * called (a work item, an interrupt) say more: {@link Unit} answers that.
 *
 * <p>Uses: text, c, flow, rule.
 */
package keeper.lock;
