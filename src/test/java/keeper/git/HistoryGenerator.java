// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * Writes a history of the size of the kernel's as a stream for {@code git fast-import}: a mainline with merges, releases, tags that
 * fix earlier commits, links to mails, and stable branches full of backports. No files: only logs matter. The same arguments give
 * the same ids. Run by hand, see src/docs/lineage.md; no part of the build.
 */
final class HistoryGenerator {
  private static final String TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"; // git's empty tree
  private static final String[] AREAS = {"net", "drm/i915", "KVM: x86", "vfio/pci", "mm", "btrfs", "ext4", "usb: gadget", "iommu/vt-d", "arm64: dts", "ASoC", "bpf"};
  private static final String[] VERBS = {"fix", "add", "clean up", "simplify", "avoid", "check", "remove", "convert", "handle", "drop"};
  private static final String[] THINGS = {"reference count of device", "error path in probe", "missing unlock", "use after free on close", "a race with suspend", "the timeout", "an unused variable",
    "support for revision", "length of descriptor", "order of teardown"};

  private final OutputStream out;
  private final Random random = new Random(42);
  private final byte[][] ids;
  private final String[] titles;
  private final MessageDigest sha1;
  private long clock = 1_113_690_036L;
  private int next = 1;

  private HistoryGenerator(OutputStream out, int commits) throws NoSuchAlgorithmException {
    this.out = out;
    this.ids = new byte[commits + 1][];
    this.titles = new String[commits + 1];
    this.sha1 = MessageDigest.getInstance("SHA-1");
  }

  /** Arguments: commits of mainline, stable branches, backports on each. */
  public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
    int mainline = Integer.parseInt(args[0]);
    int branches = Integer.parseInt(args[1]);
    int backports = Integer.parseInt(args[2]);
    try (OutputStream out = new BufferedOutputStream(System.out, 1 << 20)) {
      new HistoryGenerator(out, mainline + branches * backports).write(mainline, branches, backports);
    }
  }

  private void write(int mainline, int branches, int backports) throws IOException {
    int last = 0;
    int side = 0;
    int release = 0;
    int step = mainline / 80;
    int[] releases = new int[81];
    int[] fixes = new int[mainline];
    int fixCount = 0;
    for (int i = 0; i < mainline; i++) {
      String title = title();
      StringBuilder body = new StringBuilder("\nThe code did not do what its callers expect, which was seen when the\ndevice went away while somebody still had it open. Do it the other way\nround, as the other drivers do.\n\n");
      boolean fix = last > 100 && random.nextInt(100) < 15;
      if (fix) {
        int culprit = Math.max(1, last - 1 - (int) Math.min(last - 2.0, Math.abs(random.nextGaussian()) * 20_000));
        body.append("Fixes: ").append(hex(culprit), 0, 12).append(" (\"").append(titles[culprit]).append("\")\n");
      }
      if (random.nextInt(100) < 60) body.append("Link: https://lore.kernel.org/r/2024.").append(i).append(".1-dev@example.org\n");
      body.append("Signed-off-by: Jane Doe <jane@example.org>\n");
      // A quarter is made aside and merged a little later.
      boolean aside = i % 20 < 5 && last > 0;
      int parent = aside ? side == 0 ? last : side : last;
      int made = commit("master", title, body.toString(), parent, 0);
      if (fix) fixes[fixCount++] = made;
      if (aside) side = made;
      else last = made;
      if (i % 20 == 6 && side != 0 && i < mainline - 1) {
        last = commit("master", "Merge tag 'for-linus-" + i++ + "'", "\nPull fixes.\n", last, side);
        side = 0;
      }
      if (i >= (release + 1) * step && release < 80) {
        releases[release] = last;
        tag("v" + (release / 20 + 3) + "." + release++ % 20, last);
      }
    }
    out.write(("reset refs/heads/master\nfrom :" + last + "\n\n").getBytes(StandardCharsets.UTF_8));
    for (int branch = 0; branch < branches; branch++) {
      int number = 80 - branches + branch - 1;
      int at = releases[number];
      String name = (number / 20 + 3) + "." + number % 20;
      int from = 0;
      while (from < fixCount && fixes[from] <= at) from++;
      for (int i = 0; i < backports && from + i < fixCount; i++) {
        int fix = fixes[from + i];
        at = commit("linux-" + name + ".y", titles[fix], "\n[ Upstream commit " + hex(fix) + " ]\n\nAs upstream.\n\nSigned-off-by: Jane Doe <jane@example.org>\n", at, 0);
        if (i % 200 == 199) tag("v" + name + "." + (i / 200 + 1), at);
      }
    }
    out.write("done\n".getBytes(StandardCharsets.UTF_8));
  }

  private String title() {
    return AREAS[random.nextInt(AREAS.length)] + ": " + VERBS[random.nextInt(VERBS.length)] + " " + THINGS[random.nextInt(THINGS.length)] + " " + Integer.toString(random.nextInt(40_000_000), 36);
  }

  private String hex(int commit) {
    return HexFormat.of().formatHex(ids[commit]);
  }

  private int commit(String branch, String title, String body, int parent, int merged) throws IOException {
    String message = title + "\n" + body;
    clock += 1 + random.nextInt(900);
    String person = "Jane Doe" + next % 3000 + " <jane" + next % 3000 + "@example.org> " + clock + " +0000";
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    StringBuilder object = new StringBuilder("tree ").append(TREE).append('\n');
    if (parent != 0) object.append("parent ").append(hex(parent)).append('\n');
    if (merged != 0) object.append("parent ").append(hex(merged)).append('\n');
    object.append("author ").append(person).append("\ncommitter ").append(person).append("\n\n").append(message);
    byte[] raw = object.toString().getBytes(StandardCharsets.UTF_8);
    sha1.update(("commit " + raw.length + "\0").getBytes(StandardCharsets.UTF_8));
    ids[next] = sha1.digest(raw);
    titles[next] = title;
    String command = "commit refs/heads/" + branch + "\nmark :" + next + "\nauthor " + person + "\ncommitter " + person + "\ndata " + text.length + "\n" + message
        + (parent != 0 ? "from :" + parent + "\n" : "") + (merged != 0 ? "merge :" + merged + "\n" : "") + "\n";
    out.write(command.getBytes(StandardCharsets.UTF_8));
    return next++;
  }

  private void tag(String name, int commit) throws IOException {
    out.write(("reset refs/tags/" + name + "\nfrom :" + commit + "\n\n").getBytes(StandardCharsets.UTF_8));
  }
}
