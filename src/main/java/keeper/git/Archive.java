// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;

/** Where the epochs of one list are, and how they come to this machine. */
interface Archive {
  /** Numbers of the epochs, in order. */
  List<Integer> epochs();

  /** An epoch, brought up to date, open for reading; the caller closes it. */
  Repository open(int epoch);

  /** The archive at an address, or in a folder. */
  static Archive at(String location, Path mirror, Manners manners) {
    if (location.startsWith("http://") || location.startsWith("https://")) return Served.at(location, mirror, manners);
    if (location.contains("://"))
      throw new GitException(location + ": only http, https and folders can be read; write https://host/list or a path");
    return Folder.at(Path.of(location));
  }

  /** The one branch of an epoch. */
  static Optional<ObjectId> tip(Repository repository) throws IOException {
    Ref master = repository.exactRef("refs/heads/master");
    if (master != null && master.getObjectId() != null) return Optional.of(master.getObjectId());
    ObjectId head = repository.resolve(Constants.HEAD);
    if (head != null) return Optional.of(head);
    List<Ref> branches = repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS);
    return branches.size() == 1 ? Optional.of(branches.get(0).getObjectId()) : Optional.empty();
  }

  /** {@code 3} of {@code 3.git} or {@code 3}; -1 for any other name. */
  static int number(String name) {
    String digits = name.endsWith(".git") ? name.substring(0, name.length() - 4) : name;
    if (digits.isEmpty() || digits.length() > 4) return -1;
    for (int i = 0; i < digits.length(); i++) if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return -1;
    return Integer.parseInt(digits);
  }

  /** A folder with the epochs in it, read in place: a mirror ({@code N.git}), a public-inbox ({@code git/N.git}), or one bare epoch. */
  record Folder(SortedMap<Integer, Path> folders) implements Archive {
    static Archive at(Path folder) {
      if (!Files.isDirectory(folder))
        throw new GitException(folder + ": no such folder; name a folder with epochs (0.git, 1.git …) or an address");
      SortedMap<Integer, Path> found = numbered(folder.resolve("git"));
      if (found.isEmpty()) found = numbered(folder);
      if (found.isEmpty() && Jgit.isRepository(folder)) found.put(Math.max(0, number(folder.getFileName().toString())), folder);
      if (found.isEmpty()) throw new GitException(folder + ": no epochs in it; expected 0.git, git/0.git, or a bare repository");
      return new Folder(found);
    }

    private static SortedMap<Integer, Path> numbered(Path folder) {
      SortedMap<Integer, Path> found = new TreeMap<>();
      if (!Files.isDirectory(folder)) return found;
      try (var names = Files.list(folder)) {
        names.filter(Files::isDirectory).forEach(path -> {
          String name = path.getFileName().toString();
          if (number(name) >= 0 && (name.endsWith(".git") || Jgit.isRepository(path))) found.put(number(name), path);
        });
        return found;
      } catch (IOException e) {
        throw new GitException(folder + ": cannot be listed (" + Jgit.reason(e) + "); check its rights", e);
      }
    }

    @Override
    public List<Integer> epochs() {
      return List.copyOf(folders.keySet());
    }

    @Override
    public Repository open(int epoch) {
      return Jgit.open(folders.get(epoch));
    }
  }

  /** Epochs on a server, each with a mirror of ours: {@code MIRROR/git/N.git}. */
  final class Served implements Archive {
    private static final int MANIFEST_LIMIT = 16 << 20;
    private static final int ADVERTISEMENT_LIMIT = 1 << 20;
    private static final int PROBES = 1000;
    private static final String STALE = "manifest-is-stale"; // beside the mirrors
    private static final String FINGERPRINT = "lockkeeper-fingerprint"; // in the mirror: the manifest's word when it was fetched

    private final String base; // without a slash at its end
    private final Path mirror;
    private final Manners manners;
    private final Web web;
    private final java.util.Map<Integer, String> fingerprints = new TreeMap<>(); // of the epochs' refs, as the manifest has them
    private Optional<Advertised> lastAdvertised = Optional.empty(); // of the last epoch the manifest names
    private final List<Integer> epochs;

    private Served(String base, Path mirror, Manners manners, int only) {
      this.base = base;
      this.mirror = mirror;
      this.manners = manners;
      this.web = new Web(manners);
      this.epochs = only >= 0 ? List.of(only) : List.copyOf(discover());
    }

    /** The address of a list, or of one epoch. */
    static Archive at(String location, Path mirror, Manners manners) {
      String base = location;
      while (base.endsWith("/")) base = base.substring(0, base.length() - 1);
      int only = number(base.substring(base.lastIndexOf('/') + 1));
      if (only >= 0) base = base.substring(0, base.lastIndexOf('/'));
      if (only >= 0 && base.endsWith("/git")) base = base.substring(0, base.length() - "/git".length());
      return new Served(base, mirror, manners, only);
    }

    @Override
    public List<Integer> epochs() {
      return epochs;
    }

    /** The manifest names them; without one they are tried, from 0 on. */
    private List<Integer> discover() {
      Web.Answer answer = web.get(base + "/manifest.js.gz", MANIFEST_LIMIT);
      if (answer.status() == 200 && !answer.isHtml()) {
        List<Integer> named = new java.util.ArrayList<>(manifest(answer.body()));
        if (!named.isEmpty()) {
          distrust(named);
          return named;
        }
      }
      List<Integer> found = new java.util.ArrayList<>();
      for (int epoch = 0; epoch < PROBES && advertised(epoch).isPresent(); epoch++) found.add(epoch);
      if (found.isEmpty()) throw new GitException(base + ": no epochs there (neither manifest.js.gz nor /0); " + hint(answer));
      return found;
    }

    private static String hint(Web.Answer answer) {
      return answer.status() == 200 && answer.isHtml()
          ? "it answers with a web page, which may be a check for browsers: try later, or name a mirror"
          : "check the address: https://host/list";
    }

    /** Keys are paths such as {@code /vfio/git/0.git}, in any order; those of other lists are not ours. */
    private List<Integer> manifest(byte[] body) {
      String list = "/" + base.substring(base.lastIndexOf('/') + 1) + "/";
      java.util.TreeSet<Integer> found = new java.util.TreeSet<>();
      try (var in = gunzipped(body); JsonParser json = new JsonFactory().createParser(in)) {
        if (json.nextToken() != JsonToken.START_OBJECT) return List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String path = json.currentName();
          int number = number(path.substring(path.lastIndexOf('/') + 1));
          boolean ours = number >= 0 && path.contains(list);
          if (ours) found.add(number);
          if (json.nextToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            continue;
          }
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean fingerprint = json.currentName().equals("fingerprint");
            if (json.nextToken() == JsonToken.VALUE_STRING && fingerprint && ours) fingerprints.put(number, json.getText());
            json.skipChildren();
          }
        }
      } catch (IOException e) {
        return List.of(); // then they are tried one by one
      }
      return List.copyOf(found);
    }

    /** A manifest of a hundred lists is a megabyte: what unpacks to much more is not read on. */
    private static java.io.InputStream gunzipped(byte[] body) throws IOException {
      if (body.length < 2 || body[0] != 0x1f || body[1] != (byte) 0x8b) return new ByteArrayInputStream(body);
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        return new ByteArrayInputStream(in.readNBytes(MANIFEST_LIMIT * 8));
      }
    }

    @Override
    public Repository open(int epoch) {
      Path folder = folder(epoch);
      Optional<Repository> same = unchanged(folder, epoch);
      if (same.isPresent()) return same.get();
      boolean asked = lastAdvertised.isPresent() && epoch == epochs.get(epochs.size() - 1);
      Advertised advertised = (asked ? lastAdvertised : advertised(epoch)).orElseThrow(() -> new GitException(
          base + "/" + epoch + ": no such epoch any more; if the list has moved, change its address"));
      Repository repository = Jgit.bare(folder);
      boolean fine = false;
      try {
        Ref ours = repository.exactRef("refs/heads/" + advertised.branch());
        if (ours == null || !ours.getObjectId().name().equals(advertised.tip())) fetch(repository, advertised);
        remember(folder, epoch, advertised.tip());
        fine = true;
        return repository;
      } catch (GitAPIException | IOException | RuntimeException e) {
        if (e instanceof GitException known) throw known;
        throw new GitException(advertised.url() + ": the fetch broke off (" + Jgit.reason(e)
            + "); the next round tries again, and if it stays so, remove " + folder, e);
      } finally {
        if (!fine) repository.close();
      }
    }

    /**
     * public-inbox 1.9 makes its manifest once and serves it until it is started anew. Such a one is recognised by the last epoch, which is
     * always asked for: it has moved, and the manifest says that it has not. From then on nothing that it says is believed: every epoch is asked for, and
     * whether there is one more.
     */
    private void distrust(List<Integer> named) {
      int last = named.get(named.size() - 1);
      Path seen = folder(last).resolve(FINGERPRINT);
      Path marker = mirror.resolve("git").resolve(STALE);
      try {
        if (!Files.exists(marker) && Files.isRegularFile(seen)) {
          String[] remembered = Files.readString(seen).split(" ");
          lastAdvertised = advertised(last);
          boolean moved = lastAdvertised.isPresent() && remembered.length == 2 && !remembered[1].equals(lastAdvertised.get().tip());
          if (moved && remembered[0].equals(fingerprints.get(last))) Files.writeString(marker, "");
        }
        if (!Files.exists(marker)) return;
      } catch (IOException e) {
        // Then it is not believed either.
      }
      fingerprints.clear();
      for (int next = last + 1; next < PROBES && advertised(next).isPresent(); next++) {
        named.add(next);
        lastAdvertised = Optional.empty();
      }
    }

    private Path folder(int epoch) {
      return mirror.resolve("git").resolve(epoch + ".git");
    }

    /** An old epoch does not change: while the manifest says so, the server is not asked for it. */
    private Optional<Repository> unchanged(Path folder, int epoch) {
      if (epoch == epochs.get(epochs.size() - 1)) return Optional.empty();
      String fingerprint = fingerprints.get(epoch);
      Path seen = folder.resolve(FINGERPRINT);
      try {
        if (fingerprint == null || !Files.isRegularFile(seen) || !Files.readString(seen).startsWith(fingerprint + " ")) return Optional.empty();
        Repository repository = Jgit.open(folder);
        if (Archive.tip(repository).isPresent()) return Optional.of(repository);
        repository.close();
      } catch (IOException | GitException e) {
        // Then it is asked for, and what is wrong is said there.
      }
      return Optional.empty();
    }

    private void remember(Path folder, int epoch, String tip) throws IOException {
      String fingerprint = fingerprints.get(epoch);
      if (fingerprint != null && fingerprint.matches("[0-9a-f]{1,128}")) Files.writeString(folder.resolve(FINGERPRINT), fingerprint + " " + tip);
    }

    private void fetch(Repository repository, Advertised advertised) throws GitAPIException, IOException {
      // With a plus: a purge rewrites history, and the update is forced.
      RefSpec branch = new RefSpec("+refs/heads/" + advertised.branch() + ":refs/heads/" + advertised.branch());
      try (Git git = new Git(repository)) {
        git.fetch()
            .setRemote(advertised.url())
            .setRefSpecs(branch)
            .setTagOpt(TagOpt.NO_TAGS)
            .setTimeout((int) Math.max(1, manners.timeout().toSeconds()))
            .setTransportConfigCallback(this::introduce)
            .call();
      }
      String head = Constants.R_HEADS + advertised.branch();
      if (!head.equals(repository.getFullBranch())) repository.updateRef(Constants.HEAD).link(head);
    }

    private void introduce(Transport transport) {
      if (transport instanceof TransportHttp http) http.setAdditionalHeaders(Map.of("User-Agent", manners.agent()));
    }

    /** What an epoch's address says it has. */
    private record Advertised(String url, String branch, String tip) {}

    /** Empty when there is no such epoch. */
    private Optional<Advertised> advertised(int epoch) {
      for (String url : List.of(base + "/" + epoch, base + "/git/" + epoch + ".git")) {
        Web.Answer answer = web.get(url + "/info/refs?service=git-upload-pack", ADVERTISEMENT_LIMIT);
        if (answer.status() == 404 || answer.status() == 410) continue;
        if (answer.status() != 200)
          throw new GitException(url + ": the server answers " + answer.status() + "; check the address, or whether it wants a password");
        if (answer.isHtml())
          throw new GitException(url + ": a web page where git was asked, which may be a check for browsers; try later, or name a mirror");
        return Optional.of(tip(url, new String(answer.body(), StandardCharsets.ISO_8859_1)));
      }
      return Optional.empty();
    }

    /** Smart: packets {@code LLLLid ref}; dumb: lines {@code id TAB ref}. Both have the 40 digits before the name of the branch. */
    private static Advertised tip(String url, String text) {
      int at = ref(text, "refs/heads/master");
      String branch = "master";
      if (at < 0) {
        at = text.indexOf("refs/heads/");
        if (at < 0) throw new GitException(url + ": answers as an empty repository; the address is not that of an epoch, or nothing is in it yet");
        int end = at;
        while (end < text.length() && text.charAt(end) > ' ') end++;
        branch = text.substring(at + "refs/heads/".length(), end);
      }
      String tip = at < 41 ? "" : text.substring(at - 41, at - 1);
      if (!tip.matches("[0-9a-f]{40}")) throw new GitException(url + ": does not answer as a git server; check the address");
      return new Advertised(url, branch, tip);
    }

    private static int ref(String text, String name) {
      for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        int end = at + name.length();
        boolean whole = end == text.length() || text.charAt(end) <= ' ';
        // "symref=HEAD:refs/heads/master" stands among the capabilities.
        if (whole && at > 0 && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) return at;
      }
      return -1;
    }
  }
}
