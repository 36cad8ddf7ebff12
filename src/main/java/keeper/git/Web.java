// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** One polite request at a time: named, with time-outs, waiting when the server says "later". */
final class Web {
  private static final int REDIRECTS = 5;

  private final Manners manners;

  Web(Manners manners) {
    this.manners = manners;
  }

  /**
   * @param type of the content, lower case, without parameters
   * @param body empty unless the status is 200
   * @param date the server's clock, milliseconds since 1970; 0 when it does not say
   */
  record Answer(int status, String type, byte[] body, long date) {
    boolean isHtml() {
      return type.equals("text/html") || type.equals("application/xhtml+xml");
    }

    /** A mail's own Content-Type may be HTML, so this looks at what stands there: {@code From mboxrd@z …}, or a header. */
    boolean isMbox() {
      if (body.length == 0 || body[0] == '<') return false;
      int colon = 0;
      while (colon < Math.min(body.length, 80) && body[colon] > ' ' && body[colon] != ':') colon++;
      return colon > 0 && colon < body.length && (body[colon] == ':' || (body[colon] == ' ' && colon == 4 && body[0] == 'F'));
    }
  }

  /**
   * @param limit of the body in bytes
   * @throws GitException when nobody answers, or only with "later"
   */
  Answer get(String url, int limit) {
    return asked("GET", url, limit);
  }

  /** With an empty body: what is asked for stands in the address. */
  Answer post(String url, int limit) {
    return asked("POST", url, limit);
  }

  private Answer asked(String method, String url, int limit) {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpURLConnection connection = open(method, url);
        int status = connection.getResponseCode();
        if (status != 429 && status != 503) return answer(url, connection, status, limit);
        drain(connection);
        if (attempt >= manners.attempts())
          throw new GitException(url + ": the server says " + status + " (too busy) after " + attempt + " attempts; the next round tries again");
        pause(connection.getHeaderField("Retry-After"), connection.getDate(), attempt);
      } catch (IOException e) {
        throw new GitException(url + ": not reachable (" + Jgit.reason(e) + "); check the address and the network", e);
      }
    }
  }

  private HttpURLConnection open(String method, String url) throws IOException {
    String next = url;
    for (int i = 0; ; i++) {
      HttpURLConnection connection = connection(next);
      connection.setInstanceFollowRedirects(false); // Java does not follow from http to https
      connection.setConnectTimeout((int) manners.timeout().toMillis());
      connection.setReadTimeout((int) manners.timeout().toMillis());
      connection.setRequestProperty("User-Agent", manners.agent());
      connection.setRequestProperty("Accept", "*/*");
      if (method.equals("POST")) {
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(0);
        connection.getOutputStream().close();
      }
      int status = connection.getResponseCode();
      String location = connection.getHeaderField("Location");
      boolean moved = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
      if (!moved || location == null) return connection;
      drain(connection);
      if (i == REDIRECTS) throw new GitException(url + ": more than " + REDIRECTS + " redirections; check the address");
      next = resolved(next, location);
    }
  }

  /** Only http and https: {@code file:} and {@code jar:} are no servers. */
  private static HttpURLConnection connection(String address) throws IOException {
    try {
      URL url = new URI(address).toURL();
      if (url.openConnection() instanceof HttpURLConnection connection) return connection;
      throw new GitException(address + ": only http and https are fetched");
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new GitException(address + ": no address; write https://host/list", e);
    }
  }

  private static String resolved(String address, String location) {
    try {
      return new URI(address).resolve(location).toString();
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new GitException(address + ": redirects to what is no address; check it in a browser", e);
    }
  }

  private static Answer answer(String url, HttpURLConnection connection, int status, int limit) throws IOException {
    String type = connection.getContentType() == null ? "" : connection.getContentType();
    int semicolon = type.indexOf(';');
    type = (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    if (status != 200) {
      drain(connection);
      return new Answer(status, type, new byte[0], connection.getDate());
    }
    try (InputStream in = connection.getInputStream()) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      byte[] buffer = new byte[16384];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        body.write(buffer, 0, n);
        if (body.size() > limit) throw new GitException(url + ": answers with more than " + limit + " bytes; check the address");
      }
      return new Answer(status, type, body.toByteArray(), connection.getDate());
    }
  }

  /** Reads a little of an answer nobody wants, so that the connection can be used again. */
  private static void drain(HttpURLConnection connection) {
    try (InputStream in = connection.getErrorStream()) {
      if (in != null) in.readNBytes(65536);
    } catch (IOException e) {
      // It was not wanted anyway.
    }
  }

  /** As long as the server asks for, else twice as long each time, with some seconds more so that not all clients come back at once. */
  private void pause(String retryAfter, long date, int attempt) {
    Duration wait = Duration.ofSeconds(5L << Math.min(attempt, 6)).plusMillis(ThreadLocalRandom.current().nextInt(3000));
    if (retryAfter != null) wait = asked(retryAfter.strip(), date).orElse(wait);
    if (wait.compareTo(manners.patience()) > 0) wait = manners.patience();
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GitException("interrupted while waiting for a busy server; start the round again", e);
    }
  }

  /** Seconds, or a date; a date is held against the server's own clock. */
  private static java.util.Optional<Duration> asked(String retryAfter, long date) {
    try {
      return java.util.Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(retryAfter))));
    } catch (NumberFormatException e) {
      try {
        long until = java.time.ZonedDateTime.parse(retryAfter, java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli();
        return date == 0 ? java.util.Optional.empty() : java.util.Optional.of(Duration.ofMillis(Math.max(0, until - date)));
      } catch (java.time.format.DateTimeParseException none) {
        return java.util.Optional.empty();
      }
    }
  }
}
