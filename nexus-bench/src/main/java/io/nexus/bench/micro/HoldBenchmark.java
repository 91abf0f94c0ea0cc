package io.nexus.bench.micro;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** The budget check: money held on every budget of a request, then settled. */
public class HoldBenchmark {
  private static final Money WORST_CASE = Money.usd("0.01");
  private static final Money ACTUAL = new Money(1);

  /** The budgets, which all threads share. */
  @State(Scope.Benchmark)
  public static class Shared {
    /** The number of budgets of the request. */
    @Param({"1", "3", "5"})
    public int budgets;

    /** The number of budgets. */
    @Param({"10", "10000"})
    public int configured;

    private RequestBudgets set = RequestBudgets.NONE;

    /** Opens the accounts. */
    @Setup
    public void open() {
      set =
          SampleBudgets.book(budgets, configured, new Window.Monthly(1))
              .of(SampleBudgets.CALLER, 0)
              .at("openai", "cloud", "gpt-4o");
    }
  }

  /** One thread's claim, taken again and again. */
  @State(Scope.Thread)
  public static class Claim {
    private BudgetHold hold = RequestBudgets.NONE.hold();

    /** Makes the claim. */
    @Setup
    public void make(Shared shared) {
      hold = shared.set.hold();
    }
  }

  /** Plain numbers, for one thread only: what the check costs where nothing can go wrong. */
  @State(Scope.Thread)
  public static class Plain {
    /** The number of budgets of the request. */
    @Param({"1", "3", "5"})
    public int budgets;

    private long[] limits = {};
    private long[] committed = {};

    /** As many numbers as budgets. */
    @Setup
    public void make() {
      limits = new long[budgets];
      committed = new long[budgets];
      Arrays.fill(limits, Long.MAX_VALUE / 2);
    }
  }

  /** On one thread. */
  @Benchmark
  public boolean takeAndSettle(Claim claim) {
    return claim.hold.take(WORST_CASE, SampleBudgets.NOW_MILLIS) && claim.hold.settle(ACTUAL);
  }

  /** On all threads at once, on the same budgets. */
  @Benchmark
  @Threads(Threads.MAX)
  public boolean takeAndSettleContended(Claim claim) {
    return claim.hold.take(WORST_CASE, SampleBudgets.NOW_MILLIS) && claim.hold.settle(ACTUAL);
  }

  /** The same, every operation timed, which the mean contains. */
  @Benchmark
  @Threads(Threads.MAX)
  public boolean takeAndSettleContendedTimed(Claim claim, Latency latency) {
    long began = System.nanoTime();
    boolean settled =
        claim.hold.take(WORST_CASE, SampleBudgets.NOW_MILLIS) && claim.hold.settle(ACTUAL);
    latency.ended(began);
    return settled;
  }

  /** Additions to plain numbers after a comparison, not safe for a second thread. */
  @Benchmark
  public boolean baselineUnsynchronised(Plain plain) {
    for (int i = 0; i < plain.limits.length; i++) {
      if (plain.committed[i] + WORST_CASE.nanos() > plain.limits[i]) {
        return false;
      }
      plain.committed[i] += WORST_CASE.nanos();
    }
    for (int i = 0; i < plain.limits.length; i++) {
      plain.committed[i] += ACTUAL.nanos() - WORST_CASE.nanos();
    }
    return true;
  }
}
