// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What people wrote down about locking: rule files, and the tables of what the kernel's functions do to locks and which sleep.
 *
 * <p>Nothing is decoded before somebody asks: a table is searched in its bytes, a rule file is parsed when a file under its
 * {@code @Paths} is looked at.
 *
 * <p>Uses: text.
 */
package keeper.rule;
