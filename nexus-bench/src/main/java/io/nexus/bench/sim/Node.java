package io.nexus.bench.sim;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Caller;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.lease.SimulatedGateway;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A simulated gateway: it serves, crashes, restarts, and is cut off from the ledger. */
final class Node {

  /** A request holds up to two cents, and costs a tenth of that or more. */
  private static final long MOST_HELD_NANOS = 20_000_000;

  private static final long LEAST_HELD_NANOS = 2_000_000;
  static final long MEAN_COST_NANOS = (MOST_HELD_NANOS + LEAST_HELD_NANOS) / 2 * 55 / 100;

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Money MAX_CHUNK = Money.usd("1");
  private static final long JOURNAL_BYTES = 1 << 20;
  private static final long LATENCY_MILLIS = 1500;

  private final String name;
  private final SimulatedBudgets budgets;
  private final int[] served;
  private final double[] cumulative;
  private final double requestsPerSecond;
  private final Line line;
  private final LeaseTerms terms;
  private final MachineTime machine;
  private final RandomGenerator random;
  private final ArrayDeque<Running> running = new ArrayDeque<>();
  private @Nullable SimulatedGateway gateway;
  private int incarnations;

  /** When the calls under way will have been answered. */
  private long answersMillis;

  private int requests;
  private long admitted;
  private long refused;
  private long unavailable;

  /** A running request. */
  private record Running(BudgetHold hold, SpendRecord record, long endsAtMillis) {}

  Node(
      String name,
      SimulatedBudgets budgets,
      int[] served,
      Line line,
      Path folder,
      MachineTime machine,
      boolean open,
      RandomGenerator random) {
    this.name = name;
    this.budgets = budgets;
    this.served = served;
    this.line = line;
    this.random = random;
    this.machine = machine;
    this.requestsPerSecond = random.nextDouble(1, 8);
    this.cumulative = new double[served.length];
    double sum = 0;
    for (int i = 0; i < served.length; i++) {
      sum += budgets.weight(served[i]);
      cumulative[i] = sum;
    }
    this.terms =
        new LeaseTerms(
            name, folder.resolve(name), JOURNAL_BYTES, LEASE, MAX_CHUNK, Duration.ZERO, open);
  }

  Line line() {
    return line;
  }

  boolean runs() {
    return gateway != null;
  }

  long admitted() {
    return admitted;
  }

  long refused() {
    return refused;
  }

  long unavailable() {
    return unavailable;
  }

  /** Adds the expected demand on each budget in a time. */
  void expect(double[] nanos, int seconds) {
    double all = cumulative[cumulative.length - 1];
    for (int budget : served) {
      nanos[budget] += requestsPerSecond * seconds * MEAN_COST_NANOS * budgets.weight(budget) / all;
    }
  }

  void start() throws LedgerException, IOException {
    var all = Stream.<BudgetTerms>builder();
    for (int budget : served) {
      all.add(budgets.terms(budget));
    }
    gateway =
        new SimulatedGateway(
            line::open, terms, machine, name + "-" + ++incarnations, all.build().toList());
  }

  /** Kills it; what it had running is billed and never settled. */
  void crash(boolean losesDisk) throws IOException {
    if (gateway != null) {
      gateway.crash();
    }
    gateway = null;
    running.clear();
    if (losesDisk) {
      delete(terms.journal());
    }
  }

  static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var entries = Files.list(folder)) {
        for (var entry : entries.toList()) {
          delete(entry);
        }
      }
    }
    Files.deleteIfExists(folder);
  }

  /** Ends finished requests, begins new ones, and runs a round with the ledger. */
  void live(long nowMillis, double seconds) {
    var process = gateway;
    if (process == null) {
      return;
    }
    while (!running.isEmpty() && running.getFirst().endsAtMillis() <= nowMillis) {
      var done = running.removeFirst();
      process.settle(done.record());
      done.hold().settle(done.record().cost());
    }
    boolean waits = nowMillis < answersMillis;
    long calls = line.calls();
    int arrivals = (int) (requestsPerSecond * seconds + random.nextDouble());
    for (int i = 0; i < arrivals; i++) {
      request(process, waits, nowMillis);
    }
    if (!waits) {
      process.round();
      answersMillis = nowMillis + (line.calls() - calls) * line.latencyMillis();
    }
  }

  private void request(SimulatedGateway process, boolean waits, long nowMillis) {
    int budget = served[SimulatedBudgets.draw(cumulative, random)];
    long held = random.nextLong(LEAST_HELD_NANOS, MOST_HELD_NANOS);
    long cost = random.nextLong(held / 10, held);
    var caller = new Caller("", SimulatedBudgets.name(budget), "", List.of());
    var hold = process.book().of(caller, 0).at("p", "b", "m").hold();
    var amount = new Money(held);
    switch (waits ? process.admitAlone(hold, amount) : process.admit(hold, amount)) {
      case Admission.Refused _ -> refused++;
      case Admission.Unavailable _ -> unavailable++;
      case Admission.Held _ -> {
        var id = name + "/" + ++requests;
        if (!process.begin(record(id, held, process, hold))) {
          hold.close();
          unavailable++;
          return;
        }
        admitted++;
        budgets.bill(budget, cost);
        var record = record(id, cost, process, hold);
        running.add(new Running(hold, record, nowMillis + LATENCY_MILLIS));
      }
    }
  }

  private static SpendRecord record(
      String id, long nanos, SimulatedGateway process, BudgetHold hold) {
    return new SpendRecord(
        new RecordId(id, 1),
        process.clock().instant(),
        Caller.ANONYMOUS,
        new ServedBy("b", "p", "m"),
        Usage.NONE,
        "",
        new Money(nanos),
        Precision.REPORTED,
        Outcome.COMPLETED,
        Funds.chargesOf(hold));
  }
}
