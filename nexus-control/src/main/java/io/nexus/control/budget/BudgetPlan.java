package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to hold for one budget: what was laid down, and what administrators have changed of it.
 *
 * @param terms what was laid down
 * @param limit the limit to enforce, which need not be that of the terms
 * @param increases what is added to it for a time
 * @param disabled whether requests leave it alone; it is still shown
 * @param each whether each value has a budget of its own that goes by this
 */
public record BudgetPlan(
    BudgetTerms terms,
    Money limit,
    List<LimitIncrease> increases,
    boolean disabled,
    Optional<Each> each) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the limit is negative
   */
  public BudgetPlan {
    increases = List.copyOf(increases);
    if (limit.nanos() < 0) {
      throw new IllegalArgumentException(
          "budget " + terms.name() + ": a limit is not negative: " + limit);
    }
  }

  /** The plan of one budget. */
  public BudgetPlan(
      BudgetTerms terms, Money limit, List<LimitIncrease> increases, boolean disabled) {
    this(terms, limit, increases, disabled, Optional.empty());
  }

  /** The same for each value. */
  public BudgetPlan each(Each every) {
    return new BudgetPlan(terms, limit, increases, disabled, Optional.of(every));
  }

  /** The same for one budget. */
  BudgetPlan single() {
    return new BudgetPlan(terms, limit, increases, disabled);
  }

  /** The plan of one value's budget. */
  BudgetPlan of(String shown, Each every) {
    var other = every.override(shown);
    var all = new ArrayList<>(increases);
    all.addAll(other.increases());
    return new BudgetPlan(
        terms.named(terms.name() + Each.SEPARATOR + shown),
        other.limit().orElse(limit),
        all,
        disabled || other.disabled());
  }

  /** What was laid down, unchanged. */
  public static BudgetPlan of(BudgetTerms terms) {
    return new BudgetPlan(terms, terms.limit(), List.of(), false);
  }
}
