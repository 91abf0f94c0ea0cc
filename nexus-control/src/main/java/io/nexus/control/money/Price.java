package io.nexus.control.money;

import java.time.LocalDate;

/**
 * A model's price with the rule that found it.
 *
 * @param pricing the price
 * @param source where it stands: {@code "nexus.toml"}, {@code "built-in table"}, a file's name, an
 *     extension's name
 * @param rule how the model's name matched
 * @param matched the entry of the source that matched, as written there
 * @param until the first day, in UTC, on which another price holds; {@link LocalDate#MAX} if none
 *     is known
 */
public record Price(
    ModelPricing pricing, String source, Rule rule, String matched, LocalDate until) {

  /** How a model's name was found in a price list. */
  public enum Rule {
    /** The entry has the very name. */
    EXACT,
    /** The name is a version of the entry's, or goes on after it. */
    PREFIX,
    /** The entry is a pattern that the name fits, the one with the most text of its own. */
    PATTERN,
    /** The backend is local and nothing prices it: free. */
    LOCAL,
    /** Nothing is known of the model: a conservative price stands in. */
    UNKNOWN
  }

  /** A price that holds on all days. */
  public Price(ModelPricing pricing, String source, Rule rule, String matched) {
    this(pricing, source, rule, matched, LocalDate.MAX);
  }

  /** The same, but that it costs nothing. */
  public Price free() {
    return with(ModelPricing.FREE);
  }

  /** The same with another pricing. */
  public Price with(ModelPricing other) {
    return new Price(other, source, rule, matched, until);
  }

  /** Of what tells most prices apart; the rest is ten times the work, for each request. */
  @Override
  public int hashCode() {
    return 31 * Long.hashCode(pricing.rates().input()) + Long.hashCode(pricing.rates().output());
  }

  /** Whether this stands in for a price that nobody knows. */
  public boolean isUnknown() {
    return rule == Rule.UNKNOWN;
  }
}
