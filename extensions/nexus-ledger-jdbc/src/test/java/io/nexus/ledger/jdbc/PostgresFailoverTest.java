package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A primary and its standby, which takes over. */
@Timeout(180)
class PostgresFailoverTest {

  private static final BudgetCycle GLOBAL = new BudgetCycle("global", Cycle.ENDLESS);

  private static Draw draw() {
    return new Draw(GLOBAL, Money.usd("10"), Money.usd("1"), Money.usd("1"), 1);
  }

  private static LedgerSettings at(String hosts, PostgresServer one, LedgerSettings settings) {
    return new LedgerSettings(settings.url().replace(one.host(), hosts), settings.password());
  }

  @Test
  void draw_primaryLost_goesOnAtTheStandbyThatTookOver() throws Exception {
    var first = new PostgresServer();
    try {
      var settings = first.newLedger();
      new JdbcLedgerFactory().open(settings).close();
      var second = first.standby();
      try {
        var alone = at(second.host(), first, settings);
        awaitTables(alone);
        var e = assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(alone));
        assertEquals(Kind.READ_ONLY, e.kind(), e.getMessage());
        assertTrue(e.getMessage().contains(second.host()), e.getMessage());
        assertTrue(e.getMessage().contains("name the primary"), e.getMessage());
        try (var books = new JdbcLedgerFactory().books(alone)) {
          assertTrue(books.verify().agrees(), "reports need no primary");
        }
        var both = at(second.host() + "," + first.host(), first, settings);
        try (var ledger = new JdbcLedgerFactory().open(both)) {
          var lease = ledger.join("a", "a-1", Duration.ofMinutes(5));
          ledger.draw(lease, List.of(draw()));
          awaitGrant(alone);
          first.kill();
          var lost = assertThrows(LedgerException.class, () -> ledger.draw(lease, List.of(draw())));
          assertEquals(Kind.UNREACHABLE, lost.kind(), lost.getMessage());
          var none = assertThrows(LedgerException.class, () -> ledger.draw(lease, List.of(draw())));
          assertTrue(none.getMessage().contains("runs as the primary"), none.getMessage());
          second.promote();
          var drawn = ledger.draw(lease, List.of(draw())).getFirst();
          assertEquals(Money.usd("2"), drawn.mine(), "what the primary had confirmed, and more");
        }
      } finally {
        second.close();
      }
    } finally {
      first.close();
    }
  }

  private static void awaitTables(LedgerSettings settings) throws Exception {
    await(settings, "SELECT count(*) FROM pg_class WHERE relname = 'nexus_pruned'");
  }

  private static void awaitGrant(LedgerSettings settings) throws Exception {
    await(settings, "SELECT count(*) FROM nexus_grant");
  }

  /** The standby follows within moments. */
  private static void await(LedgerSettings settings, String count) throws Exception {
    try (var connection =
        DriverManager.getConnection(settings.url(), "postgres", PostgresServer.PASSWORD)) {
      while (Nodes.number(connection, count) == 0) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }
}
