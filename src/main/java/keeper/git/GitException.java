// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

/** A repository or an archive cannot be used: one line that says which, why, and what to do. */
public final class GitException extends RuntimeException {
  public GitException(String message) {
    super(message);
  }

  public GitException(String message, Throwable cause) {
    super(message, cause);
  }
}
