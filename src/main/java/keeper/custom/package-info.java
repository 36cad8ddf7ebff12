// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Which lock guards what by custom: rules that nobody wrote down, found in how the code of a tree behaves.
 *
 * <p>A {@link keeper.check.Census} of every file is put together by a {@link Tally}; where nearly all uses of a member agree on a lock, that is a
 * {@link Custom}, and {@link RuleText} writes it as the rule file that a maintainer would have written, with the evidence in its comment.
 * {@link CensusBytes} keeps a census between runs.
 *
 * <p>Uses: text, lock, rule, check.
 */
package keeper.custom;
