package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresLedgerTest extends JdbcLedgerContract {

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  private LedgerSettings settings;

  @BeforeEach
  void create() throws Exception {
    settings = server.newLedger();
  }

  @Override
  protected Ledger open() throws LedgerException {
    return new JdbcLedgerFactory().open(settings);
  }

  @Test
  void open_wrongPassword_saysWhatToCheckAndNoSecret() {
    var wrong = new LedgerSettings(settings.url() + "&password=hunter2", "");
    var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(wrong));
    assertEquals(Kind.DENIED, e.kind());
    assertTrue(e.getMessage().contains("password_env"), e.getMessage());
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
  }

  @Test
  void call_databaseKilledAndRestarted_failsAndThenWorksAgain() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL)));
      server.kill();
      var e =
          assertThrows(
              LedgerException.class,
              () -> ledger.post("a", "a-1", List.of(record("r2", "1", GLOBAL))));
      assertEquals(Kind.UNREACHABLE, e.kind(), e.getMessage());
      server.restart();
      ledger.post("a", "a-1", List.of(record("r2", "1", GLOBAL)));
      assertEquals("2", ledger.balances().getFirst().settled().toString());
    }
  }

  @Test
  void open_tablesOfVersion1_areMigratedWithWhatTheyHold() throws Exception {
    try (var connection =
        DriverManager.getConnection(settings.url(), "postgres", PostgresServer.PASSWORD)) {
      FirstVersion.fill(connection, new Postgres());
    }
    FirstVersion.check(settings);
  }

  @Test
  void books_beforeAnyGateway_saysThatThereIsNone() {
    assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().books(settings));
  }

  @Test
  void backup_asked_namesItsOwnTool() throws Exception {
    try (var ledger = open()) {
      var e = assertThrows(LedgerException.class, () -> ledger.backup(Path.of("copy.dump")));
      assertTrue(e.getMessage().contains("pg_dump"), e.getMessage());
    }
  }

  @Test
  void prune_byTwoAtOnce_countsEachRecordOnce() throws Exception {
    var life = new BudgetCycle("life", Cycle.ENDLESS);
    try (var ledger = open()) {
      ledger.post(
          "a",
          "a-1",
          IntStream.range(0, 3000).mapToObj(i -> record("r" + i, "0.01", life)).toList());
      var together = new CyclicBarrier(2);
      Callable<Long> prune =
          () -> {
            try (var books = new JdbcLedgerFactory().books(settings)) {
              together.await();
              return books.prune(AT.plusSeconds(1));
            }
          };
      long removed = 0;
      try (var threads = Executors.newFixedThreadPool(2)) {
        for (var each : threads.invokeAll(List.of(prune, prune))) {
          removed += each.get();
        }
      }
      assertEquals(3000, removed);
      assertEquals("30", ledger.balances().getFirst().settled().toString());
      assertTrue(ledger.verify().agrees());
    }
  }
}
