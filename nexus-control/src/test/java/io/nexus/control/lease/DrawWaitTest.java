package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Funds;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long requests wait for the ledger, in virtual time: each call to it takes one round trip, and
 * the gateway's own work takes none.
 */
@Timeout(120)
class DrawWaitTest {

  private static final long START_MILLIS = Instant.parse("2026-11-23T10:00:00Z").toEpochMilli();
  private static final Money COST = Money.usd("0.01");
  private static final int REQUESTS_A_SECOND = 1000;
  private static final int SECONDS = 4;
  private static final long MILLI = 1_000_000;

  @TempDir Path dir;

  private long nowNanos;
  private long roundTripNanos;

  /** A request that has not been admitted yet. */
  private record Waiting(int budget, BudgetHold hold, long sinceNanos) {}

  private Ledger slow(Ledger ledger) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (_, method, arguments) -> {
              nowNanos += roundTripNanos;
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private long millis() {
    return START_MILLIS + nowNanos / MILLI;
  }

  /** A gateway with that many budgets, which has seen them all. */
  private final class Scene {

    private final LedgerThread thread;
    private final Journal journal;
    private final Budgets budgets;
    private int requests;

    Scene(int count, Money limit) throws Exception {
      var ledger = new MemoryLedger(() -> Instant.ofEpochMilli(millis()), 1_000_000);
      var machine = new MachineTime(() -> Instant.ofEpochMilli(millis()), () -> nowNanos);
      var terms =
          new LeaseTerms(
              "a",
              dir,
              64 << 20,
              Duration.ofSeconds(15),
              Money.usd("1"),
              Duration.ofSeconds(2),
              false);
      var folder = JournalFolder.open(dir);
      journal = folder.start("a", "run", terms.journalMaxBytes());
      var session =
          new LedgerSession(() -> slow(ledger), terms, "run", folder, machine, LeaseListener.NONE);
      thread = new LedgerThread(session, terms, journal, folder, machine, LeaseListener.NONE);
      var all =
          IntStream.range(0, count)
              .mapToObj(
                  i ->
                      new BudgetTerms(
                          "t" + i,
                          Map.of(Dimension.TEAM, "t" + i),
                          limit,
                          new Window.Lifetime(),
                          ZoneOffset.UTC,
                          80,
                          HardLimitAction.REJECT,
                          false))
              .toList();
      budgets = new Budgets(all, BudgetListener.NONE, thread, millis());
      for (int i = 0; i < 50; i++) {
        thread.round(List.of());
      }
    }

    private BudgetHold hold(int budget) {
      return budgets.of(new Caller("", "t" + budget, "", List.of()), 0).at("p", "b", "m").hold();
    }

    private boolean admitted(Waiting request) {
      if (!request.hold().take(COST, millis())) {
        return false;
      }
      var record =
          new SpendRecord(
              new RecordId("r" + ++requests, 1),
              Instant.ofEpochMilli(millis()),
              Caller.ANONYMOUS,
              ServedBy.UNKNOWN,
              Usage.NONE,
              "",
              COST,
              Precision.REPORTED,
              Outcome.COMPLETED,
              Funds.chargesOf(request.hold()));
      journal.settle(record);
      return request.hold().settle(COST);
    }

    /**
     * Requests on all budgets in turn, until each has been admitted or refused; how long they wait.
     */
    long[] waits(int count) {
      var waits = new ArrayList<Long>();
      var waiting = new ArrayDeque<Waiting>();
      long first = nowNanos;
      for (int sent = 0; sent < SECONDS * REQUESTS_A_SECOND || !waiting.isEmpty(); ) {
        nowNanos += MILLI;
        while (sent < SECONDS * REQUESTS_A_SECOND
            && first + sent * (1_000 * MILLI / REQUESTS_A_SECOND) <= nowNanos) {
          long since = first + sent * (1_000 * MILLI / REQUESTS_A_SECOND);
          waiting.add(new Waiting(sent % count, hold(sent % count), since));
          sent++;
        }
        var asks = new HashMap<DrawRequest, Waiting>();
        for (int left = waiting.size(); left > 0; left--) {
          var next = waiting.remove();
          if (admitted(next)) {
            waits.add(nowNanos - next.sinceNanos());
          } else {
            asks.put(new DrawRequest(LeasedFunds.shortOf(next.hold(), COST), COST), next);
          }
        }
        thread.round(List.copyOf(asks.keySet()));
        asks.forEach(
            (ask, request) -> {
              assertEquals(Answer.GRANTED, ask.answer().getNow(Answer.AWAY));
              waiting.add(request);
            });
      }
      return waits.stream().mapToLong(Long::longValue).sorted().toArray();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // active budgets, round trip in milliseconds -> greatest p99 of the wait, in milliseconds
    "10,    0,   2",
    "10,    5,  40",
    "10,   50, 260",
    "300,   0,   2",
    "300,   5, 100",
    "300,  50, 400",
    "3000, 50, 500",
  })
  void draw_manyActiveBudgets_isWaitedForAFewRoundTrips(int count, long roundTrip, long most)
      throws Exception {
    var scene = new Scene(count, Money.usd("1000"));
    roundTripNanos = TimeUnit.MILLISECONDS.toNanos(roundTrip);
    var waits = scene.waits(count);
    long p99 = waits[waits.length * 99 / 100] / MILLI;
    assertEquals(SECONDS * REQUESTS_A_SECOND, waits.length);
    assertTrue(p99 <= most, "p99 " + p99 + " ms");
  }
}
