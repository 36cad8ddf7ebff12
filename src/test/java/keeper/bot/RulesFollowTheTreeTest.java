// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.check.Checks;
import keeper.check.Confidence;
import keeper.check.Finding;
import keeper.git.TestRepository;
import keeper.git.Trees;
import keeper.rule.Rules;
import keeper.text.SourceText;
import keeper.text.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One rule file for every kernel: each tree is judged by what it declares, or by what its history has. */
class RulesFollowTheTreeTest {
  private static final String HEADER = """
      struct %s {
      	struct pci_dev *pdev;
      	struct mutex igate;
      	struct eventfd_ctx *err_trigger;
      	struct eventfd_ctx *req_trigger;
      };
      """;

  /** One driver in one file; the readers take igate. */
  private static final String ONE_MODULE = """
      #include "vfio_pci_private.h"
      static void vfio_pci_request(void *device_data, unsigned int count)
      {
      	struct vfio_pci_device *vdev = device_data;

      	mutex_lock(&vdev->igate);
      	if (vdev->req_trigger)
      		eventfd_signal(vdev->req_trigger, 1);
      	mutex_unlock(&vdev->igate);
      }
      static void vfio_pci_release(void *device_data)
      {
      	struct vfio_pci_device *vdev = device_data;

      	mutex_lock(&vdev->reflck->lock);
      	if (vdev->err_trigger)
      		eventfd_ctx_put(vdev->err_trigger);
      	mutex_unlock(&vdev->reflck->lock);
      }
      """;

  /** The core as a library; still plain pointers, so that a read-side section is no protection. */
  private static final String PLAIN = """
      #include <linux/vfio_pci_core.h>
      void vfio_pci_core_request(struct vfio_device *core_vdev, unsigned int count)
      {
      	struct vfio_pci_core_device *vdev = container_of(core_vdev, struct vfio_pci_core_device, vdev);

      	rcu_read_lock();
      	if (vdev->req_trigger)
      		eventfd_signal(vdev->req_trigger, 1);
      	rcu_read_unlock();
      }
      void vfio_pci_core_close_device(struct vfio_device *core_vdev)
      {
      	struct vfio_pci_core_device *vdev = container_of(core_vdev, struct vfio_pci_core_device, vdev);

      	mutex_lock(&vdev->igate);
      	if (vdev->err_trigger)
      		eventfd_ctx_put(vdev->err_trigger);
      	vdev->err_trigger = NULL;
      	mutex_unlock(&vdev->igate);
      	vdev->req_trigger = NULL;
      }
      """;

  /** RCU pointers: readers are in a read-side section, whoever replaces them asserts igate. */
  private static final String RCU = """
      #include <linux/vfio_pci_core.h>
      void vfio_pci_core_request(struct vfio_device *core_vdev, unsigned int count)
      {
      	struct vfio_pci_core_device *vdev = container_of(core_vdev, struct vfio_pci_core_device, vdev);
      	struct vfio_pci_eventfd *eventfd;

      	rcu_read_lock();
      	eventfd = rcu_dereference(vdev->req_trigger);
      	if (eventfd)
      		eventfd_signal(eventfd->ctx);
      	rcu_read_unlock();
      }
      int vfio_pci_eventfd_replace_locked(struct vfio_pci_core_device *vdev, struct vfio_pci_eventfd __rcu **peventfd, struct eventfd_ctx *ctx)
      {
      	lockdep_assert_held(&vdev->igate);
      	rcu_replace_pointer(*peventfd, NULL, lockdep_is_held(&vdev->igate));
      	return 0;
      }
      void vfio_pci_core_close_device(struct vfio_device *core_vdev)
      {
      	struct vfio_pci_core_device *vdev = container_of(core_vdev, struct vfio_pci_core_device, vdev);

      	mutex_lock(&vdev->igate);
      	vfio_pci_eventfd_replace_locked(vdev, &vdev->err_trigger, NULL);
      	mutex_unlock(&vdev->igate);
      	vfio_pci_eventfd_replace_locked(vdev, &vdev->req_trigger, NULL);
      }
      """;

  private static final String CORE = "drivers/vfio/pci/vfio_pci_core.c";

  @Test
  void threeKernelsAreJudgedByOneFile(@TempDir Path folder) throws IOException {
    Checks checks = Checks.of(rules(Files.readString(Path.of("rules/vfio/eventfd-under-igate.rule"))), Set.of());
    try (TestRepository linux = new TestRepository(folder.resolve("linux.git"))) {
      String first = linux.commit("one module", Map.of("drivers/vfio/pci/vfio_pci_private.h", HEADER.formatted("vfio_pci_device"), "drivers/vfio/pci/vfio_pci.c", ONE_MODULE)).id();
      String second = linux.commit("a library", Map.of("include/linux/vfio_pci_core.h", HEADER.formatted("vfio_pci_core_device"), CORE, PLAIN)).id();
      String third = linux.commit("RCU", Map.of("include/linux/vfio_pci_core.h", HEADER.formatted("vfio_pci_core_device").replace("eventfd_ctx *", "vfio_pci_eventfd __rcu *"), CORE, RCU)).id();
      assertThat(said(checks, linux, first, "drivers/vfio/pci/vfio_pci.c")).containsExactly("unguarded-access vfio_pci_release(): eventfd_ctx_put() of vdev->err_trigger");
      assertThat(said(checks, linux, second, CORE)).containsExactly("unguarded-access vfio_pci_core_request(): read of vdev->req_trigger", "unguarded-access vfio_pci_core_close_device(): write of vdev->req_trigger");
      assertThat(said(checks, linux, third, CORE)).containsExactly("callee-requires-lock vfio_pci_core_close_device(): call of vfio_pci_eventfd_replace_locked");
    }
  }

  private static final String BOX = """
      struct box {
      	struct mutex lock;
      	int level;
      };
      void box_fill(struct box *box)
      {
      	mutex_lock(&box->lock);
      	mutex_unlock(&box->lock);
      	box->level = 1;
      }
      """;

  @Test
  void aCommitOfItsHistorySwitchesASentenceOnOrOff(@TempDir Path folder) throws IOException {
    try (TestRepository linux = new TestRepository(folder.resolve("linux.git"))) {
      String before = linux.commit("box: first", Map.of("drivers/box.c", BOX)).id();
      String switched = linux.commit("box: fill under the lock", Map.of("drivers/box.c", BOX)).id();
      String after = linux.commit("box: more", Map.of("drivers/box.c", BOX + "/* more */\n")).id();
      String rule = """
          @Paths("drivers/")
          class box {
            @GuardedBy(lock) @%s("%s")
            int level;
          }
          """;
      Checks since = Checks.of(rules(rule.formatted("Since", switched.substring(0, 12))), Set.of());
      Checks until = Checks.of(rules(rule.formatted("Until", switched.substring(0, 12))), Set.of());
      assertThat(said(since, linux, before, "drivers/box.c")).as("the commit is not there yet").isEmpty();
      assertThat(said(since, linux, switched, "drivers/box.c")).as("the commit itself has it").hasSize(1);
      assertThat(said(since, linux, after, "drivers/box.c")).hasSize(1);
      assertThat(said(until, linux, before, "drivers/box.c")).hasSize(1);
      assertThat(said(until, linux, after, "drivers/box.c")).isEmpty();
      Path plain = Files.createDirectories(folder.resolve("plain/drivers")).getParent();
      Files.writeString(plain.resolve("drivers/box.c"), BOX);
      try (Trees trees = Trees.open(List.of(plain.toString()))) {
        assertThat(said(since, trees.all().get(0), "drivers/box.c")).as("a plain folder has no history: nothing is decided").isEmpty();
        assertThat(said(until, trees.all().get(0), "drivers/box.c")).isEmpty();
      }
    }
  }

  private static List<String> said(Checks checks, TestRepository linux, String commit, String path) {
    try (Trees trees = Trees.open(List.of(linux.folder() + "@" + commit))) {
      return said(checks, trees.all().get(0), path);
    }
  }

  private static List<String> said(Checks checks, Tree tree, String path) {
    return checks.findings(tree.file(path).orElseThrow(), tree).stream().filter(finding -> finding.confidence() != Confidence.POSSIBLE).map(RulesFollowTheTreeTest::words).distinct().toList();
  }

  private static String words(Finding finding) {
    String act = finding.kind().equals("free") ? "eventfd_ctx_put()" : finding.kind();
    return finding.check() + " " + finding.function() + "(): " + act + " of " + finding.subject();
  }

  private static Rules rules(String rule) throws IOException {
    SortedMap<String, SourceText> all = new TreeMap<>();
    for (String table : List.of("kernel/lock-api.tsv", "kernel/sleeping-api.tsv")) all.put(table, SourceText.of(table, Files.readAllBytes(Path.of("rules", table))));
    all.put("vfio/one.rule", SourceText.of("vfio/one.rule", rule));
    Rules rules = Rules.read(all);
    assertThat(rules.problems()).isEmpty();
    return rules;
  }
}
