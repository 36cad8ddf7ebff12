// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.UploadPack;

/** A public-inbox archive of a test's own making, in a folder and on a server, with all that can happen to one. */
final class TestArchive implements AutoCloseable {
  private static final Instant START = Instant.parse("2020-06-16T21:26:36Z");

  private final Path folder;
  private final Map<Integer, Repository> epochs = new TreeMap<>();
  private final Map<Integer, List<String[]>> history = new TreeMap<>(); // entry name and mail, in order
  private final HttpServer server;
  private int clock;

  /** Requests as they came: method, path and query, user agent. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  volatile boolean manifest = true;
  volatile boolean fingerprints; // the manifest has them
  private final Map<Integer, String> frozen = new TreeMap<>();
  volatile boolean html; // every answer is a web page
  volatile int busy; // how many answers are still 429

  TestArchive(Path folder) throws IOException {
    Jgit.calm();
    this.folder = folder;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/vfio";
  }

  Path folder() {
    return folder;
  }

  /** Adds a mail and gives its blob id. */
  String post(int epoch, String mail) {
    return commit(epoch, "m", mail);
  }

  /** Takes a mail out. */
  String remove(int epoch, String mail) {
    return commit(epoch, "d", mail);
  }

  /** Rewrites history: this mail's commit gets the empty blob, and all that follow get new ids. */
  void purge(int epoch, String mail) {
    List<String[]> old = history.remove(epoch);
    try {
      RefUpdate update = epochs.get(epoch).updateRef("refs/heads/master");
      update.setForceUpdate(true);
      update.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clock += 1000;
    for (String[] entry : old) commit(epoch, entry[0], entry[1].equals(mail) ? "" : entry[1]);
  }

  /** What a repository that lost its objects looks like. */
  void destroy(int epoch) throws IOException {
    epochs.get(epoch).close();
    try (var files = Files.walk(folder.resolve("git").resolve(epoch + ".git").resolve("objects"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        file.toFile().setWritable(true);
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
  }

  private String commit(int epoch, String name, String mail) {
    Repository repository = epochs.computeIfAbsent(epoch, this::created);
    history.computeIfAbsent(epoch, number -> new ArrayList<>()).add(new String[] {name, mail});
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, mail.getBytes(StandardCharsets.UTF_8));
      TreeFormatter tree = new TreeFormatter();
      tree.append(name, FileMode.REGULAR_FILE, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      ObjectId parent = repository.resolve("refs/heads/master");
      if (parent != null) commit.setParentId(parent);
      PersonIdent person = new PersonIdent("vfio", "vfio@lists.example.org", START.plusSeconds(clock++), ZoneOffset.UTC);
      commit.setAuthor(person);
      commit.setCommitter(person);
      commit.setMessage("mail " + clock);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = repository.updateRef("refs/heads/master");
      update.setNewObjectId(id);
      update.setForceUpdate(true);
      update.update();
      return blob.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Repository created(int epoch) {
    return Jgit.bare(folder.resolve("git").resolve(epoch + ".git"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding")))
        body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("User-Agent"));
      if (busy > 0) {
        busy--;
        exchange.getResponseHeaders().set("Retry-After", "0");
        send(exchange, 429, "text/plain", "later".getBytes(StandardCharsets.UTF_8));
      } else if (html) {
        send(exchange, 200, "text/html; charset=utf-8", "<html>Are you a robot?</html>".getBytes(StandardCharsets.UTF_8));
      } else if (path.equals("/vfio/manifest.js.gz") && manifest) {
        send(exchange, 200, "application/gzip", manifestText());
      } else if (path.matches("/vfio/[0-9]+/(info/refs|git-upload-pack)")) {
        int epoch = Integer.parseInt(path.split("/")[2]);
        if (epochs.containsKey(epoch)) git(exchange, epochs.get(epoch), path.endsWith("info/refs"), body);
        else send(exchange, 404, "text/plain", "Not Found".getBytes(StandardCharsets.UTF_8));
      } else {
        send(exchange, 404, "text/plain", "Not Found".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private byte[] manifestText() throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int epoch : frozen.isEmpty() ? epochs.keySet() : frozen.keySet())
      json.append(json.length() > 1 ? "," : "").append("\"/vfio/git/" + epoch + ".git\":{\"modified\":1,\"reference\":null,\"owner\":[{}]" + fingerprint(epoch) + "}");
    json.append(",\"/other/git/7.git\":{}}");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(json.toString().getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private String fingerprint(int epoch) throws IOException {
    if (!fingerprints) return "";
    String tip = frozen.containsKey(epoch) ? frozen.get(epoch) : epochs.get(epoch).resolve("refs/heads/master").name();
    return ",\"fingerprint\":\"" + tip + "\"";
  }

  /** From now on the manifest says what it says now, as that of a server which makes it once. */
  void freezeManifest() throws IOException {
    for (int epoch : epochs.keySet()) frozen.put(epoch, epochs.get(epoch).resolve("refs/heads/master").name());
  }

  private static void git(HttpExchange exchange, Repository repository, boolean refs, byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    UploadPack pack = new UploadPack(repository);
    pack.setBiDirectionalPipe(false);
    String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
    if (protocol != null) pack.setExtraParameters(List.of(protocol.split(":")));
    if (refs) {
      PacketLineOut lines = new PacketLineOut(out);
      lines.writeString("# service=git-upload-pack\n");
      lines.end();
      pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(lines));
      send(exchange, 200, "application/x-git-upload-pack-advertisement", out.toByteArray());
    } else {
      pack.upload(new ByteArrayInputStream(body), out, null);
      send(exchange, 200, "application/x-git-upload-pack-result", out.toByteArray());
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    epochs.values().forEach(Repository::close);
  }
}
