package io.nexus.config;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.pricing.PriceSheet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of {@code [[pricing]]}: what a model costs. Prices of tokens are US dollars per million.
 *
 * @param model a model's name, or a pattern in which {@code *} stands for any text
 * @param provider the provider to which the price applies; empty for all
 * @param from the first day, in UTC, on which it applies; empty for all days
 * @param standard the prices of the standard tier, plain input and output among them
 * @param longPromptAbove a prompt is long if it has more tokens than this
 * @param fees the prices of everything other than tokens, such as each request
 * @param tiers the prices of other tiers, each only with its own prices
 * @param maxOutputTokens the model's longest answer, in tokens
 * @param contextWindow the most tokens that input and output may have together
 */
public record PricingConfig(
    String model,
    Optional<String> provider,
    Optional<LocalDate> from,
    Tokens standard,
    Optional<Long> longPromptAbove,
    Map<Item, Money> fees,
    Map<ServiceTier, Tokens> tiers,
    Optional<Long> maxOutputTokens,
    Optional<Long> contextWindow) {

  /**
   * The prices of tokens in a tier.
   *
   * @param prices the prices by kind of token
   * @param longPrompt the prices for long prompts
   */
  public record Tokens(Map<PriceKind, Money> prices, Map<PriceKind, Money> longPrompt) {
    /** Copies the maps. */
    public Tokens {
      prices = Map.copyOf(prices);
      longPrompt = Map.copyOf(longPrompt);
    }
  }

  /** Copies the maps. */
  public PricingConfig {
    fees = Map.copyOf(fees);
    tiers = Map.copyOf(tiers);
  }

  /**
   * The prices for the accounting; missing prices follow from the rules of {@link PriceSheet}. For
   * long prompts, kinds of tokens with a price of their own rise in the ratio of plain input or
   * plain output, rounded up to the nano-dollar.
   */
  public ModelPricing toModelPricing() {
    var rows = new ArrayList<PriceSheet.Row>();
    add(rows, ServiceTier.STANDARD, standard);
    tiers.forEach((tier, tokens) -> add(rows, tier, tokens));
    fees.forEach((item, price) -> rows.add(row(item, ServiceTier.STANDARD, 0, price)));
    return PriceSheet.of(model, "", rows, Map.of()).on(LocalDate.MAX).orElseThrow();
  }

  private void add(List<PriceSheet.Row> rows, ServiceTier tier, Tokens tokens) {
    tokens.prices().forEach((kind, price) -> rows.add(row(Item.of(kind), tier, 0, price)));
    long above = longPromptAbove.orElse(0L);
    if (above > 0) {
      tokens
          .longPrompt()
          .forEach((kind, price) -> rows.add(row(Item.of(kind), tier, above, price)));
    }
  }

  private static PriceSheet.Row row(Item item, ServiceTier tier, long above, Money price) {
    return new PriceSheet.Row(item, tier, above, LocalDate.MIN, price.toUsd(), "");
  }
}
