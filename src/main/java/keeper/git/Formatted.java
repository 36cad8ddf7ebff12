// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import keeper.patch.CommitMessage;

/**
 * A commit to be mailed.
 *
 * @param diff as git writes it
 */
public record Formatted(CommitMessage message, String diff) {}
