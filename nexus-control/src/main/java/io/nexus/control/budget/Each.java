package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * That each value has a budget of its own.
 *
 * @param per whose values
 * @param maxValues the most that are in memory at a time; above zero
 * @param overrides what is different for some, by the value as {@link Per#shown} shows it
 */
public record Each(Per per, int maxValues, Map<String, Variant> overrides) {

  /** Stands between the name of the budget and the value, in the names of the values' budgets. */
  public static final char SEPARATOR = '/';

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if there is room for none
   */
  public Each {
    overrides = Map.copyOf(overrides);
    if (maxValues < 1) {
      throw new IllegalArgumentException("there is room for one value at least: " + maxValues);
    }
  }

  /** What is different for a value. */
  Variant override(String shown) {
    return overrides.getOrDefault(shown, Variant.NONE);
  }

  /**
   * What administrators have changed for one value.
   *
   * @param limit what is enforced instead of the limit of all
   * @param increases what is added to it for a time, beside what is added to all
   * @param disabled whether requests leave it alone
   */
  public record Variant(Optional<Money> limit, List<LimitIncrease> increases, boolean disabled) {

    static final Variant NONE = new Variant(Optional.empty(), List.of(), false);

    /** Copies the list. */
    public Variant {
      increases = List.copyOf(increases);
    }
  }
}
