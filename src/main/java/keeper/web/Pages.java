// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the pages, and nothing that changes anything. They work without scripts. */
public final class Pages implements AutoCloseable {
  static final List<Page> ALL = List.of(
      new FrontPage(), new FindingsPage(), new FindingPage(), new MailPage(), new SeriesPage(), new LettersPage(), new LetterPage(), new RulesPage(), new ChainPage(), new ChainDrawing(),
      new PatchsetApi("/api/patchset"), new PatchsetApi("/api/patch"), new Style());

  private static final int LONGEST = 8_000; // characters of a query

  private final HttpServer server;
  private final ExecutorService threads;

  private Pages(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts serving.
   *
   * @param host the address to bind to: {@code 127.0.0.1} keeps the pages on this machine
   * @param port 0 for any that is free
   * @throws IOException when the port is taken or the address is not ours
   */
  public static Pages serve(String host, int port, Site site) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
    ExecutorService threads = Executors.newFixedThreadPool(4, work -> {
      Thread thread = new Thread(work, "pages");
      thread.setDaemon(true);
      return thread;
    });
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, site));
    server.start();
    return new Pages(server, threads);
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void handle(HttpExchange exchange, Site site) throws IOException {
    try {
      send(exchange, answer(exchange, site));
    } catch (RuntimeException e) {
      send(exchange, Page.Answer.wrong(500, "That did not work", String.valueOf(e.getMessage())));
    }
  }

  private static Page.Answer answer(HttpExchange exchange, Site site) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) return new Page.Answer(405, "text/plain; charset=utf-8", "These pages are read only.\n");
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null && query.length() > LONGEST) return new Page.Answer(414, "text/plain; charset=utf-8", "That is too long.\n");
    String path = exchange.getRequestURI().getPath();
    for (Page page : ALL) if (page.path().equals(path)) return page.answer(site, parsed(query));
    return Page.Answer.missing("There is no page " + path + ".");
  }

  /** First value of each key, decoded once. */
  static Map<String, String> parsed(String query) {
    Map<String, String> parsed = new HashMap<>();
    if (query == null) return parsed;
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) continue;
      try {
        parsed.putIfAbsent(URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        // A broken escape: as if it had not been said.
      }
    }
    return parsed;
  }

  private static void send(HttpExchange exchange, Page.Answer answer) throws IOException {
    byte[] bytes = answer.content().getBytes(StandardCharsets.UTF_8);
    boolean drawing = answer.type().equals(ChainDrawing.TYPE); // has its styles in it
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src " + (drawing ? "'unsafe-inline'" : "'self'") + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    exchange.getResponseHeaders().set("Cross-Origin-Opener-Policy", "same-origin");
    exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
    exchange.getResponseHeaders().set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    exchange.getResponseHeaders().set("Cache-Control", answer.type().startsWith("text/css") ? "max-age=31536000, immutable" : "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), head ? -1 : bytes.length);
    if (!head) try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
    exchange.getRequestBody().close();
  }
}
