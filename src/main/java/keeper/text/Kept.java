// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.text;

import java.util.Optional;

/**
 * What was computed from some content before, by a key that says from which: the same key has the same bytes for ever. Safe to ask from several
 * threads; what cannot be read, or not any more, is simply not there.
 */
public interface Kept {
  /** Nothing at all. */
  Kept NONE = key -> Optional.empty();

  /** @param key {@link ContentId#KEY} bytes */
  Optional<byte[]> find(byte[] key);
}
