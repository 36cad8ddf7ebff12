// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** How a command prints its result. */
enum Format {
  text,
  terse,
  json,
  sarif,
  mail,
  mbox,
  b4,
  nipa
}
