// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

/**
 * Who signs our mails.
 *
 * @param name a word without spaces, {@code lockkeeper}
 * @param display the display name; it says that the sender is a program
 * @param mailbox the From address
 * @param feedback where answers go besides the list
 * @param domain right of the {@code @} of our Message-IDs
 * @param version of the program
 * @param rules twelve hex digits of the rules' content
 * @param web where the results can be read, without a slash at the end; may be empty
 */
public record Signer(
    String name, String display, String mailbox, String feedback, String domain, String version, String rules, String web) {
  public Signer {
    if (!Mailbox.valid(mailbox)) throw new IllegalArgumentException("no mail address: " + mailbox);
    if (!Mailbox.valid(feedback)) throw new IllegalArgumentException("no mail address: " + feedback);
    if (!Mailbox.validDomain(domain)) throw new IllegalArgumentException("no domain: " + domain);
    name = Words.line(name);
    display = Words.line(display);
    version = Words.line(version);
    rules = Words.line(rules);
    web = Words.line(web);
  }

  /** For trials on the command line: nothing goes out under this name. */
  public static Signer example(String version, String rules) {
    return new Signer("lockkeeper", "lockkeeper (automatic lock review)", "lockkeeper@example.org", "lockkeeper@example.org",
        "lockkeeper.example.org", version, rules, "");
  }

  String from() {
    return display + " <" + mailbox + ">";
  }
}
