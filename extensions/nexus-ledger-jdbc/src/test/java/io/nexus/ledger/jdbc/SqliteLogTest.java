package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints, in a time that passes as the test wants, and what they read of the file. */
@Timeout(60)
class SqliteLogTest {

  private static final long REST_NANOS = 250_000_000;

  @TempDir Path dir;

  private final AtomicLong nanos = new AtomicLong(-5);

  @Test
  void checkpoint_isMadeOfTwoMegabytesAfterARestAndOf32AtOnce() throws Exception {
    var database = dir.resolve("ledger.db");
    var settings = new LedgerSettings("jdbc:sqlite:" + database, "");
    try (var log = SqliteLog.of(database, nanos::get);
        var connection = new Sqlite().connect(settings, Dialect.Use.DRAW)) {
      fill(connection, 1);
      assertEquals(1, megabytesAfter(log, connection));
      fill(connection, 2);
      assertEquals(0, megabytesAfter(log, connection));
      fill(connection, 3);
      nanos.addAndGet(REST_NANOS - 1);
      assertEquals(3, megabytesAfter(log, connection));
      nanos.addAndGet(1);
      assertEquals(0, megabytesAfter(log, connection));
      fill(connection, 33);
      assertEquals(0, megabytesAfter(log, connection));
    }
  }

  /** SQLite's too: without them another program would delete the log that is still written. */
  @Test
  void mark_keepsTheLocksOfThisProcess() throws Exception {
    var database = Files.write(dir.resolve("locked.db"), new byte[100]);
    try (var channel = FileChannel.open(database, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertEquals(0, new SqliteFile(database).mark());
      assertTrue(lock.isValid());
      assertEquals(LockProbe.LOCKED, LockProbe.in(database));
    }
  }

  private static void fill(Connection connection, int megabytes) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS filler (bytes)");
      statement.execute("INSERT INTO filler VALUES (randomblob(" + (megabytes << 20) + "))");
    }
  }

  private long megabytesAfter(SqliteLog log, Connection connection) throws Exception {
    log.tend(connection);
    return Files.size(dir.resolve("ledger.db-wal")) >> 20;
  }
}
