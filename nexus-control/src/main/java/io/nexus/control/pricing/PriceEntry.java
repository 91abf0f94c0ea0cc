package io.nexus.control.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Price;

/**
 * A line of a price list.
 *
 * @param provider who bills, in lower case; empty if the line holds for any provider
 * @param key the text that a model's name is compared with
 * @param written the line's name for the model, as it stands in the list
 * @param reach which names beside the key the line prices
 * @param pricing the price
 * @param facts what else the list says of the model
 */
public record PriceEntry(
    String provider,
    String key,
    String written,
    Reach reach,
    ModelPricing pricing,
    ModelFacts facts) {

  private static final String LATEST = "-latest";

  /** Which names a line prices. */
  public enum Reach {
    /** The very key. */
    NAME,
    /**
     * The key, and every name that goes on after it with something that is not a letter, a digit or
     * a dot: {@code gpt-4o} prices {@code gpt-4o-2024-08-06}, while {@code gpt-4} prices neither
     * {@code gpt-4o} nor {@code gpt-4.5-preview}. A key that ends in a hyphen prices all that it
     * begins.
     */
    VERSIONS,
    /** Every name that begins with the key. */
    PREFIX
  }

  /** A line of the configuration that says nothing but the price. */
  public static PriceEntry configured(String provider, String model, ModelPricing pricing) {
    return configured(provider, model, pricing, ModelFacts.UNKNOWN);
  }

  /**
   * A line of the configuration.
   *
   * @param provider who bills; empty for any
   * @param model a name, or with a trailing {@code *} the beginning of names
   */
  public static PriceEntry configured(
      String provider, String model, ModelPricing pricing, ModelFacts facts) {
    boolean prefix = model.endsWith("*");
    return new PriceEntry(
        Providers.canonical(provider),
        prefix ? model.substring(0, model.length() - 1) : model,
        model,
        prefix ? Reach.PREFIX : Reach.NAME,
        pricing,
        facts);
  }

  /** A model of a published list: it also prices the model's dated versions and variants. */
  public static PriceEntry listed(
      String provider, String model, ModelPricing pricing, ModelFacts facts) {
    return new PriceEntry(provider, model, model, Reach.VERSIONS, pricing, facts);
  }

  /** Whether the name says {@code -latest}, so that it stands for a family of dated names. */
  boolean isFamily() {
    return written.endsWith(LATEST) && key.endsWith(LATEST);
  }

  /** This line as one for the family that its name stands for. */
  PriceEntry family() {
    var name = key.substring(0, key.length() - LATEST.length());
    return new PriceEntry(provider, name, written, reach, pricing, facts);
  }

  /** Whether it prices the model, given that its key begins the model's name. */
  boolean reaches(String model) {
    return switch (reach) {
      case NAME -> model.length() == key.length();
      case PREFIX -> true;
      case VERSIONS ->
          model.length() == key.length() || key.endsWith("-") || endsBefore(model, key.length());
    };
  }

  private static boolean endsBefore(String model, int next) {
    char c = model.charAt(next);
    return c != '.' && !Character.isLetterOrDigit(c);
  }

  /** How close its key is to the name of a model that it reaches; the very name is closest. */
  int closenessTo(String model) {
    boolean same = reach != Reach.PREFIX && key.length() == model.length();
    return same ? Integer.MAX_VALUE : key.length();
  }

  /** The price for a model that it reaches. */
  Price price(String model, String source) {
    var rule = model.equals(written) ? Price.Rule.EXACT : Price.Rule.PREFIX;
    return new Price(pricing, source, rule, written);
  }

  /**
   * The facts for a model that it reaches. A variant's may differ, so that they hold only for the
   * very name and for what follows it with digits alone, as a date does, or with {@code latest};
   * but what is said of all names with a beginning is meant for all of them.
   */
  ModelFacts facts(String model) {
    if (reach == Reach.PREFIX) {
      return facts;
    }
    var rest = model.substring(key.length());
    return rest.equals(LATEST) || rest.chars().allMatch(PriceEntry::isOfDate)
        ? facts
        : ModelFacts.UNKNOWN;
  }

  private static boolean isOfDate(int c) {
    return c == '-' || c == '@' || (c >= '0' && c <= '9');
  }
}
