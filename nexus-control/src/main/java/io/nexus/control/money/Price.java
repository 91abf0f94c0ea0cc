package io.nexus.control.money;

/**
 * A model's price with the rule that found it.
 *
 * @param pricing the price
 * @param source where it stands: {@code "nexus.toml"}, {@code "built-in table"}, a file's name, an
 *     extension's name
 * @param rule how the model's name matched
 * @param matched the entry of the source that matched, as written there
 */
public record Price(ModelPricing pricing, String source, Rule rule, String matched) {

  /** How a model's name was found in a price list. */
  public enum Rule {
    /** The entry has the very name. */
    EXACT,
    /** The entry is the longest that begins the name. */
    PREFIX,
    /** The backend is local and nothing prices it: free. */
    LOCAL,
    /** Nothing is known of the model: a conservative price stands in. */
    UNKNOWN
  }

  /** The same, but that it costs nothing. */
  public Price free() {
    return new Price(ModelPricing.FREE, source, rule, matched);
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
