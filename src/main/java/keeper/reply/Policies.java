// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.mail.Address;

/**
 * What each list allows, by its address in lower case.
 *
 * @param lists those with a section of their own
 */
public record Policies(SortedMap<String, ListPolicy> lists) {
  /** Ends of addresses that are mailing lists, whoever they are. */
  private static final List<String> LIST_DOMAINS = List.of(
      "@vger.kernel.org", "@lists.linux.dev", "@kvack.org", "@googlegroups.com");

  public Policies {
    TreeMap<String, ListPolicy> byKey = new TreeMap<>();
    lists.forEach((list, policy) -> byKey.put(Mailbox.key(list), policy));
    lists = Collections.unmodifiableSortedMap(byKey);
  }

  /** The list's section. */
  public Optional<ListPolicy> of(String mailbox) {
    return Optional.ofNullable(lists.get(Mailbox.key(mailbox)));
  }

  /** Whether an address is a mailing list: it has a section, or its domain carries lists. */
  public boolean isList(Address address) {
    String key = Mailbox.key(address.mailbox());
    if (lists.containsKey(key) || key.contains("@lists.")) return true;
    for (String domain : LIST_DOMAINS) if (key.endsWith(domain)) return true;
    return false;
  }
}
