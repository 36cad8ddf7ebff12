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
  private final List<String> methods = new ArrayList<>();
  private int status = 200;
  private String type = "text/plain; charset=utf-8";
  private byte[] body = MAIL.getBytes(StandardCharsets.UTF_8);

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      asked.add(exchange.getRequestURI().toString());
      methods.add(exchange.getRequestMethod());
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

  @Test
  void searchIsAPostWithEverythingInItsAddress() {
    assertThat(lore.search("dfn:drivers/vfio/* AND s:\"a & b\"", true)).asString().isEqualTo(MAIL);
    assertThat(asked).containsExactly("/all/?x=m&t=1&q=dfn%3Adrivers%2Fvfio%2F*+AND+s%3A%22a+%26+b%22");
    assertThat(methods).containsExactly("POST");
    status = 404;
    body = new byte[0];
    assertThat(lore.search("nothing", false)).isEmpty();
  }

  @Test
  void searchAnsweredByAPageIsRefused() {
    type = "text/html";
    assertThatThrownBy(() -> lore.search("s:x", false)).isInstanceOf(GitException.class).hasMessageContaining("web page");
  }

  @Test
  void bombIsNotUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 70; i++) out.write(zeros);
    }
    body = packed.toByteArray();
    type = "application/gzip";
    assertThatThrownBy(() -> lore.thread(new MessageId("a@b"))).isInstanceOf(GitException.class).hasMessageContaining("more than 64 MiB");
  }

  @Test
  void feedNamesTheNewestMails() {
    type = "application/atom+xml";
    body = """
        <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><link rel="alternate" href="http://host/all/"/>
        <entry><title>[PATCH] one</title><link href="http://host/all/one%2B1@x/"/></entry>
        <entry><title>two</title><link href="http://host/all/two@x/"/></entry></feed>
        """.getBytes(StandardCharsets.UTF_8);
    assertThat(lore.newest()).containsExactly(new MessageId("one+1@x"), new MessageId("two@x"));
    assertThat(Lore.feedOf("https://host/kvm/new.atom")).contains("https://host/kvm");
    assertThat(Lore.feedOf("https://host/kvm/a@b/t.atom")).isEmpty();
    body = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><feed><entry><link href='&e;'/></entry></feed>".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> lore.newest()).isInstanceOf(GitException.class).hasMessageContaining("is no feed");
  }

  @Test
  void pastedAddressSaysWhichServerAndWhetherTheThreadIsMeant() {
    assertThat(Lore.baseOf("https://lore.kernel.org/kvm/a@b/raw")).contains("https://lore.kernel.org/kvm");
    assertThat(Lore.baseOf("http://127.0.0.1:8080/all/a%40b/t.mbox.gz")).contains("http://127.0.0.1:8080/all");
    assertThat(Lore.baseOf("https://lore.kernel.org/kvm/?q=dfn:drivers/vfio/*&x=A")).contains("https://lore.kernel.org/kvm/");
    assertThat(Lore.baseOf("https://lore.kernel.org/r/a@b")).isEmpty();
    assertThat(Lore.baseOf("https://patch.msgid.link/a@b")).isEmpty();
    assertThat(Lore.baseOf("https://patchwork.kernel.org/project/kvm/patch/a@b/")).isEmpty();
    assertThat(Lore.baseOf("a@b")).isEmpty();
    assertThat(Lore.isThread("https://lore.kernel.org/kvm/a@b/t.mbox.gz")).isTrue();
    assertThat(Lore.isThread("https://lore.kernel.org/kvm/a@b/T/#u")).isTrue();
    assertThat(Lore.isThread("https://lore.kernel.org/kvm/a@b/")).isFalse();
    assertThat(Lore.query("https://lore.kernel.org/kvm/?x=m;q=s%3Aone+two")).contains("s:one two");
  }
}
