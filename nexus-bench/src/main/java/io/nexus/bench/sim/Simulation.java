package io.nexus.bench.sim;

import io.nexus.bench.sim.SimulationResult.Counts;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Many gateways on many budgets, with crashes and cuts, in virtual time. Runs the gateway's own
 * code for leases, journals and recovery on a ledger in memory; the upstreams, the network and the
 * clocks are simulated. The same options give the same result.
 */
public final class Simulation {

  private static final long START_MILLIS = Instant.parse("2026-11-01T12:00:00Z").toEpochMilli();
  private static final long STEP_MILLIS = 250;
  private static final double STEP_SECONDS = STEP_MILLIS / 1000.0;
  private static final long LAST_STEPS_MILLIS = 30_000;
  private static final long LOOK_EVERY_MILLIS = 10_000;
  private static final long SMALLEST_LIMIT_NANOS = 20_000_000;
  private static final int BUDGETS_EACH = 40;
  private static final int MOST_SKEW_MILLIS = 60_000;

  /** The number of line speeds, from the slowest to zero latency. */
  private static final int SPEEDS = 3;

  /** A gateway dies, and one is cut off, every 300 seconds of its life on average. */
  private static final double TROUBLE = STEP_SECONDS / 300;

  private final SimulationOptions options;
  private final RandomGenerator random;
  private final SimulatedBudgets budgets;
  private final Ledger ledger;
  private final Ledger seen;
  private final List<Node> nodes = new ArrayList<>();
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private final Logger quiet = Logger.getLogger("io.nexus.control.lease");
  private long nowMillis = START_MILLIS;
  private long crashes;
  private long cuts;
  private long strandedPeak;

  /** A scheduled event. */
  private record Later(long atMillis, int node, Deed deed) implements Comparable<Later> {

    enum Deed {
      START,
      MEND
    }

    @Override
    public int compareTo(Later other) {
      return Long.compare(atMillis, other.atMillis);
    }
  }

  /** Creates a simulation, to be run once. */
  public Simulation(SimulationOptions options) {
    this(options, UnaryOperator.identity());
  }

  /** Creates a simulation whose gateways use a wrapped ledger; checks read the original. */
  Simulation(SimulationOptions options, UnaryOperator<Ledger> between) {
    this.options = options;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.random);
    this.budgets = new SimulatedBudgets(options.budgets);
    this.ledger = new MemoryLedger(() -> Instant.ofEpochMilli(nowMillis), Integer.MAX_VALUE);
    this.seen = between.apply(ledger);
  }

  /**
   * Runs it.
   *
   * @throws IOException if the journals cannot be written to the folder for temporary files
   */
  public SimulationResult run() throws IOException, LedgerException {
    var folder = Files.createTempDirectory("nexus-simulation");
    // Every crash and cut would be logged.
    quiet.setLevel(Level.OFF);
    try {
      populate(folder);
      for (long end = nowMillis + options.seconds * 1000L; nowMillis < end; ) {
        trouble();
        step(STEP_SECONDS);
      }
      comeToRest();
      return result();
    } finally {
      quiet.setLevel(null);
      for (var node : nodes) {
        node.crash(true);
      }
      Node.delete(folder);
    }
  }

  private void populate(Path folder) throws IOException, LedgerException {
    for (int i = 0; i < options.gateways; i++) {
      long skew = random.nextInt(-MOST_SKEW_MILLIS, MOST_SKEW_MILLIS);
      var machine =
          new MachineTime(
              () -> Instant.ofEpochMilli(nowMillis + skew),
              () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));
      var line =
          new Line(seen, options.slowMillis * (SPEEDS - 1 - i % SPEEDS) / (SPEEDS - 1), random);
      nodes.add(new Node("g" + i, budgets, served(i), line, folder, machine, options.open, random));
    }
    var expected = new double[budgets.count()];
    nodes.forEach(node -> node.expect(expected, options.seconds));
    for (int i = 0; i < expected.length; i++) {
      // Half of the budgets are exhausted before the end.
      double share = random.nextBoolean() ? random.nextDouble(0.3, 0.9) : 20;
      budgets.limit(i, (long) (expected[i] * share) + SMALLEST_LIMIT_NANOS);
    }
    for (var node : nodes) {
      node.start();
    }
  }

  /** Assigns gateways to budgets: at least one each, more with more demand. */
  private int[] served(int gateway) {
    var own = IntStream.iterate(gateway, i -> i < budgets.count(), i -> i + options.gateways);
    var hot = IntStream.generate(() -> budgets.any(random)).limit(BUDGETS_EACH);
    return IntStream.concat(own, hot).distinct().sorted().toArray();
  }

  private void step(double seconds) throws IOException, LedgerException {
    nowMillis += STEP_MILLIS;
    while (!later.isEmpty() && later.element().atMillis() <= nowMillis) {
      var next = later.remove();
      var node = nodes.get(next.node());
      switch (next.deed()) {
        case START -> node.start();
        case MEND -> node.line().mend();
      }
    }
    // No gateway is always the first to draw.
    int first = random.nextInt(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get((first + i) % nodes.size()).live(nowMillis, seconds);
    }
    if ((nowMillis - START_MILLIS) % LOOK_EVERY_MILLIS == 0) {
      strandedPeak = Math.max(strandedPeak, stranded());
    }
  }

  private void trouble() throws IOException {
    for (int i = 0; i < nodes.size(); i++) {
      var node = nodes.get(i);
      if (!options.open && node.runs() && random.nextDouble() < TROUBLE) {
        crashes++;
        // One in ten comes back without its disk, and one in twenty never.
        node.crash(random.nextInt(10) == 0);
        if (random.nextInt(20) > 0) {
          later.add(new Later(nowMillis + random.nextLong(500, 30_000), i, Later.Deed.START));
        }
      }
      if (!node.line().isCut() && random.nextDouble() < TROUBLE) {
        cuts++;
        node.line().cut();
        later.add(new Later(nowMillis + random.nextLong(500, 40_000), i, Later.Deed.MEND));
      }
    }
  }

  /** Ends the demand, restores cut lines and restarts gateways that are due. */
  private void comeToRest() throws IOException, LedgerException {
    for (long end = nowMillis + LAST_STEPS_MILLIS; nowMillis < end || !later.isEmpty(); ) {
      step(0);
    }
  }

  private long stranded() throws LedgerException {
    return ledger.grants().stream()
        .filter(Grant::stranded)
        .mapToLong(grant -> grant.amount().nanos())
        .sum();
  }

  private SimulationResult result() throws LedgerException {
    var taken = new long[budgets.count()];
    for (var balance : ledger.balances()) {
      taken[SimulatedBudgets.numberOf(balance.charge().budget())] +=
          balance.settled().plus(balance.outstanding()).nanos();
    }
    long unaccounted = 0;
    for (int i = 0; i < taken.length; i++) {
      unaccounted = Math.max(unaccounted, budgets.billed(i) - taken[i]);
    }
    long unused = Arrays.stream(taken).sum() - budgets.allBilled().nanos();
    var counts =
        new Counts(
            sum(Node::admitted),
            sum(Node::refused),
            sum(Node::unavailable),
            crashes,
            cuts,
            sum(node -> node.line().draws()),
            sum(node -> node.line().granted()),
            sum(node -> node.line().calls()));
    return new SimulationResult(
        options,
        counts,
        budgets.allLimits(),
        budgets.allBilled(),
        budgets.overshoot(),
        new Money(unaccounted),
        ledger.verify().agrees(),
        new Money(strandedPeak),
        new Money(unused));
  }

  private long sum(ToLongFunction<Node> figure) {
    return nodes.stream().mapToLong(figure).sum();
  }
}
