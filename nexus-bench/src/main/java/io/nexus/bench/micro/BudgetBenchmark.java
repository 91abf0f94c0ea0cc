package io.nexus.bench.micro;

import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.Window;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading budgets and finding those of a request, with three that match. */
@State(Scope.Benchmark)
public class BudgetBenchmark {
  private static final int MATCHING = 3;

  /** The number of budgets. */
  @Param({"10", "10000"})
  public int configured;

  private Budgets book = SampleBudgets.book(0, 0, new Window.Lifetime());
  private RequestBudgets set = RequestBudgets.NONE;

  /** Opens the accounts. */
  @Setup
  public void open() {
    book = SampleBudgets.book(MATCHING, configured, new Window.Monthly(1));
    set = match();
  }

  /** The check of the soft limits, as in routing. */
  @Benchmark
  public boolean statusRead() {
    return set.underPressure(SampleBudgets.NOW_MILLIS);
  }

  /** The figures of the tightest, as the response's headers show them. */
  @Benchmark
  public Optional<BudgetState> tightest() {
    return set.tightest(SampleBudgets.NOW_MILLIS);
  }

  /** Finding the budgets of a request. */
  @Benchmark
  public RequestBudgets match() {
    return book.of(SampleBudgets.CALLER, 0).at("openai", "cloud", "gpt-4o");
  }

  /** Finding them by looking at every budget. */
  @Benchmark
  public long baselineScan() {
    long found = 0;
    for (var budget : book.budgets()) {
      var match = budget.terms().match();
      if (match.isEmpty() || match.containsValue("team") || match.containsValue("user")) {
        found++;
      }
    }
    return found;
  }
}
