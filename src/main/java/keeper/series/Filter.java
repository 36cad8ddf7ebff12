// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.series;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import keeper.mail.Address;
import keeper.mail.Mail;
import keeper.mail.Subject;

/**
 * Which patches are ours to look at. Every no has its reason, in words for people who ask.
 *
 * @param paths what a patch must touch: {@code drivers/vfio/} and what is below, or a path, {@code *} allowed; empty for everything
 * @param projects other projects that share the lists, as they stand in brackets
 * @param bots addresses of bots, {@code *} allowed
 * @param ignored addresses whose mails are not looked at, {@code *} allowed
 */
public record Filter(List<String> paths, List<String> projects, List<String> bots, List<String> ignored) {
  /** Projects whose patches go over kernel lists and are for another tree. */
  public static final List<String> KNOWN_PROJECTS = List.of(
      "b4", "blktests", "bluez", "btrfs-progs", "buildroot", "can-utils", "crash", "dpdk", "dpdk-dev", "dwarves", "e2fsprogs", "edk2", "ethtool",
      "f2fs-tools", "fio", "fstests", "hostap", "igt-gpu-tools", "i-g-t", "iproute", "iproute2", "iproute2-next", "kexec-tools", "kmod",
      "kvm-unit-tests", "kvmtool", "libdrm", "libfuse", "libgpiod", "libibverbs", "libmnl", "libnftnl", "libnvme", "libtraceevent", "libtracefs",
      "liburing", "lsm-testsuite", "ltp", "man-pages", "mdadm", "mesa", "mmc-utils", "multipath-tools", "ndctl", "nfs-utils", "nft", "nvme-cli",
      "opensbi", "pahole", "perftest", "qemu", "qemu-devel", "rdma-core", "seabios", "selinux-testsuite", "sparse", "trace-cmd", "u-boot",
      "util-linux", "v4l-utils", "virtiofsd", "virtio-comment", "virtio-dev", "wireless-regdb", "xfsprogs", "xfstests", "xfsdump");

  /** The top of a kernel tree. */
  private static final List<String> KERNEL_TOP = List.of(
      "arch/", "block/", "certs/", "crypto/", "Documentation/", "drivers/", "fs/", "include/", "init/", "io_uring/", "ipc/", "kernel/", "lib/",
      "LICENSES/", "mm/", "net/", "rust/", "samples/", "scripts/", "security/", "sound/", "tools/", "usr/", "virt/", "firmware/");

  private static final List<String> KERNEL_TOP_FILES =
      List.of("MAINTAINERS", "Makefile", "Kconfig", "Kbuild", "CREDITS", "README", "COPYING", ".gitignore", ".mailmap", ".gitattributes",
          ".clang-format", ".cocciconfig", ".rustfmt.toml", ".editorconfig", ".get_maintainer.ignore");

  public Filter {
    paths = List.copyOf(paths);
    projects = List.copyOf(projects);
    bots = List.copyOf(bots);
    ignored = List.copyOf(ignored);
  }

  /** Every path; the known other projects; no bots but those that headers and subjects show. */
  public static Filter standard() {
    return new Filter(List.of(), KNOWN_PROJECTS, List.of(), List.of());
  }

  /**
   * Whether a mail must be forgotten at once, neither stored nor answered: it goes to the people who handle embargoed security
   * problems.
   */
  public static boolean isConfidential(Mail mail) {
    for (List<Address> addresses : List.of(mail.to(), mail.cc())) {
      for (Address address : addresses) {
        String mailbox = address.mailbox().toLowerCase(Locale.ROOT);
        if (mailbox.equals("security@kernel.org") || mailbox.startsWith("linux-distros@")) return true;
      }
    }
    return false;
  }

  /** Why a mail is not looked at; empty when it is. */
  public Optional<String> skip(PostedPatch posted) {
    Mail mail = posted.mail();
    Subject subject = mail.subject();
    if (isConfidential(mail)) return Optional.of("it went to security@kernel.org or linux-distros: neither stored nor answered");
    Kind.Told told = Kind.of(posted);
    if (told.kind() != Kind.PATCH && told.kind() != Kind.COVER) return Optional.of(told.reason());
    Optional<String> sender = sender(mail);
    if (sender.isPresent()) return sender;
    if (Kind.isPull(subject)) return Optional.of("part of a pull request: the patches were posted before");
    Optional<String> stable = stable(mail);
    if (stable.isPresent()) return stable;
    for (String prefix : subject.prefixes()) if (isProject(prefix)) return Optional.of("for another project: [" + prefix + "]");
    if (told.kind() == Kind.COVER) return Optional.empty();
    // "[RFT 03/13]" and "[RESEND TRIVIAL 3/3]" mean it too.
    boolean meant = subject.announcesPatch() || subject.part().total() > 1 || subject.has("RESEND") || subject.has("RFT");
    if (!meant) return Optional.of("the subject has no [PATCH]");
    return elsewhere(posted);
  }

  private Optional<String> sender(Mail mail) {
    for (String bot : bots) if (matches(bot, mail.from().mailbox())) return Optional.of("from a bot: " + bot);
    for (Address address : List.of(mail.from(), mail.author()))
      for (String pattern : ignored) if (matches(pattern, address.mailbox())) return Optional.of("from an address that is ignored: " + pattern);
    return Optional.empty();
  }

  /** The floods of the stable trees: reviewed already, when they went to mainline. */
  private static Optional<String> stable(Mail mail) {
    if (mail.header("x-stable").orElse("").equalsIgnoreCase("review")) return Optional.of("stable review (X-stable: review)");
    if (mail.header("x-patchwork-hint").orElse("").equalsIgnoreCase("ignore")) return Optional.of("its sender asks tools to ignore it (X-Patchwork-Hint)");
    Subject subject = mail.subject();
    if (subject.has("AUTOSEL")) return Optional.of("picked for stable by a machine (AUTOSEL)");
    String title = subject.text();
    if (title.regionMatches(true, 0, "Patch \"", 0, 7) && title.contains("has been added to")) return Optional.of("a notice: a patch was added to a stable queue");
    if (title.startsWith("FAILED: patch ")) return Optional.of("a notice: a patch did not apply to a stable tree");
    for (String prefix : subject.prefixes())
      if (isRelease(prefix) && subject.part().total() >= 20) return Optional.of("stable review of " + prefix);
    return Optional.empty();
  }

  /** {@code 6.1}, {@code 6.1.y}, {@code 5.10-stable}. */
  private static boolean isRelease(String prefix) {
    int dot = prefix.indexOf('.');
    if (dot < 1 || dot > 2 || dot + 1 >= prefix.length()) return false;
    for (int i = 0; i < dot; i++) if (!Character.isDigit(prefix.charAt(i))) return false;
    return Character.isDigit(prefix.charAt(dot + 1));
  }

  private boolean isProject(String prefix) {
    for (String project : projects) {
      int length = project.length();
      if (!prefix.regionMatches(true, 0, project, 0, length)) continue;
      char next = prefix.length() == length ? '-' : prefix.charAt(length);
      if (next == '-' || next == '/' || next == ':') return true;
    }
    return false;
  }

  private Optional<String> elsewhere(PostedPatch posted) {
    List<String> touched = posted.patch().files().stream()
        .flatMap(file -> java.util.stream.Stream.concat(file.prePath().stream(), file.postPath().stream())).distinct().toList();
    if (touched.isEmpty()) return Optional.empty(); // damaged: that is worth saying elsewhere
    boolean kernel = false;
    boolean wanted = paths.isEmpty();
    for (String path : touched) {
      kernel |= isKernel(path);
      for (String pattern : paths) wanted |= covers(pattern, path);
    }
    if (!kernel) return Optional.of("no path of it is of a kernel tree: " + touched.get(0));
    return wanted ? Optional.empty() : Optional.of("it touches none of our paths: " + touched.get(0));
  }

  private static boolean isKernel(String path) {
    for (String top : KERNEL_TOP) if (path.startsWith(top)) return true;
    return KERNEL_TOP_FILES.contains(path);
  }

  /** A folder covers what is below; a name with {@code *} what looks so. */
  static boolean covers(String pattern, String path) {
    return pattern.endsWith("/") ? path.startsWith(pattern) : matches(pattern, path);
  }

  /** {@code *} stands for anything, {@code /} too; case does not matter. No regular expression: the pattern may be a stranger's. */
  static boolean matches(String pattern, String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int mark = 0;
    while (at < text.length()) {
      if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = in++;
        mark = at;
      } else if (in < pattern.length() && Character.toLowerCase(pattern.charAt(in)) == Character.toLowerCase(text.charAt(at))) {
        in++;
        at++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++mark;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') in++;
    return in == pattern.length();
  }
}
