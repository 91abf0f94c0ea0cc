package io.nexus.control.pricing;

import io.nexus.control.budget.Glob;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Price;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Optional;

/**
 * A line of a price list.
 *
 * @param provider who bills, in lower case; empty if the line holds for any provider
 * @param model the model's name as written in the list
 * @param reach which other names the line prices
 * @param pricing the price
 * @param facts other facts of the model
 */
public record PriceEntry(
    String provider, String model, Reach reach, DatedPricing pricing, ModelFacts facts) {

  private static final String LATEST = "-latest";

  /**
   * Orders the closest line last: the one with the most literal text; then the longest text before
   * its first {@code *}; then alphabetically.
   */
  static final Comparator<PriceEntry> BY_CLOSENESS = PriceEntry::compareCloseness;

  /** Which names a line prices. */
  public enum Reach {
    /** Exactly the name. */
    NAME,
    /**
     * The name and its versions: {@code gpt-4o} prices {@code gpt-4o-2024-08-06}, while {@code
     * gpt-4} prices neither {@code gpt-4-turbo} nor {@code gpt-4.5-preview}. A name that ends in a
     * hyphen prices all names with that prefix; one that ends in {@code -latest} prices the dated
     * names of its family.
     */
    VERSIONS,
    /** Every name that fits the pattern. */
    PATTERN
  }

  /** A line of the configuration without facts. */
  public static PriceEntry configured(String provider, String model, ModelPricing pricing) {
    return configured(provider, model, DatedPricing.always(pricing), ModelFacts.UNKNOWN);
  }

  /**
   * A line of the configuration.
   *
   * @param provider who bills; empty for any
   * @param model a name, or a pattern in which {@code *} stands for any text
   */
  public static PriceEntry configured(
      String provider, String model, DatedPricing pricing, ModelFacts facts) {
    var reach = model.indexOf('*') < 0 ? Reach.NAME : Reach.PATTERN;
    return new PriceEntry(Providers.canonical(provider), model, reach, pricing, facts);
  }

  /** A model of a published list: it also prices the model's versions. */
  public static PriceEntry listed(
      String provider, String model, ModelPricing pricing, ModelFacts facts) {
    return listed(provider, model, DatedPricing.always(pricing), facts);
  }

  /** A model of a published list: it also prices the model's versions. */
  public static PriceEntry listed(
      String provider, String model, DatedPricing pricing, ModelFacts facts) {
    return new PriceEntry(provider, model, Reach.VERSIONS, pricing, facts);
  }

  private static int compareCloseness(PriceEntry one, PriceEntry other) {
    int byText = Integer.compare(one.ownText(), other.ownText());
    int byStart =
        byText == 0 ? Integer.compare(one.model.indexOf('*'), other.model.indexOf('*')) : byText;
    return byStart == 0 ? one.model.compareTo(other.model) : byStart;
  }

  /** The number of its literal characters. */
  int ownText() {
    return (int) model.chars().filter(c -> c != '*').count();
  }

  /** Whether it prices the model. */
  boolean reaches(String name) {
    return switch (reach) {
      case NAME -> name.equals(model);
      case PATTERN -> new Glob(model).matches(name);
      case VERSIONS -> reaches(model, name);
    };
  }

  /** Whether a line of a published list prices the name. */
  static boolean reaches(String listed, String name) {
    if (listed.endsWith(LATEST) && !name.startsWith(listed)) {
      int family = listed.length() - LATEST.length();
      return name.regionMatches(0, listed, 0, family) && VersionName.isDateAt(name, family);
    }
    return name.startsWith(listed)
        && (name.length() == listed.length()
            || listed.endsWith("-")
            || VersionName.goesOnAt(name, listed.length()));
  }

  /** The price of a matching model on a day. */
  Optional<Price> price(String name, String source, LocalDate day) {
    var rule =
        name.equals(model)
            ? Price.Rule.EXACT
            : reach == Reach.PATTERN ? Price.Rule.PATTERN : Price.Rule.PREFIX;
    var own = pricing.sourceOn(day);
    return pricing
        .on(day)
        .map(now -> new Price(now, own.isEmpty() ? source : own, rule, model, pricing.until(day)));
  }

  /** The facts for a matching model. */
  ModelFacts facts(String name) {
    return reach == Reach.PATTERN || isSame(model, name) ? facts : ModelFacts.UNKNOWN;
  }

  /**
   * Whether the facts of a listed model apply to a matching name. Variants may differ, so they
   * apply only to the exact name and to that name followed by a date or {@code latest}.
   */
  static boolean isSame(String listed, String name) {
    if (!name.startsWith(listed)) {
      return true; // The name of a family with dated names.
    }
    int end = listed.length();
    return name.length() == end
        || name.substring(end).equals(LATEST)
        || VersionName.isDateAt(name, end);
  }
}
