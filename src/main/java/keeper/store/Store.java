// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What we remember between rounds. One class for each subject stands behind it; what belongs together is written in one
 * transaction, and what was acknowledged survives the death of the process.
 *
 * <p>Safe for several threads. Nobody else may have the database open: a second process gets a {@link StoreException}.
 */
public final class Store implements AutoCloseable {
  private static final String READING = ";ACCESS_MODE_DATA=r";

  private final Database database;
  private final Mails mails;
  private final Versions versions;
  private final Reviews reviews;
  private final Letters letters;
  private final Findings findings;
  private final Mutes mutes;
  private final Told told;
  private final Heard heard;
  private final Histories histories;

  private Store(Database database) {
    this.database = database;
    this.versions = new Versions(database);
    this.mails = new Mails(database, versions);
    this.letters = new Letters(database);
    this.findings = new Findings(database);
    this.reviews = new Reviews(database, letters, findings);
    this.mutes = new Mutes(database);
    this.told = new Told(database);
    this.heard = new Heard(database);
    this.histories = new Histories(database);
  }

  /**
   * Opens a database, makes it when it is not there, and brings it to this program's schema.
   *
   * @param place a file name ({@code .mv.db} may be left out), or a JDBC URL
   * @throws StoreException when it is in use, broken, or newer than this program
   */
  public static Store open(String place) {
    String url = url(place);
    file(place).filter(file -> !Files.exists(file)).ifPresent(file -> make(file, place));
    Database database = new Database(url, place);
    try {
      Schema.bringUp(database, url, place);
      return new Store(database);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Under another name, and moved when it is whole: who is killed meanwhile leaves no half of a database. */
  private static void make(Path file, String place) {
    String name = file.getFileName().toString();
    Path fresh = file.resolveSibling(name.substring(0, name.length() - ".mv.db".length()) + ".new.mv.db");
    try {
      Files.deleteIfExists(fresh);
      String url = url(fresh.toString());
      Database database = new Database(url, place);
      try {
        Schema.bringUp(database, url, place);
      } finally {
        database.close();
      }
      if (Files.exists(file)) Files.delete(fresh); // somebody else was faster
      else Files.move(fresh, file);
    } catch (IOException e) {
      throw new StoreException("database " + place + ": cannot be made (" + Trouble.oneLine(e.toString()) + "); check the disk and its rights, or name another with --db", e);
    }
  }

  /**
   * Opens a database of the right schema to be read only, by several processes at once: nothing is tidied at the end. Where that cannot be
   * (it is not there yet, old, or was left open by a process that died), as {@link #open}.
   */
  public static Store reading(String place) {
    String url = url(place);
    if (file(place).filter(Files::isRegularFile).isEmpty()) return open(place);
    Database database = new Database(url + READING, place);
    try {
      if (Schema.isCurrent(database)) return new Store(database);
    } catch (StoreException e) {
      // Opening it for writing mends it, or says what is wrong.
    }
    database.close();
    return open(place);
  }

  /** Whether nothing can be kept. */
  public boolean isReading() {
    return database.url().endsWith(READING);
  }

  /** Mails and their archives. */
  public Mails mails() {
    return mails;
  }

  /** Series as they were posted, and their versions. */
  public Versions versions() {
    return versions;
  }

  /** Reviews and decisions. */
  public Reviews reviews() {
    return reviews;
  }

  /** The outbox. */
  public Letters letters() {
    return letters;
  }

  /** What was found, and what people said of it. */
  public Findings findings() {
    return findings;
  }

  /** Indexed repositories, and what commits and posted patches name. */
  public Histories histories() {
    return histories;
  }

  /** What patchworks were told. */
  public Told told() {
    return told;
  }

  /** Commands by mail. */
  public Heard heard() {
    return heard;
  }

  /** Who wants no mail, and the brake. */
  public Mutes mutes() {
    return mutes;
  }

  @Override
  public void close() {
    database.close();
  }

  /** Where the database lies; empty when it is no file. */
  static Optional<Path> file(String place) {
    String url = url(place);
    return url.startsWith("jdbc:h2:file:") ? Optional.of(Path.of(url.substring("jdbc:h2:file:".length(), url.indexOf(';')) + ".mv.db")) : Optional.empty();
  }

  /** H2 writes at once (its default waits half a second) and speaks PostgreSQL's SQL. */
  private static String url(String place) {
    String options = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;LOCK_TIMEOUT=30000;QUERY_CACHE_SIZE=64" + Database.UNTIDIED;
    if (place.toLowerCase(Locale.ROOT).startsWith("jdbc:"))
      return place.startsWith("jdbc:h2:") && !place.contains("MODE=") ? place + options + ";WRITE_DELAY=0" : place;
    if (place.indexOf(';') >= 0 || place.isEmpty())
      throw new StoreException("database " + place + ": a file name must not be empty nor have a semicolon; name another with --db", null);
    String file = Path.of(place).toAbsolutePath().normalize().toString();
    if (file.endsWith(".mv.db")) file = file.substring(0, file.length() - ".mv.db".length());
    return "jdbc:h2:file:" + file + options + ";WRITE_DELAY=0";
  }
}
