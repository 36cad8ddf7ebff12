// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.rule;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import keeper.text.Problem;
import keeper.text.SourceText;

/** The content of a {@code rules/} folder. */
public final class Rules {
  private final SortedMap<String, SourceText> files;
  private final List<RuleFile> ruleFiles;
  private final LockApi locks;
  private final SleepApi sleepers;
  private String revision; // computed when first asked for; benign race

  private Rules(SortedMap<String, SourceText> files) {
    this.files = files;
    this.ruleFiles = new ArrayList<>();
    for (Map.Entry<String, SourceText> file : files.entrySet())
      if (file.getKey().endsWith(".rule")) ruleFiles.add(new RuleFile(file.getKey(), file.getValue()));
    this.locks = LockApi.of(files.getOrDefault("kernel/lock-api.tsv", SourceText.of("kernel/lock-api.tsv", "")));
    this.sleepers = SleepApi.of(files.getOrDefault("kernel/sleeping-api.tsv", SourceText.of("kernel/sleeping-api.tsv", "")));
  }

  /**
   * The rules of a folder.
   *
   * @param files by their path inside it: {@code vfio/eventfd-under-igate.rule}, {@code kernel/lock-api.tsv}
   */
  public static Rules read(SortedMap<String, SourceText> files) {
    return new Rules(new TreeMap<>(files));
  }

  /** What cannot be used as it stands. Asks every file, so it costs a parse of all. */
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>(locks.problems());
    problems.addAll(sleepers.problems());
    for (RuleFile file : ruleFiles) problems.addAll(file.problems());
    if (problems.isEmpty()) Orders.circle(all()).ifPresent(problems::add);
    if (problems.isEmpty())
      for (Rule rule : all())
        if (rule instanceof Rule.OfFunction of && !(rule instanceof Rule.Sleeps) && !(rule instanceof Rule.Frees) && !(rule instanceof Rule.Publishes) && locks.function(of.function()).isPresent())
          problems.add(new Problem(of.at(), of.function() + "() is in kernel/lock-api.tsv, which says what it does to locks: change its row there"));
    return problems;
  }

  /** 12 hex digits that change when any byte of a rule, a table or a name does. */
  public String revision() {
    if (revision == null) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Map.Entry<String, SourceText> file : files.entrySet()) {
          digest.update(file.getKey().getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(Integer.toString(file.getValue().length()).getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(file.getValue().bytes());
        }
        revision = HexFormat.of().formatHex(digest.digest()).substring(0, 12);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every Java has SHA-256
      }
    }
    return revision;
  }

  public LockApi locks() {
    return locks;
  }

  public SleepApi sleepers() {
    return sleepers;
  }

  /** The files by path, as given. */
  public SortedMap<String, SourceText> files() {
    return java.util.Collections.unmodifiableSortedMap(files);
  }

  /** The rules that speak of this file of a kernel tree, whatever the tree declares. */
  public List<Rule> of(String path) {
    List<Rule> rules = new ArrayList<>();
    for (RuleFile file : ruleFiles)
      if (file.speaksOf(path))
        for (Rule rule : file.rules()) if (rule.about().scope().has(path) && !rule.about().except().has(path)) rules.add(rule);
    return rules;
  }

  /** Every rule there is, in order of their files. */
  public List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    for (RuleFile file : ruleFiles) rules.addAll(file.rules());
    return rules;
  }

  /** The ids of all rule files, in order. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (RuleFile file : ruleFiles) ids.add(file.id());
    return ids;
  }

  /** The paths that a rule speaks of; the id as in {@link Rule#id()}. */
  public List<String> paths(String id) {
    for (RuleFile file : ruleFiles) if (file.id().equals(id)) return file.paths();
    return List.of();
  }
}
