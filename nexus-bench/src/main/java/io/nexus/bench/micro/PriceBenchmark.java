package io.nexus.bench.micro;

import io.nexus.control.money.Price;
import io.nexus.control.pricing.PricingRegistry;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding a model's price, as every request does for each candidate. */
@State(Scope.Benchmark)
public class PriceBenchmark {
  private static final String PROVIDER = "openai";

  /** How the model's name is found. */
  @Param({"exact", "prefix", "unknown"})
  public String rule = "";

  private final PricingRegistry registry = PricingRegistry.builtIn();
  private String model = "";
  private Map<String, Price> map = Map.of();

  /** Picks a name of the kind. */
  @Setup
  public void pick() {
    model =
        switch (rule) {
          case "exact" -> "gpt-4o-mini";
          case "prefix" -> "gpt-4o-mini-2099-01-01";
          default -> "no-such-model";
        };
    map = Map.of(model, registry.priceOf(PROVIDER, false, model));
  }

  /** A name that was asked for before, as all but the first are. */
  @Benchmark
  public Price lookUp() {
    return registry.priceOf(PROVIDER, false, model);
  }

  /** The name alone in a map. */
  @Benchmark
  public Price baselineMap() {
    return Objects.requireNonNull(map.get(model));
  }
}
