// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keeper.mail.Address;
import keeper.mail.Mail;

/** Who gets a letter about a patch mail. The author always does, and nobody twice. */
public final class Recipients {
  private Recipients() {}

  /**
   * The addresses of a letter.
   *
   * @param everybody to all who got the patch; else to the author and those whom the list named
   * @param policy of the list that owns the patch
   * @param keep mailboxes in lower case that stay when there are too many: the maintainers of the touched files
   */
  public static Letters.Envelope of(
      Mail mail, boolean everybody, ListPolicy policy, Policies policies, Signer signer, Set<String> keep) {
    Chosen chosen = new Chosen(policy, signer);
    for (Address author : authors(mail)) chosen.to(author);
    if (everybody) for (Address address : mail.to()) chosen.cc(address);
    if (everybody) for (Address address : mail.cc()) chosen.cc(address);
    if (!sameMailbox(mail.author(), sender(mail))) chosen.cc(mail.author());
    for (String cc : policy.cc()) chosen.cc(Mailbox.read(cc));
    chosen.atMost(policy.maxRecipients(), policies, keep);
    List<String> replyTo = new ArrayList<>(List.of(signer.feedback()));
    if (!policy.list().isEmpty()) replyTo.add(policy.list());
    return new Letters.Envelope(chosen.texts(chosen.to), chosen.texts(chosen.cc), replyTo);
  }

  /** The sender, and where he wants answers. */
  static List<Address> authors(Mail mail) {
    List<Address> all = new ArrayList<>();
    all.add(sender(mail));
    String replyTo = mail.headers().get("reply-to");
    if (replyTo != null) all.addAll(Mailbox.list(replyTo));
    return all;
  }

  /**
   * Behind a relay of kernel.org or linux.dev stands the person it names; other relays are not believed. Behind a list that has put its
   * own address into From ({@code Jane via tea}) stands who wants the answers.
   */
  public static Address sender(Mail mail) {
    Address from = mail.from();
    int via = from.name().lastIndexOf(" via ");
    String replyTo = mail.headers().get("reply-to");
    if (via > 0 && replyTo != null && !relay(from)) {
      String name = from.name().substring(0, via);
      for (Address one : Mailbox.list(replyTo))
        if (one.name().isEmpty() || one.name().equals(name)) if (!sameMailbox(one, from)) return new Address(name, one.mailbox());
      return from;
    }
    String original = mail.headers().get("x-original-from");
    if (original == null || !relay(from)) return from;
    List<Address> behind = Mailbox.list(original);
    return behind.size() == 1 ? behind.get(0) : from;
  }

  private static boolean relay(Address from) {
    String key = Mailbox.key(from.mailbox());
    boolean trusted = key.endsWith("@kernel.org") || key.endsWith("@linux.dev") || key.endsWith(".linux.dev") || key.endsWith(".kernel.org");
    return trusted && (key.startsWith("devnull+") || from.name().contains(" via B4 Relay"));
  }

  private static boolean sameMailbox(Address one, Address other) {
    return Mailbox.key(one.mailbox()).equals(Mailbox.key(other.mailbox()));
  }

  /** To and Cc while they are chosen, by mailbox, in order. */
  private static final class Chosen {
    private final Map<String, Address> to = new LinkedHashMap<>();
    private final Map<String, Address> cc = new LinkedHashMap<>();
    private final ListPolicy policy;
    private final Signer signer;

    Chosen(ListPolicy policy, Signer signer) {
      this.policy = policy;
      this.signer = signer;
    }

    void to(Address address) {
      if (wanted(address)) to.putIfAbsent(Mailbox.key(address.mailbox()), address);
    }

    void cc(Address address) {
      if (wanted(address) && !to.containsKey(Mailbox.key(address.mailbox()))) cc.putIfAbsent(Mailbox.key(address.mailbox()), address);
    }

    private boolean wanted(Address address) {
      String key = Mailbox.key(address.mailbox());
      if (!Mailbox.valid(address.mailbox()) || isStable(key) || isRelay(key)) return false;
      String plain = Mailbox.withoutPlus(key);
      if (plain.equals(Mailbox.withoutPlus(Mailbox.key(signer.mailbox()))) || plain.equals(Mailbox.withoutPlus(Mailbox.key(signer.feedback()))))
        return false;
      for (String pattern : policy.ignoredEmails()) if (Mailbox.matches(pattern, key)) return false;
      for (String pattern : policy.bots()) if (Mailbox.matches(pattern, key)) return false;
      return true;
    }

    /** Nothing reaches a person there. */
    private static boolean isRelay(String key) {
      return key.startsWith("devnull+");
    }

    /** {@code stable@vger.kernel.org}, {@code stable@kernel.org}, also with a plus. */
    private static boolean isStable(String key) {
      String plain = Mailbox.withoutPlus(key);
      return plain.startsWith("stable@") && (plain.endsWith("@kernel.org") || plain.endsWith(".kernel.org"));
    }

    /** People who were only copied go first, from the end. */
    void atMost(int most, Policies policies, Set<String> keep) {
      List<String> last = new ArrayList<>(cc.keySet());
      for (int i = last.size() - 1; i >= 0 && to.size() + cc.size() > most; i--) {
        Address address = cc.get(last.get(i));
        if (!policies.isList(address) && !keep.contains(last.get(i))) cc.remove(last.get(i));
      }
    }

    List<String> texts(Map<String, Address> addresses) {
      List<String> texts = new ArrayList<>();
      for (Address address : addresses.values()) {
        String name = Words.brief(address.name(), 100);
        texts.add(name.isEmpty() ? address.mailbox() : name + " <" + address.mailbox() + ">");
      }
      return texts;
    }
  }
}
