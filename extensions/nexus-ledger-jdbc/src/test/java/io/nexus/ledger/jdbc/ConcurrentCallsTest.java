package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Gateways that draw, post and give back on the same budgets at the same time, each of them in two
 * sessions: one whose answers it sees, and one that does again what was done, as after an answer
 * that was lost. Meanwhile retention removes what they post.
 */
@Timeout(300)
class ConcurrentCallsTest {

  private static final int BUDGETS = 12;
  private static final int NODES = 4;
  private static final int ROUNDS = 60;
  private static final Money LIMIT = Money.usd("1");
  private static final Instant AT = Instant.parse("2026-11-23T10:30:00Z");

  private static final List<BudgetCycle> CHARGES =
      IntStream.range(0, BUDGETS).mapToObj(i -> new BudgetCycle("b" + i, Cycle.ENDLESS)).toList();

  private final long seed = RandomGenerator.getDefault().nextLong();
  private final Map<BudgetCycle, Money> spent = new ConcurrentHashMap<>();

  @Test
  void calls_concurrentOnTheSameBudgets_keepEveryLimitAndCountOnce() throws Exception {
    System.out.println("seed " + seed);
    var server = new PostgresServer();
    try {
      var settings = server.newLedger();
      var gateways = new ArrayList<Callable<Void>>();
      for (int i = 0; i < NODES; i++) {
        gateways.add(new Spending("n" + i, settings, i));
      }
      try (var threads = Executors.newFixedThreadPool(NODES);
          var retention = Executors.newSingleThreadExecutor()) {
        var stopping = new CountDownLatch(1);
        var pruned = retention.submit(() -> pruneUntil(stopping, settings));
        for (var each : threads.invokeAll(gateways)) {
          each.get();
        }
        stopping.countDown();
        assertTrue(pruned.get() > 0, "some were removed while others were posted");
      }
      try (var books = new JdbcLedgerFactory().books(settings)) {
        for (var balance : books.balances()) {
          assertEquals(spent.get(balance.charge()), balance.settled(), balance::toString);
          var taken = balance.settled().plus(balance.outstanding());
          assertTrue(taken.compareTo(LIMIT) <= 0, balance::toString);
        }
        assertTrue(books.verify().agrees(), () -> "seed " + seed);
        assertEquals(0, deadlocks(settings), "all lock in one order");
      }
    } finally {
      server.close();
    }
  }

  /** Removes all records there are, again and again. */
  private static long pruneUntil(CountDownLatch stopping, LedgerSettings settings)
      throws Exception {
    long records = 0;
    try (var ledger = new JdbcLedgerFactory().open(settings)) {
      while (!stopping.await(20, TimeUnit.MILLISECONDS)) {
        records += ledger.prune(AT.plusSeconds(1));
      }
    }
    return records;
  }

  private static long deadlocks(LedgerSettings settings) throws SQLException {
    try (var connection =
        DriverManager.getConnection(settings.url(), "postgres", PostgresServer.PASSWORD)) {
      return Nodes.number(
          connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
  }

  /** One gateway. It never spends more than it was granted. */
  private final class Spending implements Callable<Void> {

    private final String node;
    private final LedgerSettings settings;
    private final RandomGenerator random;
    private final Map<BudgetCycle, Money> mine = new HashMap<>();
    private int records;

    Spending(String node, LedgerSettings settings, int number) {
      this.node = node;
      this.settings = settings;
      this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + number);
    }

    @Override
    public Void call() throws Exception {
      try (var ledger = new JdbcLedgerFactory().open(settings);
          var late = new JdbcLedgerFactory().open(settings);
          var again = Executors.newSingleThreadExecutor()) {
        var lease = ledger.join(node, node + "-1", Duration.ofMinutes(5));
        for (int round = 0; round < ROUNDS; round++) {
          var drawn = ledger.draw(lease, draws());
          see(drawn);
          var batch = batch();
          var repeated = again.submit(() -> late.post(node, node + "-1", batch));
          var posted = ledger.post(node, node + "-1", batch);
          repeated.get();
          see(posted);
          if (round % 5 == 0) {
            giveBack(ledger, lease);
          }
        }
      }
      return null;
    }

    private List<Draw> draws() {
      var shuffled = new ArrayList<>(CHARGES);
      Collections.shuffle(shuffled, random);
      return shuffled.subList(0, random.nextInt(1, BUDGETS)).stream()
          .map(charge -> new Draw(charge, LIMIT, Money.usd("0.03"), Money.usd("0.01"), 1))
          .toList();
    }

    private List<SpendRecord> batch() {
      var batch = new ArrayList<SpendRecord>();
      for (int i = 0; i < 5; i++) {
        var charges = new ArrayList<>(CHARGES);
        Collections.shuffle(charges, random);
        charges.removeIf(c -> mine.getOrDefault(c, Money.ZERO).compareTo(Money.usd("0.01")) < 0);
        var few = List.copyOf(charges.subList(0, Math.min(3, charges.size())));
        var cost = new Money(random.nextLong(1, 10_000_000));
        for (var charge : few) {
          mine.merge(charge, cost, Money::minus);
          spent.merge(charge, cost, Money::plus);
        }
        batch.add(record(cost, few));
      }
      return batch;
    }

    private SpendRecord record(Money cost, List<BudgetCycle> charges) {
      return new SpendRecord(
          new RecordId(node + ":" + ++records, 1),
          AT,
          Caller.ANONYMOUS,
          ServedBy.UNKNOWN,
          Usage.NONE,
          "",
          cost,
          Precision.REPORTED,
          Outcome.COMPLETED,
          charges);
    }

    private void giveBack(Ledger ledger, NodeLease lease) throws LedgerException {
      var amounts = new HashMap<BudgetCycle, Money>();
      mine.forEach((charge, amount) -> amounts.put(charge, new Money(amount.nanos() / 2)));
      see(ledger.giveBack(lease, amounts));
    }

    private void see(List<Standing> standings) {
      for (var standing : standings) {
        mine.put(standing.charge(), standing.mine());
      }
    }
  }
}
