package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Audit;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Restored;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a backup in the place of a ledger's file. At no moment is there no ledger, which a gateway
 * would start from nothing: the backup is copied and checked first, and then takes the file's place
 * in one step. What was there is kept beside it.
 */
final class SqliteRestore {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final LedgerSettings settings;
  private final SqliteFile file;
  private final Path backup;

  SqliteRestore(LedgerSettings settings, Path backup) {
    this.settings = settings;
    this.file = new SqliteFile(Sqlite.file(settings));
    this.backup = backup;
  }

  /**
   * Does it.
   *
   * @param at names what is kept
   * @throws LedgerException of kind {@code IN_USE} if a gateway runs on the ledger; nothing is
   *     changed then, nor if the backup is no ledger, or a damaged one
   */
  Restored run(Instant at) throws LedgerException {
    if (!Files.isRegularFile(backup)) {
      throw failure(Kind.FAILED, "there is no such file: name a backup", null);
    }
    try (var lock = GatewayLock.on(file.database())) {
      if (Files.exists(file.database()) && Files.isSameFile(backup, file.database())) {
        throw failure(Kind.FAILED, "it is the ledger itself: name a backup", null);
      }
      var copy = file.beside(".restoring");
      Files.deleteIfExists(copy);
      try {
        var audit = checked(copy);
        if (SqliteLog.belongs(file, lock.found())) {
          complete();
        }
        var kept = keep(at);
        lock.forget();
        Files.move(copy, file.database(), StandardCopyOption.ATOMIC_MOVE);
        return new Restored(audit, kept);
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw failure(
          Kind.READ_ONLY,
          "cannot be put in the place of "
              + file.database().toAbsolutePath()
              + ": give the right to write there, or make room",
          e);
    }
  }

  /** Copies the backup with what its own log holds, and looks whether it is a sound ledger. */
  private Audit checked(Path copy) throws LedgerException, IOException {
    var from = new LedgerSettings(Sqlite.PREFIX + backup.toAbsolutePath(), "");
    try {
      new Sqlite().backup(from, copy);
    } catch (SQLException e) {
      throw failure(Kind.CORRUPT, "it is damaged or is no ledger: name another backup", e);
    }
    try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    try (var books = new JdbcReports(new LedgerSettings(Sqlite.PREFIX + copy, ""))) {
      books.check();
      return books.verify();
    } catch (LedgerException e) {
      if (e.kind() == Kind.NEWER) {
        throw e;
      }
      throw failure(Kind.CORRUPT, "it is damaged or is no ledger: name another backup", e);
    }
  }

  /** Sets the present files aside, with a log that could not be moved to the file. */
  private Optional<Path> keep(Instant at) throws IOException {
    var kept = file.beside(".before-" + STAMP.format(at));
    boolean there = file.hasDatabase();
    if (there) {
      setAside(kept);
    }
    if (file.hasLog()) {
      Files.move(file.log(), Path.of(kept + "-wal"));
    }
    Files.deleteIfExists(file.log());
    Files.deleteIfExists(file.index());
    return there ? Optional.of(kept) : Optional.empty();
  }

  private void setAside(Path kept) throws IOException {
    try {
      Files.createLink(kept, file.database());
    } catch (UnsupportedOperationException | IOException e) {
      // Some file systems have no second names.
      Files.copy(file.database(), kept);
    }
  }

  /** Closing the last connection moves the log to the file. */
  private void complete() {
    if (!file.hasDatabase()) {
      return;
    }
    try (var connection = new Sqlite().connect(settings, Dialect.Use.CHANGE)) {
      var _ = Nodes.number(connection, "SELECT count(*) FROM sqlite_master");
    } catch (SQLException | LedgerException e) {
      // What is set aside is as damaged as it was.
    }
  }

  private LedgerException failure(Kind kind, String what, @Nullable Exception cause) {
    var message = "ledger restore: " + backup + ": " + what;
    return cause == null
        ? new LedgerException(kind, message)
        : new LedgerException(kind, message, cause);
  }
}
