package io.nexus.bench.micro;

import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One run of the reconciliation loop. */
@State(Scope.Benchmark)
public class ReconciliationBenchmark {

  /** The number of budgets. */
  @Param("10000")
  public int budgets;

  private final AtomicLong nowMillis = new AtomicLong(SampleBudgets.NOW_MILLIS);
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());
  private BudgetReconciliationLoop quiet = loop(new Window.Lifetime());
  private BudgetReconciliationLoop turning = quiet;
  private long[] committed = {};

  /** Opens the accounts. */
  @Setup
  public void open() {
    quiet = loop(new Window.Lifetime());
    turning = loop(new Window.Every(Duration.ofSeconds(1)));
    committed = new long[budgets];
  }

  private BudgetReconciliationLoop loop(Window window) {
    return new BudgetReconciliationLoop(SampleBudgets.book(0, budgets, window), clock);
  }

  /** Nothing has happened. */
  @Benchmark
  public void run() {
    quiet.run();
  }

  /** The cycle of every budget is over. */
  @Benchmark
  public void runAllCyclesTurn() {
    nowMillis.addAndGet(1_000);
    turning.run();
  }

  /** A look at as many plain numbers. */
  @Benchmark
  public long baselineSum() {
    long sum = 0;
    for (long each : committed) {
      sum += each;
    }
    return sum;
  }

  /** Ends the loops. */
  @TearDown
  public void close() {
    quiet.close();
    turning.close();
  }
}
