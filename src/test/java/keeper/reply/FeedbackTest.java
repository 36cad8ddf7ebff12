// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import keeper.mail.Mail;
import org.junit.jupiter.api.Test;

class FeedbackTest {
  private static final Signer SIGNER = Signer.example("1", "2");
  private static final List<String> RECEIVERS = List.of("mx.example.net");

  private static Mail mail(String headers, String body) {
    return Mail.read(("From: Ann <ann@brewers.example.org>\n" + headers + "Message-ID: <a@brewers.example.org>\nSubject: Re: x\n\n" + body)
        .getBytes(StandardCharsets.UTF_8));
  }

  private static List<Feedback> read(String body) {
    return Feedback.read("lockkeeper", mail("", body));
  }

  @Test
  void commandsAreReadAsPeopleTypeThem() {
    assertThat(read("#lockkeeper invalid: the pot is\tempty \n")).containsExactly(new Feedback.Invalid(0, "the pot is empty"));
    assertThat(read("#lockkeeper invalid 2: why\n")).containsExactly(new Feedback.Invalid(2, "why"));
    assertThat(read("#lockkeeper invalid 2\n")).containsExactly(new Feedback.Invalid(2, ""));
    assertThat(read("#lockkeeper\tknown not now\n")).containsExactly(new Feedback.Known(0, "not now"));
    assertThat(read("#lockkeeper known 2 pots\n")).as("no number of a finding").containsExactly(new Feedback.Known(0, "2 pots"));
    assertThat(read("#lockkeeper fixed: 123456789abc\n")).containsExactly(new Feedback.Fixed(0, "123456789abc"));
    assertThat(read("#lockkeeper dup: <x@y>\n#lockkeeper mute\n#lockkeeper again\n")).containsExactly(
        new Feedback.Duplicate(0, "<x@y>"), new Feedback.Mute(0), new Feedback.Again(0));
    assertThat(read("#lockkeeper dance\n")).containsExactly(new Feedback.Unknown(0, "dance"));
  }

  @Test
  void whatIsQuotedIndentedSignedOrForOthersIsNoCommand() {
    assertThat(read("""
        > #lockkeeper invalid: quoted
         #lockkeeper invalid: indented
        #lockkeepers invalid: another word
        #lockkeeper Invalid: not a word
        #lockkeeper
        #syz invalid
        say #lockkeeper invalid: not at the margin
        -- 
        #lockkeeper invalid: below the signature
        """)).isEmpty();
    assertThat(read("#lockkeeper help\n".repeat(500))).hasSize(Feedback.MOST);
  }

  @Test
  void programsAreNotListenedTo() {
    assertThat(Feedback.automatic(mail("", "x"), SIGNER, List.of())).isEmpty();
    assertThat(Feedback.automatic(mail("Auto-Submitted: no\n", "x"), SIGNER, List.of())).isEmpty();
    for (String header : List.of("Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-generated\n", "Return-Path: <>\n", "X-Review-Bot: other 1\n"))
      assertThat(Feedback.automatic(mail(header, "x"), SIGNER, List.of())).as(header).isPresent();
    assertThat(Feedback.automatic(mail("", "x"), SIGNER, List.of("ann@*"))).isPresent();
    Mail own = Mail.read("From: LockKeeper+x@Example.org\nMessage-ID: <1@x>\nSubject: x\n\nx\n".getBytes(StandardCharsets.UTF_8));
    assertThat(Feedback.automatic(own, SIGNER, List.of())).contains("it is ours");
    Mail ownId = Mail.read("From: a@b.org\nMessage-ID: <1@lockkeeper.example.org>\nSubject: x\n\nx\n".getBytes(StandardCharsets.UTF_8));
    assertThat(Feedback.automatic(ownId, SIGNER, List.of())).contains("it is ours");
  }

  @Test
  void onlyASignatureThatATrustedReceiverCheckedCounts() {
    assertThat(authentic("mx.example.net; dkim=pass (2048-bit key) header.d=brewers.example.org header.i=@x")).isTrue();
    assertThat(authentic("mx.example.net 1; spf=fail; dkim=pass header.d=example.org")).as("the parent domain").isTrue();
    assertThat(authentic("mx.example.net; dkim=fail header.d=brewers.example.org")).isFalse();
    assertThat(authentic("mx.example.net; dkim=pass header.d=example.com")).isFalse();
    assertThat(authentic("mx.example.net; dkim=pass header.d=org")).isFalse();
    assertThat(authentic("mx.example.net; dkim=pass header.d=wers.example.org")).isFalse();
    assertThat(authentic("mx.evil.example; dkim=pass header.d=brewers.example.org")).isFalse();
    assertThat(Feedback.authentic(mail("", "x"), RECEIVERS)).isFalse();
  }

  private static boolean authentic(String results) {
    return Feedback.authentic(mail("Authentication-Results: " + results + "\n", "x"), RECEIVERS);
  }
}
