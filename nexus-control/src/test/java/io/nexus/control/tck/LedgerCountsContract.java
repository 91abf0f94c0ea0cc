package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** How every ledger must grant what is counted beside money. */
public abstract class LedgerCountsContract extends LedgerSettingsContract {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final long MOST = 10;
  private static final BudgetCycle PARALLEL = new BudgetCycle("parallel:fair", Cycle.ENDLESS);

  private final Instant now = Instant.now();
  private final BudgetCycle requests =
      new BudgetCycle(
          "requests:fair",
          new Cycle(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1))));

  /** For subclasses. */
  protected LedgerCountsContract() {}

  private static Standing draw(
      Ledger ledger, NodeLease lease, BudgetCycle charge, long wanted, int divisor)
      throws LedgerException {
    var draw = new Draw(charge, new Money(MOST), new Money(wanted), new Money(1), divisor);
    return ledger.counts().draw(lease, List.of(draw)).getFirst();
  }

  private static Standing giveBack(Ledger ledger, NodeLease lease, BudgetCycle charge, long count)
      throws LedgerException {
    return ledger.counts().giveBack(lease, Map.of(charge, new Money(count))).getFirst();
  }

  private static void assertStanding(Standing is, long granted, long outstanding, long mine) {
    assertEquals(
        List.of(granted, 0L, outstanding, mine),
        List.of(
            is.granted().nanos(),
            is.settled().nanos(),
            is.outstanding().nanos(),
            is.mine().nanos()));
  }

  @Test
  void counts_drawnByTwo_neverPassTheLimit() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", LONG);
      var b = ledger.join("b", "b-1", LONG);
      assertStanding(draw(ledger, a, requests, 4, 1), 4, 4, 4);
      assertStanding(draw(ledger, b, requests, 9, 2), 3, 7, 3);
      assertStanding(draw(ledger, b, requests, 9, 1), 3, 10, 6);
      assertStanding(draw(ledger, a, requests, 1, 1), 0, 10, 4);
      assertStanding(giveBack(ledger, b, requests, 2), 0, 8, 4);
      assertStanding(giveBack(ledger, a, requests, 0), 0, 8, 4);
      assertStanding(giveBack(ledger, a, requests, 9), 0, 4, 0);
      assertTrue(ledger.balances().isEmpty(), "they are no money");
      assertEquals(Money.ZERO, ledger.stranded());
    }
  }

  @Test
  void counts_manyGatewaysAtOnce_grantTheLimitAndNoMore() throws Exception {
    try (var gateways = Executors.newFixedThreadPool(4)) {
      var calls = new ArrayList<Callable<Long>>();
      for (int i = 0; i < 4; i++) {
        var node = "n" + i;
        calls.add(
            () -> {
              long granted = 0;
              try (var ledger = open()) {
                var lease = ledger.join(node, node + "-1", LONG);
                for (int draw = 0; draw < MOST; draw++) {
                  granted += draw(ledger, lease, requests, 1, 1).granted().nanos();
                }
              }
              return granted;
            });
      }
      long all = 0;
      for (var granted : gateways.invokeAll(calls)) {
        all += granted.get();
      }
      assertEquals(MOST, all);
    }
  }

  @Test
  void counts_inAWindow_stayWhenTheirGatewayIsGone() throws Exception {
    try (var ledger = open()) {
      var gone = ledger.join("a", "a-1", LONG);
      draw(ledger, gone, requests, 6, 1);
      draw(ledger, gone, PARALLEL, 6, 1);
      var next = ledger.join("a", "a-2", LONG);
      ledger.release("a", "a-1");
      assertThrows(LedgerException.class, () -> draw(ledger, gone, requests, 1, 1));
      assertStanding(draw(ledger, next, requests, 9, 1), 4, 10, 4);
      assertStanding(draw(ledger, next, PARALLEL, 9, 1), 9, 9, 9);
      ledger.counts().tidy();
      assertStanding(giveBack(ledger, next, requests, 0), 0, 10, 4);
      assertStanding(giveBack(ledger, next, PARALLEL, 0), 0, 9, 9);
    }
  }

  @Test
  void counts_ofAGatewayThatRenewsNoMore_areFreeWhereNothingIsUsedUp() throws Exception {
    try (var ledger = open()) {
      var dying = ledger.join("a", "a-1", Duration.ofMillis(300));
      var living = ledger.join("b", "b-1", LONG);
      draw(ledger, dying, PARALLEL, 6, 1);
      long end = System.nanoTime() + 30_000_000_000L;
      while (giveBack(ledger, living, PARALLEL, 0).outstanding().nanos() > 0) {
        assertTrue(System.nanoTime() < end, "still counted");
        Thread.sleep(10);
      }
      assertStanding(draw(ledger, living, PARALLEL, 10, 1), 10, 10, 10);
    }
  }

  @Test
  void tidy_cyclesThatAreLongOver_areForgotten() throws Exception {
    try (var ledger = open()) {
      var over =
          new BudgetCycle("requests:old", new Cycle(Instant.EPOCH, Instant.EPOCH.plusSeconds(60)));
      var a = ledger.join("a", "a-1", LONG);
      assertStanding(draw(ledger, a, over, 10, 1), 10, 10, 10);
      ledger.counts().tidy();
      assertStanding(giveBack(ledger, a, over, 0), 0, 0, 0);
    }
  }
}
