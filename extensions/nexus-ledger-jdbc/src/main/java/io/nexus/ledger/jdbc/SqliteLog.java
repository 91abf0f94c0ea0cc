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

/**
 * The write-ahead log of the ledger that a gateway has: when it is moved to the ledger's file, and
 * whether what is found at a start belongs to that file.
 *
 * <p>SQLite applies whatever log lies beside a file. After a crash there is one, and a backup that
 * is then copied over the file would be undone by it, or damaged. So the first thing that stands in
 * each log is a mark of its own in the database's header. The file keeps the mark of before until
 * the log is moved to it, whereas every copy that SQLite makes has the log's. A start finds a log
 * and a file that has not the mark of before: then the file is another one.
 *
 * <p>For that, the log is moved at moments that are written down: SQLite's own are switched off.
 */
final class SqliteLog implements Upkeep {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");

  /** As large as SQLite by default lets it grow. */
  private static final long FULL_BYTES = 4 << 20;

  private final SqliteFile file;
  private final GatewayLock lock;
  private final SecureRandom random = new SecureRandom();

  private SqliteLog(SqliteFile file, GatewayLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes the files for a gateway.
   *
   * @throws LedgerException of kind {@code IN_USE} if another gateway has them, {@code FOREIGN} if
   *     the log does not belong to the file
   */
  static SqliteLog of(Path database) throws LedgerException {
    var log = new SqliteLog(new SqliteFile(database), GatewayLock.on(database));
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

  /** The same for a program that runs beside; a gateway that has the lock has checked it. */
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
      // Without a lock's file nobody has written down what belongs together.
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

  /** Whether the log may be applied to the file: for all that is written down. */
  static boolean belongs(SqliteFile file, Optional<Marks> marks) throws LedgerException {
    return marks.isEmpty()
        || !file.hasLog()
        || !file.hasDatabase()
        || marks.get().fit(markOf(file));
  }

  /** Moves the log to the file if it is full. */
  @Override
  public void tend(Connection connection) throws SQLException, LedgerException {
    if (file.logBytes() > FULL_BYTES) {
      begin(connection);
    }
  }

  /**
   * Moves the log to the file, and begins a new one. While somebody reads from the log it stays;
   * the next time will do.
   */
  @Override
  public void begin(Connection connection) throws SQLException, LedgerException {
    if (move(connection)) {
      int mark = markOfAll(connection);
      int next = random.nextInt(1, Integer.MAX_VALUE);
      lock.mark(new Marks(mark, next, false));
      execute(connection, "PRAGMA user_version = " + next);
    }
  }

  /** Moves the log to the file, which is complete then. */
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
    lock.mark(new Marks(markOf(file), markOfAll(connection), true));
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

  /** The mark as the log has it, if it has one. */
  private static int markOfAll(Connection connection) throws SQLException {
    return (int) Nodes.number(connection, "PRAGMA user_version");
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
