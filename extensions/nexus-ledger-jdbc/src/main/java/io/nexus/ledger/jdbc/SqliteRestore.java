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
 * Replaces a ledger's file by a backup. The ledger exists at every moment, because a gateway would
 * otherwise create an empty one: the backup is copied and checked first, and then replaces the file
 * atomically. The previous file is kept beside it.
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
   * Restores it.
   *
   * @param at names the previous ledger
   * @throws LedgerException of kind {@code IN_USE} if a gateway runs on the ledger; nothing is
   *     changed then, nor if the backup is not a ledger or is damaged
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

  /** Copies the backup including its log, and checks that it is a sound ledger. */
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

  /** Sets the current files aside, with the log if it could not be applied. */
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
      // Some file systems have no hard links.
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
      // A damaged ledger is kept as it is.
    }
  }

  private LedgerException failure(Kind kind, String what, @Nullable Exception cause) {
    var message = "ledger restore: " + backup + ": " + what;
    return cause == null
        ? new LedgerException(kind, message)
        : new LedgerException(kind, message, cause);
  }
}
