// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.LsRemoteCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;

/**
 * A bare copy of a kernel tree that is brought up to date from its server: the branches and tags that are asked for, with as much
 * history as is asked for. Nothing is transferred when the server has nothing new.
 */
public final class TreeMirror {
  private final Path folder;
  private final String url;
  private final Manners manners;

  private TreeMirror(Path folder, String url, Manners manners) {
    this.folder = folder;
    this.url = url;
    this.manners = manners;
  }

  /** @param url an http or https address, or a folder */
  public static TreeMirror at(Path folder, String url, Manners manners) {
    Jgit.calm();
    return new TreeMirror(folder, url, manners);
  }

  /**
   * Fetches.
   *
   * @param revisions branches or tags; empty: the server's HEAD
   * @param depth commits of history when it is fetched for the first time, 0 for all of it; later fetches add what is new
   * @return the refs that moved, "next 0123456789ab -> …"; empty when nothing did
   * @throws GitException when the server does not answer or lacks one of the revisions
   */
  public List<String> fetch(List<String> revisions, int depth) {
    if (Files.exists(folder.resolve(".git")))
      throw new GitException(folder + ": is a work tree, which somebody works in; name another folder for the copy of " + url);
    try (Repository repository = Jgit.bare(folder)) {
      Map<String, Ref> wanted = wanted(revisions);
      List<RefSpec> specs = new ArrayList<>();
      List<String> moved = new ArrayList<>();
      boolean first = repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).isEmpty() && repository.getRefDatabase().getRefsByPrefix(Constants.R_TAGS).isEmpty();
      for (Map.Entry<String, Ref> ref : wanted.entrySet()) {
        Ref ours = repository.exactRef(ref.getKey());
        if (ours != null && ref.getValue().getObjectId().equals(ours.getObjectId())) continue;
        specs.add(new RefSpec("+" + ref.getKey() + ":" + ref.getKey()));
        moved.add(Repository.shortenRefName(ref.getKey()) + " " + (ours == null ? "(new)" : ours.getObjectId().abbreviate(12).name()) + " -> "
            + ref.getValue().getObjectId().abbreviate(12).name());
      }
      if (specs.isEmpty()) return List.of();
      try (Git git = new Git(repository)) {
        FetchCommand fetch = git.fetch().setRemote(url).setRefSpecs(specs).setTagOpt(TagOpt.NO_TAGS)
            .setTimeout((int) Math.max(1, manners.timeout().toSeconds())).setTransportConfigCallback(this::introduce);
        if (first && depth > 0) fetch.setDepth(depth);
        fetch.call();
      }
      String head = wanted.keySet().iterator().next();
      if (repository.exactRef(Constants.HEAD) == null || repository.resolve(Constants.HEAD) == null)
        if (head.startsWith(Constants.R_HEADS)) repository.updateRef(Constants.HEAD).link(head);
      return moved;
    } catch (GitAPIException | IOException | RuntimeException e) {
      if (e instanceof GitException known) throw known;
      throw new GitException(url + ": cannot be fetched (" + Jgit.reason(e) + "); the next time tries again", e);
    }
  }

  private void introduce(Transport transport) {
    if (transport instanceof TransportHttp http) http.setAdditionalHeaders(Map.of("User-Agent", manners.agent()));
  }

  /** Full names of the refs that are asked for, as the server has them. */
  private Map<String, Ref> wanted(List<String> revisions) throws GitAPIException {
    LsRemoteCommand command = Git.lsRemoteRepository().setRemote(url).setTimeout((int) Math.max(1, manners.timeout().toSeconds()))
        .setTransportConfigCallback(this::introduce);
    Collection<Ref> there = command.call();
    Map<String, Ref> byName = new TreeMap<>();
    for (Ref ref : there) byName.put(ref.getName(), ref);
    Map<String, Ref> wanted = new java.util.LinkedHashMap<>();
    for (String revision : revisions) {
      Ref found = byName.getOrDefault(Constants.R_HEADS + revision, byName.get(Constants.R_TAGS + revision));
      if (found == null) throw new GitException(url + ": has no branch or tag " + revision + "; mend revisions in trees.toml");
      wanted.put(found.getName(), found);
    }
    if (!wanted.isEmpty()) return wanted;
    Ref head = byName.get(Constants.HEAD);
    if (head == null) throw new GitException(url + ": has no HEAD; name a branch under revisions in trees.toml");
    for (Ref ref : there) // several branches may stand where HEAD does: the usual names first
      if (ref.getName().startsWith(Constants.R_HEADS) && ref.getObjectId().equals(head.getObjectId())
          && (wanted.isEmpty() || ref.getName().endsWith("/master") || ref.getName().endsWith("/main"))) {
        wanted.clear();
        wanted.put(ref.getName(), ref);
      }
    if (wanted.isEmpty()) throw new GitException(url + ": its HEAD is no branch; name one under revisions in trees.toml");
    return wanted;
  }
}
