package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.List;

/**
 * What is to hold for one budget: what was laid down, and what administrators have changed of it.
 *
 * @param terms what was laid down
 * @param limit the limit to enforce, which need not be that of the terms
 * @param increases what is added to it for a time
 * @param disabled whether requests leave it alone; it is still shown
 */
public record BudgetPlan(
    BudgetTerms terms, Money limit, List<LimitIncrease> increases, boolean disabled) {

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

  /** What was laid down, unchanged. */
  public static BudgetPlan of(BudgetTerms terms) {
    return new BudgetPlan(terms, terms.limit(), List.of(), false);
  }
}
