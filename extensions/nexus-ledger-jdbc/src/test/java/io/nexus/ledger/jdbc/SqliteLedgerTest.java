package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends JdbcLedgerContract {

  @TempDir Path dir;

  private LedgerSettings settings() {
    return new LedgerSettings("jdbc:sqlite:" + dir.resolve("data/ledger.db"), "");
  }

  /** The contract's further gateways share the file, as only a test may. */
  @Override
  protected Ledger open() throws LedgerException {
    return JdbcLedger.beside(settings());
  }

  @Test
  void module_ofTheTests_isNamed() {
    assertTrue(getClass().getModule().isNamed());
  }

  @Test
  void open_secondGateway_isSentToPostgres() throws Exception {
    var factory = new JdbcLedgerFactory();
    try (var _ = factory.open(settings())) {
      var e = assertThrows(LedgerException.class, () -> factory.open(settings()));
      assertEquals(Kind.IN_USE, e.kind());
      assertTrue(e.getMessage().contains("jdbc:postgresql"), e.getMessage());
      assertTrue(
          e.getMessage().contains("process " + ProcessHandle.current().pid()), e.getMessage());
    }
    factory.open(settings()).close();
  }

  @Test
  void open_byManyAtOnceOnNewFiles_isWaitedFor() throws Exception {
    try (var openers = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 100; i++) {
        var settings = new LedgerSettings("jdbc:sqlite:" + dir.resolve(i + ".db"), "");
        Callable<Integer> open =
            () -> {
              try (var ledger = JdbcLedger.beside(settings)) {
                return ledger.balances().size();
              }
            };
        for (var opened : openers.invokeAll(Collections.nCopies(4, open))) {
          assertEquals(0, opened.get());
        }
      }
    }
  }

  @Test
  void books_ofARunningGateway_showWhatItPosted() throws Exception {
    var factory = new JdbcLedgerFactory();
    try (var ledger = factory.open(settings())) {
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL)));
      try (var books = factory.books(settings())) {
        assertEquals("1", books.balances().getFirst().settled().toString());
        ledger.post("a", "a-1", List.of(record("r2", "1", GLOBAL)));
        assertEquals("2", books.balances().getFirst().settled().toString());
      }
    }
  }

  @Test
  void books_noFile_saysSo() {
    var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().books(settings()));
    assertTrue(e.getMessage().contains("there is no such file"), e.getMessage());
  }

  @Test
  void backup_whileRunning_isACompleteLedger() throws Exception {
    var copy = dir.resolve("copy.db");
    try (var ledger = new JdbcLedgerFactory().open(settings())) {
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL)));
      ledger.backup(copy);
      assertThrows(LedgerException.class, () -> ledger.backup(copy));
    }
    try (var books = new JdbcLedgerFactory().books(new LedgerSettings("jdbc:sqlite:" + copy, ""))) {
      assertTrue(books.verify().agrees());
      assertEquals(1, books.verify().records());
    }
  }
}
