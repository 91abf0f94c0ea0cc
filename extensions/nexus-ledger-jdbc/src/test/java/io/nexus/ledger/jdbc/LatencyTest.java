package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.ledger.jdbc.testing.Line;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What calls to PostgreSQL cost behind a line. {@code -Dnexus.rounds=100} makes it the long form,
 * which prints a table.
 */
@Timeout(1800)
class LatencyTest {

  private static final int ROUNDS = Integer.getInteger("nexus.rounds", 3);
  private static final boolean LONG = ROUNDS > 3;
  private static final int WARM_UP = 8;
  private static final int RECORDS = 500;
  private static final Money CENT = Money.usd("0.01");
  private static final Instant AT = Instant.parse("2026-11-23T10:30:00Z");

  private int records;

  /** A gateway that draws on some budgets. */
  private record Drawing(Ledger ledger, NodeLease lease, List<BudgetCycle> charges) {

    List<Draw> draws(List<BudgetCycle> of) {
      return of.stream()
          .map(charge -> new Draw(charge, Money.usd("1000000"), CENT, CENT, 1))
          .toList();
    }
  }

  private static Drawing drawing(Ledger ledger, int budgets) throws LedgerException {
    var charges =
        IntStream.range(0, budgets)
            .mapToObj(i -> new BudgetCycle("budget-" + budgets + "-" + i, Cycle.ENDLESS))
            .toList();
    return new Drawing(ledger, ledger.join("a", "a-1", Duration.ofMinutes(5)), charges);
  }

  private List<SpendRecord> batch(List<BudgetCycle> charges) {
    return IntStream.range(0, RECORDS)
        .mapToObj(
            i ->
                new SpendRecord(
                    new RecordId("r" + ++records, 1),
                    AT,
                    Caller.ANONYMOUS,
                    new ServedBy("openai", "openai", "gpt-4o"),
                    Usage.of(1000, 500),
                    "in 2.5; out 10; built-in table: gpt-4o",
                    new Money(1000),
                    Precision.REPORTED,
                    Outcome.COMPLETED,
                    List.of(charges.get(i % charges.size()))))
        .toList();
  }

  /** Something whose round trips or time is taken. */
  @FunctionalInterface
  private interface Call {
    void run() throws LedgerException;
  }

  private static long roundTrips(Line line, Call call) throws LedgerException {
    long before = line.roundTrips();
    call.run();
    return line.roundTrips() - before;
  }

  private void round(Drawing on) throws LedgerException {
    on.ledger().draw(on.lease(), on.draws(on.charges()));
    on.ledger().post("a", "a-1", batch(on.charges()));
    on.ledger().renew(on.lease());
    look(on);
  }

  private static void look(Drawing on) throws LedgerException {
    var nothing = on.charges().stream().collect(Collectors.toMap(c -> c, _ -> Money.ZERO));
    on.ledger().giveBack(on.lease(), nothing);
  }

  @Test
  void calls_manyBudgets_takeOneRoundTripEach() throws Exception {
    var server = new PostgresServer();
    try (var line = server.line();
        var ledger = new JdbcLedgerFactory().open(server.through(line, server.newLedger()))) {
      var on = drawing(ledger, 3000);
      for (int i = 0; i < WARM_UP; i++) {
        round(on);
      }
      var draws = on.draws(on.charges());
      var batch = batch(on.charges());
      var back = on.charges().stream().collect(Collectors.toMap(c -> c, _ -> new Money(1)));
      assertEquals(1, roundTrips(line, () -> ledger.draw(on.lease(), draws)), "draw");
      assertEquals(1, roundTrips(line, () -> ledger.post("a", "a-1", batch)), "post");
      assertEquals(1, roundTrips(line, () -> ledger.giveBack(on.lease(), back)), "give back");
      assertEquals(1, roundTrips(line, () -> look(on)), "look");
      assertEquals(1, roundTrips(line, () -> ledger.renew(on.lease())), "renew");
      assertEquals(1, roundTrips(line, ledger::now), "clock");
      assertEquals(1, roundTrips(line, ledger::stranded), "stranded");
      assertTrue(ledger.verify().agrees());
    } finally {
      server.close();
    }
  }

  @Test
  void rounds_budgetsAndLines_areMeasured() throws Exception {
    var server = new PostgresServer();
    try {
      System.out.println("| budgets | round trip | draw of one | draw of all | round |");
      for (int budgets : LONG ? List.of(10, 300, 3000) : List.of(10)) {
        for (int millis : LONG ? List.of(0, 5, 50) : List.of(5)) {
          try (var line = server.line();
              var ledger = new JdbcLedgerFactory().open(server.through(line, server.newLedger()))) {
            measure(line, drawing(ledger, budgets), millis);
            assertTrue(ledger.verify().agrees());
          }
        }
      }
    } finally {
      server.close();
    }
  }

  private void measure(Line line, Drawing on, int millis) throws LedgerException {
    for (int i = 0; i < WARM_UP; i++) {
      round(on);
      on.ledger().draw(on.lease(), on.draws(List.of(on.charges().getFirst())));
    }
    line.roundTrip(Duration.ofMillis(millis));
    var one = new ArrayList<Long>();
    var all = new ArrayList<Long>();
    var rounds = new ArrayList<Long>();
    for (int i = 0; i < ROUNDS; i++) {
      var first = on.charges().subList(0, 1);
      one.add(time(() -> on.ledger().draw(on.lease(), on.draws(first))));
      all.add(time(() -> on.ledger().draw(on.lease(), on.draws(on.charges()))));
      rounds.add(time(() -> round(on)));
    }
    line.roundTrip(Duration.ZERO);
    System.out.printf(
        "| %d | %d ms | %s | %s | %s |%n",
        on.charges().size(), millis, shown(one), shown(all), shown(rounds));
    assertTrue(one.stream().mapToLong(n -> n).min().orElse(0) >= millis * 1_000_000L);
  }

  private static long time(Call call) throws LedgerException {
    long began = System.nanoTime();
    call.run();
    return System.nanoTime() - began;
  }

  private static String shown(List<Long> nanos) {
    var sorted = nanos.stream().sorted().toList();
    return "%.0f / %.0f ms"
        .formatted(sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6);
  }
}
