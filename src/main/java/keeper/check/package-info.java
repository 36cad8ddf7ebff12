// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The questions we ask of a function. It knows no patches.
 *
 * <p>A {@link Check} gets the {@link Facts} of one function: its steps with the worlds before each ({@link Facts#moments}), the accesses it
 * makes ({@link Facts#accesses}), its exits, the rules that speak of its file, and questions whose answer takes callers into account
 * ({@link Facts#holding}). It answers with findings, {@link Confidence#CERTAIN} when every fact is visible, {@link Confidence#LIKELY}
 * when one assumption is needed, which the finding states, {@link Confidence#POSSIBLE} else. A lock that is unknown gives no finding,
 * except where a written rule speaks and the unknown is what stands above the visible lines, or who calls.
 *
 * <p>To add a check: one class, one line in {@link Checks#ALL}, and {@code rules/checks/<id>.md}, {@code .c}.
 *
 * <p>Uses: text, c, flow, lock, rule.
 */
package keeper.check;
