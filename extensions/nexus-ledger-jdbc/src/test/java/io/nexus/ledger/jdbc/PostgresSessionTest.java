package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Dialect.Use;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that the line, another session or the server obstructs. */
@Timeout(180)
class PostgresSessionTest {

  private static final long BACK_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final Money LIMIT = Money.usd("10");
  private static final BudgetCycle FIRST = new BudgetCycle("first", Cycle.ENDLESS);
  private static final BudgetCycle SECOND = new BudgetCycle("second", Cycle.ENDLESS);
  private static final String LOCK = "SELECT 1 FROM nexus_balance WHERE budget = '%s' FOR UPDATE";

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  private LedgerSettings settings;

  @BeforeEach
  void create() throws Exception {
    settings = server.newLedger();
  }

  private static Ledger open(LedgerSettings settings) throws LedgerException {
    return new JdbcLedgerFactory().open(settings);
  }

  private static Draw draw(BudgetCycle charge) {
    return new Draw(charge, LIMIT, Money.usd("1"), Money.usd("1"), 1);
  }

  private static NodeLease joined(Ledger ledger) throws LedgerException {
    var lease = ledger.join("a", "a-1", Duration.ofMinutes(5));
    ledger.draw(lease, List.of(draw(FIRST), draw(SECOND)));
    return lease;
  }

  private Connection another() throws SQLException {
    return DriverManager.getConnection(settings.url(), "postgres", PostgresServer.PASSWORD);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + setting)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }

  @Test
  void transaction_lineFrozenInIt_letsOthersAndItselfGoOnWithin15Seconds() throws Exception {
    try (var ledger = open(settings);
        var line = server.line();
        var cutOff = new Session(server.through(line, settings), Use.DRAW);
        var threads = Executors.newSingleThreadExecutor()) {
      var lease = joined(ledger);
      for (int time = 0; time < 2; time++) {
        var frozen = line.freezeAt("frozen by the test");
        var call =
            threads.submit(
                () ->
                    cutOff.durably(
                        "hold a lock",
                        c -> {
                          run(c, LOCK.formatted("first"));
                          run(c, "SELECT 'frozen by the test'");
                          return true;
                        }));
        frozen.await();
        long began = System.nanoTime();
        assertEquals(Money.usd("1"), drawnAtLast(ledger, lease));
        assertTrue(System.nanoTime() - began < BACK_WITHIN_NANOS, "the others");
        var failed = assertThrows(ExecutionException.class, call::get);
        var e = assertInstanceOf(LedgerException.class, failed.getCause());
        assertEquals(Kind.UNREACHABLE, e.kind(), e.getMessage());
        assertEquals(1L, (long) cutOff.alone("count", false, c -> Nodes.number(c, "SELECT 1")));
        assertTrue(System.nanoTime() - began < BACK_WITHIN_NANOS, "itself");
      }
    }
  }

  private static Money drawnAtLast(Ledger ledger, NodeLease lease) throws LedgerException {
    while (true) {
      try {
        return ledger.draw(lease, List.of(draw(FIRST))).getFirst().granted();
      } catch (LedgerException e) {
        if (e.kind() != Kind.UNREACHABLE) {
          throw e;
        }
      }
    }
  }

  @Test
  void draw_rowsLockedByAnotherSession_failsSoonAndSaysWhere() throws Exception {
    try (var ledger = open(settings);
        var other = another()) {
      var lease = joined(ledger);
      other.setAutoCommit(false);
      run(other, LOCK.formatted("first"));
      long began = System.nanoTime();
      var e = assertThrows(LedgerException.class, () -> ledger.draw(lease, List.of(draw(FIRST))));
      assertTrue(System.nanoTime() - began < BACK_WITHIN_NANOS);
      assertEquals(Kind.UNREACHABLE, e.kind(), e.getMessage());
      assertTrue(e.getMessage().contains("pg_stat_activity"), e.getMessage());
      other.rollback();
      assertEquals(Money.usd("1"), ledger.draw(lease, List.of(draw(FIRST))).getFirst().granted());
    }
  }

  @Test
  void draw_deadlockWithAnotherSession_isDoneAgain() throws Exception {
    try (var ledger = open(settings);
        var other = another();
        var threads = Executors.newSingleThreadExecutor()) {
      var lease = joined(ledger);
      // The ledger's session is the one that notices, and gives way.
      run(other, "SET deadlock_timeout = '60s'");
      other.setAutoCommit(false);
      run(other, LOCK.formatted("second"));
      var drawn = threads.submit(() -> ledger.draw(lease, List.of(draw(FIRST), draw(SECOND))));
      awaitALockedSession();
      run(other, LOCK.formatted("first"));
      other.commit();
      assertEquals(Money.usd("1"), drawn.get().getLast().granted());
      try (var books = new JdbcLedgerFactory().books(settings)) {
        assertTrue(books.verify().agrees());
      }
    }
  }

  private void awaitALockedSession() throws Exception {
    try (var watcher = another()) {
      while (Nodes.number(
              watcher,
              "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nexus'"
                  + " AND wait_event_type = 'Lock'")
          == 0) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  @Test
  void calls_optionsThatChangeAnswersInTheAddress_areExact() throws Exception {
    var odd =
        new LedgerSettings(
            settings.url()
                + "&reWriteBatchedInserts=true&autosave=always&preferQueryMode=simple"
                + "&readOnly=true&readOnlyMode=always&stringtype=unspecified"
                + "&defaultRowFetchSize=1&targetServerType=secondary&replication=database",
            settings.password());
    try (var ledger = open(odd)) {
      joined(ledger);
      var record = FIRST.forgiven("r1", Instant.EPOCH, new Money(-5));
      for (int again = 0; again < 2; again++) {
        ledger.post("a", "a-1", List.of(record, record));
      }
      assertEquals(new Money(5), ledger.balances().getFirst().settled());
      assertEquals(1, ledger.prune(Instant.EPOCH.plusSeconds(1)));
      ledger.post("a", "a-1", List.of(record));
      assertEquals(new Money(5), ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void session_commitsNotForcedByDefault_forcesThem() throws Exception {
    server.execute("ALTER ROLE postgres SET synchronous_commit = off");
    try (var session = new Session(settings, Use.DRAW);
        var other = another()) {
      assertEquals("off", shown(other, "synchronous_commit"));
      assertEquals("on", session.alone("ask", true, c -> shown(c, "synchronous_commit")));
    } finally {
      server.execute("ALTER ROLE postgres RESET synchronous_commit");
    }
  }

  @Test
  void session_commitsStricterByDefault_leavesThem() throws Exception {
    server.execute("ALTER ROLE postgres SET synchronous_commit = remote_apply");
    try (var session = new Session(settings, Use.DRAW)) {
      assertEquals("remote_apply", session.alone("ask", true, c -> shown(c, "synchronous_commit")));
    } finally {
      server.execute("ALTER ROLE postgres RESET synchronous_commit");
    }
  }

  @Test
  void open_nobodyMayWrite_saysSo() throws Exception {
    server.execute("ALTER ROLE postgres SET default_transaction_read_only = on");
    try {
      var e = assertThrows(LedgerException.class, () -> open(settings));
      assertEquals(Kind.READ_ONLY, e.kind(), e.getMessage());
    } finally {
      try (var other = another()) {
        run(other, "SET default_transaction_read_only = off");
        run(other, "ALTER ROLE postgres RESET default_transaction_read_only");
      }
    }
  }
}
