package io.nexus.bench.micro;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import io.nexus.control.money.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cost of usage: exact nano-dollars compared with decimal arithmetic. */
@State(Scope.Thread)
public class CostBenchmark {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
  private static final int DECIMALS = 9;

  private final ModelPricing pricing =
      ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10.00")));
  private final BigDecimal inputPrice = new BigDecimal("2.50");
  private final BigDecimal outputPrice = new BigDecimal("10.00");
  private long input = 1_234;
  private long output = 567;
  private final Money budgetLeft = Money.usd("0.01");

  /** The cost of reported usage, as at every settle. */
  @Benchmark
  public Money ofUsage() {
    return pricing.cost(Usage.of(input, output));
  }

  /** The most that a request can cost, as at every hold. */
  @Benchmark
  public Money worstCase() {
    return pricing.worstCase(input, output, false);
  }

  /** The output tokens that the rest of a budget pays for, as at every clamp. */
  @Benchmark
  public long affordableOutput() {
    return pricing.affordableOutput(budgetLeft, input, false);
  }

  /** The cost of usage in decimal arithmetic. */
  @Benchmark
  public BigDecimal baselineDecimal() {
    return inputPrice
        .multiply(BigDecimal.valueOf(input))
        .add(outputPrice.multiply(BigDecimal.valueOf(output)))
        .divide(MILLION, DECIMALS, RoundingMode.UP);
  }
}
