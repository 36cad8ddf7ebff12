// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.cli;

/** Which lockkeeper this is. */
final class Version {
  private Version() {}

  /** As in the manifest; {@code dev} when run from classes. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
