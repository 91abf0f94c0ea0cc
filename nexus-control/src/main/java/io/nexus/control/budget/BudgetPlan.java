package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one budget: the configured terms and what administrators have changed.
 *
 * @param terms the configured terms
 * @param limit the limit to enforce, which need not be that of the terms
 * @param increases temporary additions to the limit
 * @param disabled whether requests ignore it; it is still shown
 * @param each set if each value of a dimension has its own budget under this plan
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

  /** This plan, with one budget for each value. */
  public BudgetPlan each(Each every) {
    return new BudgetPlan(terms, limit, increases, disabled, Optional.of(every));
  }

  /** This plan, for a single budget. */
  BudgetPlan single() {
    return new BudgetPlan(terms, limit, increases, disabled);
  }

  /** The plan of the budget of one value. */
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

  /** The configured terms without changes. */
  public static BudgetPlan of(BudgetTerms terms) {
    return new BudgetPlan(terms, terms.limit(), List.of(), false);
  }
}
