// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.outbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An SMTP server that answers from a script: by the command's first word, or {@code .} for the end of a letter. */
final class ScriptedServer implements AutoCloseable {
  /** An answer that closes the line instead. */
  static final String HANG_UP = "hang up";

  private final ServerSocket socket;
  private final Map<String, String> script;
  private volatile Consumer<String> watcher = step -> {};
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final List<String> letters = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer(Map<String, String> script) throws IOException {
    this.socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread thread = new Thread(this::serve, "scripted smtp");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Told the word of each command before it is answered, and that word and {@code answered} after. */
  void watch(Consumer<String> steps) {
    watcher = steps;
  }

  /** Commands, in order. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  /** Letters that were taken. */
  List<String> letters() {
    return List.copyOf(letters);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket line = socket.accept()) {
        talk(line);
      } catch (IOException e) {
        // The client went away, or the test is over.
      }
    }
  }

  private void talk(Socket line) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8));
    if (!say(line, "GREETING", "220 scripted")) return;
    for (String command; (command = in.readLine()) != null; ) {
      heard.add(command);
      String word = command.split("[ :]")[0].toUpperCase(java.util.Locale.ROOT);
      if (word.equals("RCPT") && script.containsKey(command)) word = command;
      if (word.equals("QUIT")) {
        say(line, "QUIT", "221 bye");
        return;
      }
      String usual = switch (word) {
        case "EHLO" -> "250-scripted\r\n250 8BITMIME";
        case "DATA" -> "354 go on";
        default -> "250 ok";
      };
      if (!say(line, word, usual)) return;
      if (word.equals("DATA") && script.getOrDefault("DATA", "354").startsWith("354") && !data(line, in)) return;
    }
  }

  private boolean data(Socket line, BufferedReader in) throws IOException {
    StringBuilder letter = new StringBuilder();
    String text;
    while ((text = in.readLine()) != null && !text.equals(".")) letter.append(text).append('\n');
    if (text == null) return false; // cut off: such a letter is not taken
    boolean taken = script.getOrDefault(".", "250").startsWith("250") || script.getOrDefault(".", "").equals(HANG_UP);
    if (taken) letters.add(letter.toString());
    return say(line, ".", "250 queued as 1");
  }

  private boolean say(Socket line, String word, String usual) throws IOException {
    String answer = script.getOrDefault(word, usual);
    if (answer.equals(HANG_UP)) return false;
    watcher.accept(word);
    OutputStream out = line.getOutputStream();
    out.write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    watcher.accept(word + " answered");
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
