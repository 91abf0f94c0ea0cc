package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.ledger.jdbc.GatewayLock.Marks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The write-ahead log of a gateway's ledger: makes checkpoints, and checks at a start that the log
 * belongs to the ledger's file.
 *
 * <p>SQLite applies any log beside a file. After a crash there is one, and it would undo or damage
 * a backup copied over the file. So the first entry of each log sets a new mark in the database's
 * header, and the last one before a checkpoint another, which the file keeps until the next
 * checkpoint. Every copy made by SQLite has the former mark, and every copy of the file itself that
 * of an earlier checkpoint. If a start finds a log and a file without the last checkpoint's mark,
 * the file was replaced.
 *
 * <p>Therefore checkpoints are made only here and recorded; SQLite's automatic ones are disabled.
 */
final class SqliteLog implements Upkeep {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");

  /** Half of SQLite's default: a checkpoint occupies a processor for half the time. */
  private static final long FULL_BYTES = 2 << 20;

  /** With many budgets a log is soon full of the same pages, each of which is copied only once. */
  private static final long OVERFULL_BYTES = 32 << 20;

  private static final long REST_NANOS = 250_000_000;

  private final SqliteFile file;
  private final GatewayLock lock;
  private final SecureRandom random = new SecureRandom();
  private final LongSupplier nanos;
  private long checkpointNanos;

  private SqliteLog(SqliteFile file, GatewayLock lock, LongSupplier nanos) {
    this.file = file;
    this.lock = lock;
    this.nanos = nanos;
    this.checkpointNanos = nanos.getAsLong() - REST_NANOS;
  }

  /**
   * Takes the files for a gateway.
   *
   * @param nanos the time by {@link System#nanoTime}
   * @throws LedgerException of kind {@code IN_USE} if another gateway has them, {@code FOREIGN} if
   *     the log does not belong to the file
   */
  static SqliteLog of(Path database, LongSupplier nanos) throws LedgerException {
    var log = new SqliteLog(new SqliteFile(database), GatewayLock.on(database), nanos);
    boolean fits = false;
    try {
      check(log.file, log.lock.found());
      fits = true;
      return log;
    } finally {
      if (!fits) {
        log.close();
      }
    }
  }

  /** Checks the files for another program; a gateway with the lock has already checked them. */
  static void checkBeside(Path database) throws LedgerException {
    var file = new SqliteFile(database);
    var lock = file.beside(".lock");
    if (!file.hasLog() || GatewayLock.isOurs(lock)) {
      return;
    }
    try (var channel = FileChannel.open(lock, StandardOpenOption.READ);
        var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
      if (free != null) {
        check(file, GatewayLock.marks(channel));
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Without a lock's file there are no recorded marks.
    }
  }

  private static void check(SqliteFile file, Optional<Marks> marks) throws LedgerException {
    if (!belongs(file, marks)) {
      throw new LedgerException(
          Kind.FOREIGN,
          "ledger: "
              + file.log()
              + ": it does not belong to "
              + file.database().getFileName()
              + ", since another file, such as a backup, has been put in that one's place, and it"
              + " would undo or damage it: to go on with what was put there, delete the -wal and"
              + " -shm files, or run 'nexus ledger restore FILE', which does so; if nothing was put"
              + " there, delete "
              + file.beside(".lock").getFileName());
    }
  }

  /** Whether the log may be applied to the file, by the recorded marks. */
  static boolean belongs(SqliteFile file, Optional<Marks> marks) throws LedgerException {
    return marks.isEmpty()
        || !file.hasLog()
        || !file.hasDatabase()
        || marks.get().fit(markOf(file));
  }

  /** Makes a checkpoint if the log is full, and the last one is a while ago or the log overfull. */
  @Override
  public void tend(Connection connection) throws SQLException, LedgerException {
    long bytes = file.logBytes();
    boolean rested = nanos.getAsLong() - checkpointNanos >= REST_NANOS;
    if (bytes > (rested ? FULL_BYTES : OVERFULL_BYTES)) {
      begin(connection);
      checkpointNanos = nanos.getAsLong();
    }
  }

  /** Makes a checkpoint and begins a new log. While a reader uses the log, this is postponed. */
  @Override
  public void begin(Connection connection) throws SQLException, LedgerException {
    var _ = move(connection);
    mark(connection, false);
  }

  private void mark(Connection connection, boolean moving) throws SQLException, LedgerException {
    int next = random.nextInt(1, Integer.MAX_VALUE);
    lock.mark(new Marks(markOf(file), next, moving));
    execute(connection, "PRAGMA user_version = " + next);
  }

  /** Makes a last checkpoint, so that the file is complete. */
  @Override
  public void end(Connection connection) throws SQLException, LedgerException {
    if (!move(connection)) {
      LOG.log(
          Level.WARNING,
          "Ledger: {0}: another program reads from it, so not all is in the file yet: copy it"
              + " together with its -wal, or start and stop the gateway again",
          file.database().toAbsolutePath());
    }
  }

  private boolean move(Connection connection) throws SQLException, LedgerException {
    mark(connection, true);
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      return rows.next() && rows.getInt(1) == 0;
    }
  }

  private static int markOf(SqliteFile file) throws LedgerException {
    try {
      return file.mark();
    } catch (IOException e) {
      throw new LedgerException(
          Kind.UNREACHABLE,
          "ledger: " + file.database().toAbsolutePath() + ": cannot be read: check its rights",
          e);
    }
  }

  @Override
  public void close() throws LedgerException {
    lock.close();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
