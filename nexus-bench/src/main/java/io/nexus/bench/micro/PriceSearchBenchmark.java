package io.nexus.bench.micro;

import io.nexus.control.money.Price;
import io.nexus.control.pricing.PricingRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Finding the price of a name that nobody has asked for before: the table is searched. */
@State(Scope.Benchmark)
public class PriceSearchBenchmark {

  /** What the names begin with: a model's name, or nothing that the table has. */
  @Param({"gpt-4o-mini-", "no-such-model-"})
  public String prefix = "";

  private final PricingRegistry registry = PricingRegistry.builtIn();
  private long names;

  /** The next name. */
  @Benchmark
  public Price lookUp() {
    return registry.priceOf("openai", false, prefix + names++);
  }
}
