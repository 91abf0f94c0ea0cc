package io.nexus.server.cli;

import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Usage;
import io.nexus.server.Prices;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus price}. */
@Command(
    name = "price",
    description = "Print a model's price, where it comes from, and what such a request costs.",
    mixinStandardHelpOptions = true)
final class PriceCommand implements Runnable {

  @Parameters(paramLabel = "MODEL", description = "The model, or PROVIDER/MODEL.")
  private String model = "";

  @Option(names = "--input", description = "Tokens of the prompt (default: ${DEFAULT-VALUE}).")
  private long input = 1000;

  @Option(names = "--output", description = "Tokens of the answer (default: ${DEFAULT-VALUE}).")
  private long output = 500;

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  PriceCommand() {}

  @Override
  public void run() {
    if (input < 0 || output < 0) {
      throw new Failure(Failure.USAGE, "usage: --input, --output: give numbers from 0 on");
    }
    var out = spec.commandLine().getOut();
    var loaded = Configs.load(config, System.getenv(), spec.commandLine().getErr());
    var price = Prices.of(loaded.config()).priceOf("", false, model);
    var rates = price.pricing().rates();
    out.printf("%s: %s%n", model, rule(price));
    line("input", rates.input());
    line("cached input", rates.cachedInput());
    line("cache write", rates.cacheWrite());
    line("output", rates.output());
    line("reasoning output", rates.reasoning());
    if (!price.pricing().perRequest().isZero()) {
      out.printf("  %-18s %s USD%n", "each request", price.pricing().perRequest());
    }
    for (var level : price.pricing().levels()) {
      out.printf(
          "  %-18s %s in, %s out USD per million tokens%n",
          "above " + level.above(),
          new Money(level.rates().input()),
          new Money(level.rates().output()));
    }
    out.printf(
        "  %d tokens in and %d out cost %s USD%n",
        input, output, price.pricing().cost(Usage.of(input, output)));
    out.flush();
  }

  private void line(String kind, long nanosPerMillion) {
    spec.commandLine()
        .getOut()
        .printf("  %-18s %s USD per million tokens%n", kind, new Money(nanosPerMillion));
  }

  private static String rule(Price price) {
    return switch (price.rule()) {
      case EXACT -> "the entry '" + price.matched() + "' of " + price.source();
      case PREFIX -> "a version of the entry '" + price.matched() + "' of " + price.source();
      case PATTERN -> "fits the entry '" + price.matched() + "' of " + price.source();
      case LOCAL -> "local, and not priced: free";
      case UNKNOWN -> "unknown: a conservative price stands in until [[pricing]] gives one";
    };
  }
}
