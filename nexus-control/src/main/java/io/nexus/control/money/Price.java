package io.nexus.control.money;

import java.time.LocalDate;

/**
 * A model's price with the rule that found it.
 *
 * @param pricing the price
 * @param source where it comes from: {@code "nexus.toml"}, {@code "built-in table"}, a file's name,
 *     an extension's name
 * @param rule how the model's name matched
 * @param matched the entry of the source that matched, as written there
 * @param until the first day, in UTC, on which another price applies; {@link LocalDate#MAX} if none
 *     is known
 */
public record Price(
    ModelPricing pricing, String source, Rule rule, String matched, LocalDate until) {

  /** How a model's name was found in a price list. */
  public enum Rule {
    /** The entry has exactly this name. */
    EXACT,
    /** The name is a version of the entry's name. */
    PREFIX,
    /** The entry is the most specific pattern that matches the name. */
    PATTERN,
    /** The backend is local and has no price: free. */
    LOCAL,
    /** The model is unknown: a conservative price applies. */
    UNKNOWN
  }

  /** A price without a date. */
  public Price(ModelPricing pricing, String source, Rule rule, String matched) {
    this(pricing, source, rule, matched, LocalDate.MAX);
  }

  /** This price with everything free. */
  public Price free() {
    return with(ModelPricing.FREE);
  }

  /** This price with another pricing. */
  public Price with(ModelPricing other) {
    return new Price(other, source, rule, matched, until);
  }

  /**
   * Uses only the fields that distinguish most prices; hashing the rest costs ten times as much,
   * for each request.
   */
  @Override
  public int hashCode() {
    return 31 * Long.hashCode(pricing.rates().input()) + Long.hashCode(pricing.rates().output());
  }

  /** Whether this stands in for an unknown price. */
  public boolean isUnknown() {
    return rule == Rule.UNKNOWN;
  }
}
