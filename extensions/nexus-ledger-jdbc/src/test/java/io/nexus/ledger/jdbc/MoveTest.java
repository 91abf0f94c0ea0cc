package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.PendingAnswer;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger moves from SQLite to PostgreSQL completely, or not at all. */
class MoveTest {

  private static final BudgetCycle GLOBAL = new BudgetCycle("global", Cycle.ENDLESS);
  private static final Money LIMIT = Money.usd("10");
  private static final int RECORDS = 1200;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path folder;

  private LedgerSettings sqlite() {
    return new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), "");
  }

  private static NodeLease filled(Ledger ledger) throws LedgerException {
    var at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var lease = ledger.join("gateway", "first", Duration.ofMinutes(1));
    var _ = ledger.draw(lease, List.of(new Draw(GLOBAL, LIMIT, Money.usd("5"), Money.usd("1"), 1)));
    var records = new ArrayList<SpendRecord>();
    for (int i = 0; i < RECORDS; i++) {
      records.add(record("r" + i, at.plusMillis(i)));
    }
    var _ = ledger.post("gateway", "first", records);
    var made = new Setting("key", "alice", "{\"sha256\":\"\u00e4\"}", Setting.NEW);
    var edit =
        new SettingEdit(
            List.of(made), at, "admin", "127.0.0.1", "key.create", "alice", "null", "{}", "due");
    assertEquals(new SettingOutcome.Kept(1), ledger.change(edit));
    return lease;
  }

  private static final PendingAnswer MAKING =
      new PendingAnswer(new RecordId("r0", 0, 0), "gateway", "cloud", "/responses/resp_1", 7);

  private static SpendRecord record(String id, Instant at) {
    return new SpendRecord(
        new RecordId(id, 0, 0),
        at,
        new Caller("alice", "research", "", List.of("a", "b")),
        new ServedBy("cloud", "openai", "m"),
        Usage.of(10, 5),
        "price",
        Money.usd("0.001"),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of(GLOBAL));
  }

  @Test
  void move_stoppedCleanly_takesSpendBalancesAndSettings() throws Exception {
    var factory = new JdbcLedgerFactory();
    try (var ledger = factory.open(sqlite())) {
      var lease = filled(ledger);
      var _ = ledger.giveBack(lease, Map.of(GLOBAL, Money.usd("10")));
      ledger.leave(lease);
    }
    try (var books = factory.books(sqlite())) {
      books.begun(MAKING);
    }
    var to = server.newLedger();
    var moved = factory.move(sqlite(), to);
    assertEquals(RECORDS, moved.records());
    assertEquals(1, moved.settings());
    assertTrue(moved.audit().agrees(), moved::toString);
    try (var before = factory.books(sqlite());
        var after = factory.books(to);
        var ledger = factory.open(to)) {
      assertEquals(List.of(MAKING), after.unfinished("gateway"));
      assertEquals(before.balances(), ledger.balances());
      var spent = new SpendQuery(SpendGroup.TEAM, Instant.EPOCH, Instant.MAX, ZoneOffset.UTC);
      assertEquals(RECORDS, ledger.spend(spent).getFirst().requests());
      assertEquals(before.spend(spent), ledger.spend(spent));
      assertEquals(Money.usd("1.2"), ledger.balances().getFirst().settled());
      assertEquals("alice", ledger.settingsSince(0).getFirst().name());
      assertEquals("{\"sha256\":\"\u00e4\"}", ledger.settingsSince(0).getFirst().value());
      assertEquals(1, ledger.settingChanges(Long.MAX_VALUE, 10).size());
      var bob = new Setting("key", "bob", "{}", Setting.NEW);
      var next =
          new SettingEdit(List.of(bob), Instant.now(), "a", "b", "c", "bob", "null", "{}", "");
      assertEquals(new SettingOutcome.Kept(2), ledger.change(next));
      var again = assertThrows(LedgerException.class, () -> factory.move(sqlite(), to));
      assertEquals(Kind.IN_USE, again.kind());
      assertTrue(String.valueOf(again.getMessage()).contains("name an empty database"));
    }
  }

  /** What a window has admitted stays used, though the gateway that admitted it is gone. */
  @Test
  void move_countsOfAWindow_goAlong() throws Exception {
    var factory = new JdbcLedgerFactory();
    var window =
        new BudgetCycle("calls", new Cycle(Instant.EPOCH, Instant.now().plus(Duration.ofDays(1))));
    var four = new Draw(window, new Money(10), new Money(4), new Money(1), 1);
    try (var ledger = factory.open(sqlite())) {
      var lease = ledger.join("gateway", "first", Duration.ofMinutes(1));
      var _ = ledger.counts().draw(lease, List.of(four));
      ledger.leave(lease);
    }
    var to = server.newLedger();
    var _ = factory.move(sqlite(), to);
    try (var ledger = factory.open(to)) {
      var lease = ledger.join("gateway", "second", Duration.ofMinutes(1));
      var standing = ledger.counts().draw(lease, List.of(four)).getFirst();
      assertEquals(new Money(8), standing.outstanding());
    }
  }

  @Test
  void move_gatewayThatHasNothingDrawnRunsOnPostgres_isRefused() throws Exception {
    var factory = new JdbcLedgerFactory();
    var from = server.newLedger();
    try (var ledger = factory.open(from)) {
      var lease = ledger.join("gateway", "first", Duration.ofMinutes(1));
      var running = assertThrows(LedgerException.class, () -> factory.move(from, sqlite()));
      assertEquals(Kind.IN_USE, running.kind());
      assertTrue(String.valueOf(running.getMessage()).contains("gateways run on it"));
      ledger.leave(lease);
    }
    assertEquals(0, factory.move(from, sqlite()).records());
  }

  @Test
  void move_moneyIsDrawn_orAGatewayRuns_isRefused() throws Exception {
    var factory = new JdbcLedgerFactory();
    var to = server.newLedger();
    try (var ledger = factory.open(sqlite())) {
      var _ = filled(ledger);
      var running = assertThrows(LedgerException.class, () -> factory.move(sqlite(), to));
      assertEquals(Kind.IN_USE, running.kind());
    }
    var drawn = assertThrows(LedgerException.class, () -> factory.move(sqlite(), to));
    assertEquals(Kind.IN_USE, drawn.kind());
    assertTrue(String.valueOf(drawn.getMessage()).contains("have not settled"));
    try (var ledger = factory.open(to)) {
      assertEquals(List.of(), ledger.balances());
    }
    var none = new LedgerSettings("jdbc:sqlite:" + folder.resolve("none.db"), "");
    assertThrows(LedgerException.class, () -> factory.move(none, to));
  }
}
