package io.nexus.bench.micro;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.Rates;
import io.nexus.control.spi.TokenCounter;
import io.nexus.control.tokens.HeuristicTokenCounter;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a request is expected to cost: its tokens counted, then priced. */
@State(Scope.Benchmark)
public class EstimateBenchmark {
  private static final int MAX_OUTPUT = 1_024;

  /** Kilobytes of the prompt's text. */
  @Param({"1", "32"})
  public int kilobytes;

  private final TokenCounter.ForModel heuristic =
      new HeuristicTokenCounter().forModel("gpt-4o").orElseThrow();
  private final TokenCounter.ForModel exact = ExactCounter.of("gpt-4o");
  private final ModelPricing pricing =
      ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10.00")));
  private Prompt prompt = new Prompt(0, 0, List.of(), List.of(), List.of(), 0);

  /** A system message and a user's. */
  @Setup
  public void write() {
    int chars = kilobytes * 1_024;
    var text = SampleText.of(chars);
    var texts = List.of("system", text.substring(0, chars / 4), "user", text.substring(chars / 4));
    prompt = new Prompt(2, 0, texts, List.of(), List.of(), 0);
  }

  /** Tokens guessed from the text's length. */
  @Benchmark
  public CostEstimate heuristic() {
    return CostEstimate.estimate(pricing, heuristic.count(prompt), MAX_OUTPUT, 1, false);
  }

  /** Tokens counted with the model's vocabulary. */
  @Benchmark
  public CostEstimate exact() {
    return CostEstimate.estimate(pricing, exact.count(prompt), MAX_OUTPUT, 1, false);
  }

  /** Four characters a token, in floating point, without a bound. */
  @Benchmark
  public double baselineLengthTimesPrice() {
    long chars = 0;
    for (var text : prompt.texts()) {
      chars += text.length();
    }
    return chars / 4.0 * 2.50e-6 + MAX_OUTPUT * 10e-6;
  }
}
