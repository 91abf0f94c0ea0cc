package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget in one of its cycles, to which records are charged.
 *
 * @param budget its name
 * @param cycle the cycle
 */
public record BudgetCycle(String budget, Cycle cycle) implements Comparable<BudgetCycle> {

  /**
   * The record of an operator's reset of the spend.
   *
   * @param id the record's unique id
   * @param at when
   * @param settled the amount forgiven
   */
  public SpendRecord forgiven(String id, Instant at, Money settled) {
    return new SpendRecord(
        new RecordId(id, 1),
        at,
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.NONE,
        "",
        Money.ZERO.minus(settled),
        Precision.REPORTED,
        Outcome.FORGIVEN,
        List.of(this));
  }

  // Written by hand, as in all keys that the first request needs: linking the first generated
  // method takes 15 ms.
  @Override
  public int hashCode() {
    return 31 * budget.hashCode() + cycle.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BudgetCycle charge
        && budget.equals(charge.budget)
        && cycle.equals(charge.cycle);
  }

  /** By name, then by time: the order in which ledgers lock. */
  @Override
  public int compareTo(BudgetCycle other) {
    int byName = budget.compareTo(other.budget);
    if (byName != 0) {
      return byName;
    }
    int byStart = cycle.start().compareTo(other.cycle.start());
    return byStart != 0 ? byStart : cycle.end().compareTo(other.cycle.end());
  }
}
