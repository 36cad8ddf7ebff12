// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import keeper.mail.Address;
import keeper.mail.Mail;
import keeper.patch.FileDiff;
import keeper.patch.Hunk;
import keeper.patch.HunkLine;
import keeper.patch.Patch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** From bytes to a series' mail: what holds for every mail, however it was damaged. */
class HostileSeriesTest {
  private static final String DIFF = """
      diff --git a/drivers/tide/gate.c b/drivers/tide/gate.c
      index 0123456789ab..ba9876543210 100644
      --- a/drivers/tide/gate.c
      +++ b/drivers/tide/gate.c
      @@ -1,5 +1,6 @@ static int tide_open(struct gate *gate)
       {
      -	gate->open = 1;
      +	mutex_lock(&gate->lock);
      +	gate->open = true;
       	return 0;
       }
       /* wärts */
      diff --git a/drivers/tide/old name.c b/drivers/tide/new.c
      similarity index 90%
      rename from drivers/tide/old name.c
      rename to drivers/tide/new.c
      index 1111111..2222222
      --- "a/drivers/tide/old name.c"
      +++ b/drivers/tide/new.c
      @@ -3 +3 @@
      -a
      \\ No newline at end of file
      +b
      \\ No newline at end of file
      diff --git a/tide.bin b/tide.bin
      new file mode 100755
      index 0000000..3333333
      GIT binary patch
      literal 3
      KcmZQz00IC2

      literal 0
      HcmV?d00001

      """;
  private static final String LOG = "Take the lock.\n\nFixes: 0123456789ab (\"tide: open the gate\")\nSigned-off-by: Ilse Märrow <ilse@tide.example>\n---\n gate.c | 2 +-\n\n" + DIFF + "-- \n2.39.1\n";
  private static final String HEAD = "Received: from a by b; Tue, 1 Jun 2021 10:00:00 +0000\nFrom: =?utf-8?q?Ilse_M=C3=A4rrow?= <ilse@tide.example>\nTo: tide@lists.example,\n\t\"Bo, Jr.\" <bo@x.example>\n"
      + "Subject: [PATCH v3 2/7] tide: take the\n lock\nDate: Tue, 1 Jun 2021 12:00:00 +0200\nMessage-ID: <2.v3@tide.example>\nIn-Reply-To: <0.v3@tide.example>\nReferences: <0.v2@tide.example>\n <0.v3@tide.example>\nMIME-Version: 1.0\n";

  /** One mail in the shapes in which lists carry it. */
  private static final List<byte[]> SHAPES = List.of(
      (HEAD + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + LOG).getBytes(UTF_8),
      (HEAD + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + Base64.getMimeEncoder().encodeToString(LOG.getBytes(UTF_8)) + "\n").getBytes(UTF_8),
      (HEAD + "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n" + LOG.replace("=", "=3D").replace("ä", "=E4").replace(" \n", "=20\n")).getBytes(UTF_8),
      (HEAD + "Content-Type: multipart/mixed; boundary=\"=_b\"\n\nPreamble\n--=_b\nContent-Type: multipart/signed; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8; format=flowed\n\nSee the patch.\n--c\n"
          + "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n=abcd\n--c--\n--=_b\nContent-Type: text/x-patch; name=\"0001.patch\"\nContent-Disposition: attachment; filename=0001.patch\n\n" + LOG + "\n--=_b--\n").getBytes(UTF_8),
      (HEAD + "Content-Type: text/plain\n\n" + LOG).replace("\n", "\r\n").getBytes(UTF_8),
      ("From mboxrd@z Thu Jan  1 00:00:00 1970\n" + HEAD + "\nFrom: Bo <bo@x.example>\n\n-- >8 --\nSubject: [PATCH] another title\n\n" + LOG).getBytes(UTF_8));

  @Test
  void everyShapeIsReadAsTheSamePatch() {
    for (byte[] shape : SHAPES) {
      PostedPatch posted = PostedPatch.of(Mail.read(shape));
      assertThat(posted.mail().subject().part().index()).isEqualTo(2);
      assertThat(posted.patch().files()).extracting(FileDiff::path).containsExactly("drivers/tide/gate.c", "drivers/tide/new.c", "tide.bin");
      assertThat(Kind.of(posted).kind()).isEqualTo(Kind.PATCH);
    }
  }

  /** A mail that was cut off is read as far as it goes: a hunk is there as a whole, or is a problem with its line. */
  @Test
  void anyMailMayEndAtAnyByte() {
    for (byte[] shape : SHAPES) for (int length = 0; length < shape.length; length++) holds(java.util.Arrays.copyOf(shape, length));
  }

  @Property(tries = 3_000, seed = "61")
  void whateverIsDoneToItsBytesAMailIsReadOrRefusedWithAReason(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed, @ForAll @IntRange(min = 1, max = 12) int wounds) {
    Random random = new Random(seed);
    byte[] mail = SHAPES.get(random.nextInt(SHAPES.size()));
    for (int i = 0; i < wounds; i++) mail = wounded(mail, random);
    holds(mail);
  }

  private static final List<String> POISON = List.of(
      "\n", "\r", "\0", ">", "\n\n", "--=_b\n", "--c\n", "@@ -1,999999999 +1,99999999 @@\n", "@@@ -1 -1 +1 @@@\n", "diff --git a/../../etc/passwd b/../../etc/passwd\n", "+++ b//etc/passwd\n",
      "rename to .git/config\n", "new file mode 120000\n", "\u202e", "=?utf-8?b?DQpCY2M6IHZAdg==?=", "=?utf-8?q?=0D=0ABcc:_v@v?=", "Subject: x\r\nBcc: v@v\n", "Message-ID: <\n", "Content-Type: multipart/mixed\n",
      "Content-Transfer-Encoding: base64\n", "Content-Type: message/rfc822\n\n", "GIT binary patch\nliteral 999999999\n", "\\ No newline at end of file\n", "From a@b Thu Jan  1 00:00:00 1970\n", "From: x\n y: z\n");

  private static byte[] wounded(byte[] mail, Random random) {
    String text = new String(mail, ISO_8859_1);
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(80));
    String piece = text.substring(at, end);
    int elsewhere = random.nextInt(text.length() + 1);
    String changed = switch (random.nextInt(6)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, at) + piece + text.substring(at);
      case 2 -> text.substring(0, elsewhere) + piece + text.substring(elsewhere);
      case 3 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(Math.min(text.length(), at + 1));
      case 4 -> text.substring(0, at) + new String(POISON.get(random.nextInt(POISON.size())).getBytes(UTF_8), ISO_8859_1) + text.substring(at);
      default -> text.replace("\n" + piece, "\n " + piece);
    };
    return changed.getBytes(ISO_8859_1);
  }

  private static void holds(byte[] bytes) {
    Mail mail = Mail.read(bytes);
    PostedPatch posted = PostedPatch.of(mail);
    Kind.Told told = Kind.of(posted);
    assertThat(told.reason()).isNotBlank().doesNotContain("\n");
    new Postings(10).add(Post.of(posted, told.kind()));
    Filter.standard().skip(posted);
    List<String> oneLine = new ArrayList<>(List.of(mail.id().id(), mail.subject().text(), mail.subject().title(), mail.from().toString(), mail.author().toString(), posted.patch().message().title()));
    for (Address address : mail.to()) oneLine.add(address.toString());
    oneLine.addAll(mail.headers().values());
    assertThat(oneLine).allMatch(value -> value.indexOf('\n') < 0 && value.indexOf('\r') < 0);
    for (FileDiff file : posted.patch().files()) {
      for (String path : List.of(file.path(), file.prePath().orElse("x")))
        assertThat(path).doesNotStartWith("/").doesNotContain("\0").doesNotMatch("(.*/)?(\\.\\.|\\.git)(/.*)?");
      for (Hunk hunk : file.hunks()) {
        assertThat(hunk.lines().stream().filter(HunkLine::inPreImage).count()).isEqualTo(hunk.preImage().count());
        assertThat(hunk.lines().stream().filter(HunkLine::inPostImage).count()).isEqualTo(hunk.postImage().count());
      }
    }
    Patch printed = Patch.ofDiff(printed(posted.patch()), "printed");
    assertThat(deeds(printed)).as("printed and read again").isEqualTo(deeds(posted.patch()));
  }

  /** As git writes it, of files with hunks. */
  private static String printed(Patch patch) {
    StringBuilder text = new StringBuilder();
    for (FileDiff file : patch.files()) {
      if (file.hunks().isEmpty()) continue;
      text.append(file.prePath().map(path -> "--- " + quoted("a/" + path)).orElse("--- /dev/null")).append('\n');
      text.append(file.postPath().map(path -> "+++ " + quoted("b/" + path)).orElse("+++ /dev/null")).append('\n');
      for (Hunk hunk : file.hunks()) {
        text.append(hunk.header()).append('\n');
        for (HunkLine line : hunk.lines()) text.append(line.raw()).append(line.newline() ? "\n" : "\n\\ No newline at end of file\n");
      }
    }
    return text.toString();
  }

  private static String quoted(String path) {
    StringBuilder text = new StringBuilder("\"");
    for (byte b : path.getBytes(UTF_8)) {
      if (b == '"' || b == '\\') text.append('\\').append((char) b);
      else if (b < ' ' || b == 127) text.append(String.format("\\%03o", b & 255));
      else text.append((char) b);
    }
    return text.append('"').toString();
  }

  private static List<String> deeds(Patch patch) {
    List<String> lines = new ArrayList<>();
    for (FileDiff file : patch.files()) for (Hunk hunk : file.hunks()) for (HunkLine line : hunk.lines()) lines.add(line.newline() + line.raw());
    return lines;
  }
}
