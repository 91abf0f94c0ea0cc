package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFaultsTest {

  @TempDir Path dir;

  private LedgerSettings settings(String parameters) {
    return new LedgerSettings("jdbc:sqlite:" + file() + parameters, "");
  }

  private Path file() {
    return dir.resolve("ledger.db");
  }

  private static SpendRecord record(int number) {
    return new SpendRecord(
        new RecordId("r" + number, 1),
        Instant.parse("2026-11-23T10:30:00Z"),
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.of(1, 1),
        "p".repeat(200),
        new Money(1),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of(new BudgetCycle("global", Cycle.ENDLESS)));
  }

  @Test
  void post_diskFull_saysSoLosesNothingAndRecovers() throws Exception {
    int posted = 0;
    try (var ledger = new JdbcLedgerFactory().open(settings("?max_page_count=60"))) {
      LedgerException full = null;
      while (full == null) {
        try {
          ledger.post("a", "a-1", List.of(record(posted)));
          posted++;
        } catch (LedgerException e) {
          full = e;
        }
      }
      assertEquals(Kind.FULL, full.kind(), full.getMessage());
      assertTrue(full.getMessage().contains("make room"), full.getMessage());
      assertTrue(full.getMessage().contains(file().toString()), full.getMessage());
      assertTrue(ledger.verify().agrees());
    }
    try (var ledger = new JdbcLedgerFactory().open(settings(""))) {
      ledger.post("a", "a-1", List.of(record(posted)));
      assertEquals(new Money(posted + 1), ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void post_readOnly_saysSo() throws Exception {
    new JdbcLedgerFactory().open(settings("")).close();
    var e =
        assertThrows(
            LedgerException.class,
            () -> {
              try (var ledger = new JdbcLedgerFactory().open(settings("?open_mode=1"))) {
                ledger.post("a", "a-1", List.of(record(1)));
              }
            });
    assertEquals(Kind.READ_ONLY, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains("right to write"), e.getMessage());
  }

  @Test
  void open_noDatabase_saysSo() throws Exception {
    Files.writeString(file(), "this is no database, whatever its name says ".repeat(100));
    var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(settings("")));
    assertEquals(Kind.CORRUPT, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains("backup"), e.getMessage());
  }

  @Test
  void open_directoryIsAFile_saysSo() throws Exception {
    Files.writeString(dir.resolve("taken"), "");
    var there = new LedgerSettings("jdbc:sqlite:" + dir.resolve("taken/ledger.db"), "");
    var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(there));
    assertEquals(Kind.READ_ONLY, e.kind(), e.getMessage());
  }

  @Test
  void open_newerFile_isLeftAlone() throws Exception {
    new JdbcLedgerFactory().open(settings("")).close();
    try (var connection = DriverManager.getConnection(settings("").url());
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO nexus_schema (version) VALUES (99)");
    }
    var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(settings("")));
    assertEquals(Kind.NEWER, e.kind());
    assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().books(settings("")));
  }

  @Test
  void open_fileOfVersion1_isMigratedWithWhatItHolds() throws Exception {
    try (var connection = DriverManager.getConnection(settings("").url())) {
      FirstVersion.fill(connection, new Sqlite());
    }
    FirstVersion.check(settings(""));
  }
}
