package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Splits a budget by value: each value of a dimension has its own budget.
 *
 * @param per whose values
 * @param maxValues the largest number kept in memory; above zero
 * @param overrides exceptions for single values, keyed as {@link Per#shown} shows them
 */
public record Each(Per per, int maxValues, Map<String, Variant> overrides) {

  /** Separates the budget's name from the value in the name of a value's budget. */
  public static final char SEPARATOR = '/';

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if {@code maxValues} is not above zero
   */
  public Each {
    overrides = Map.copyOf(overrides);
    if (maxValues < 1) {
      throw new IllegalArgumentException("max_values must be at least 1: " + maxValues);
    }
  }

  /** The exceptions for a value; none if it has none. */
  Variant override(String shown) {
    return overrides.getOrDefault(shown, Variant.NONE);
  }

  /**
   * Administrators' changes for one value.
   *
   * @param limit the limit enforced instead of the plan's
   * @param increases temporary additions to it, on top of the plan's
   * @param disabled whether requests ignore it
   */
  public record Variant(Optional<Money> limit, List<LimitIncrease> increases, boolean disabled) {

    static final Variant NONE = new Variant(Optional.empty(), List.of(), false);

    /** Copies the list. */
    public Variant {
      increases = List.copyOf(increases);
    }
  }
}
