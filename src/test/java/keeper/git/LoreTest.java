// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import keeper.mail.MessageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoreTest {
  private static final String MAIL = "From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: one\n\n>From here\n";
  private HttpServer server;
  private Lore lore;
  private final List<String> asked = new ArrayList<>();
  private int status = 200;
  private String type = "text/plain; charset=utf-8";
  private byte[] body = MAIL.getBytes(StandardCharsets.UTF_8);

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      asked.add(exchange.getRequestURI().toString());
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    lore = Lore.at("http://127.0.0.1:" + server.getAddress().getPort() + "/all/", Manners.of("test", ""));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void mailIsAskedForByItsEncodedId() {
    assertThat(lore.mail(new MessageId("a/b%c\"d+e@example.org"))).asString().isEqualTo(MAIL);
    assertThat(asked).containsExactly("/all/a%2fb%25c%22d+e@example.org/raw");
  }

  @Test
  void htmlMailIsAMail() {
    type = "text/html";
    assertThat(lore.mail(new MessageId("a@b"))).asString().isEqualTo(MAIL);
  }

  @Test
  void threadIsUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(body);
    }
    body = packed.toByteArray();
    type = "application/gzip";
    assertThat(lore.thread(new MessageId("a@b"))).asString().isEqualTo(MAIL);
  }

  @Test
  void unknownIdIsOneLine() {
    body = new byte[0];
    status = 300;
    assertThatThrownBy(() -> lore.mail(new MessageId("a@b"))).isInstanceOf(GitException.class).hasMessageContaining("no mail of this Message-ID");
    status = 404;
    assertThatThrownBy(() -> lore.thread(new MessageId("a@b"))).isInstanceOf(GitException.class).hasMessageContaining("no mail of this Message-ID");
  }

  @Test
  void pageForBrowsersIsNoMail() {
    type = "text/html";
    body = "<!doctype html><title>Making sure you are not a bot</title>".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> lore.mail(new MessageId("a@b"))).isInstanceOf(GitException.class).hasMessageContaining("web page");
    assertThatThrownBy(() -> lore.thread(new MessageId("a@b"))).isInstanceOf(GitException.class).hasMessageContaining("web page");
  }
}
