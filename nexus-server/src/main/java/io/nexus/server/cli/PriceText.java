package io.nexus.server.cli;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.PriceKind.Unit;
import io.nexus.control.money.Rates;
import io.nexus.control.money.ServiceTier;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeMap;

/** Prints a price for people: a line for each charge. */
final class PriceText {

  /** The kinds shown for every model, even if their price falls back to another kind's. */
  private static final Set<PriceKind> USUAL =
      Set.of(
          PriceKind.INPUT,
          PriceKind.CACHED_INPUT,
          PriceKind.CACHE_WRITE,
          PriceKind.OUTPUT,
          PriceKind.REASONING);

  private final PrintWriter out;

  PriceText(PrintWriter out) {
    this.out = out;
  }

  /** Prints the source of the price and the model's limits. */
  void head(String model, String provider, Price price, ModelFacts facts) {
    out.printf("%s%s: %s%n", model, provider.isEmpty() ? "" : " at " + provider, rule(price));
    var said = new ArrayList<String>();
    if (facts.contextWindow() > 0) {
      said.add("context window " + facts.contextWindow());
    }
    if (facts.longestPrompt() > 0 && facts.longestPrompt() != facts.contextWindow()) {
      said.add("longest prompt " + facts.longestPrompt());
    }
    if (facts.longestOutput() > 0) {
      said.add("longest answer " + facts.longestOutput());
    }
    if (!said.isEmpty()) {
      out.printf("  %s tokens%n", String.join(", ", said));
    }
  }

  /** Every tier, level and fee. */
  void all(ModelPricing pricing) {
    tier(ServiceTier.STANDARD, pricing);
    new TreeMap<>(pricing.tiers()).forEach(this::tier);
    new TreeMap<>(pricing.regions())
        .forEach(
            (region, factor) ->
                out.printf("region %s: tokens cost %s times as much%n", region, factor));
  }

  /** One tier. */
  void tier(ServiceTier tier, ModelPricing pricing) {
    if (!tier.isStandard()) {
      out.printf("tier %s:%n", tier);
    }
    if (isInTokens(pricing)) {
      rates(pricing.rates());
    }
    pricing.fees().prices().forEach(this::fee);
    for (var level : pricing.levels()) {
      out.printf(
          "%sabove %d tokens of prompt:%n",
          tier.isStandard() ? "" : "tier " + tier + ", ", level.above());
      rates(level.rates());
    }
  }

  private static boolean isInTokens(ModelPricing pricing) {
    return !pricing.rates().isFree() || pricing.fees().prices().isEmpty();
  }

  private void rates(Rates rates) {
    for (var kind : PriceKind.values()) {
      if (kind.isTokens() && isTold(kind, rates)) {
        line(name(kind), new Money(rates.of(kind)), "USD per million tokens");
      }
    }
  }

  private static boolean isTold(PriceKind kind, Rates rates) {
    return USUAL.contains(kind)
        || rates.isGiven(kind)
        || rates.of(kind) != rates.of(kind.fallback());
  }

  private static String name(PriceKind kind) {
    return switch (kind) {
      case CACHE_WRITE -> "cache write";
      case REASONING -> "reasoning output";
      default -> kind.label().replace('_', ' ');
    };
  }

  private void fee(Item item, Money price) {
    var unit = item.kind().unit();
    var name = item.kind().label().replace('_', ' ');
    line(
        item.variant().isEmpty() ? name : name + " " + item.variant(),
        price,
        unit == Unit.EACH ? "USD each" : "USD per " + unit.label());
  }

  private void line(String what, Money price, String unit) {
    out.printf("  %-22s %s %s%n", what, price, unit);
  }

  private static String rule(Price price) {
    return switch (price.rule()) {
      case EXACT -> "the entry '" + price.matched() + "' of " + price.source();
      case PREFIX -> "a version of the entry '" + price.matched() + "' of " + price.source();
      case PATTERN -> "fits the entry '" + price.matched() + "' of " + price.source();
      case LOCAL -> "local, and not priced: free";
      case UNKNOWN -> "unknown: a conservative price applies until [[pricing]] gives one";
    };
  }
}
