package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget in one of its cycles: what a record is charged to.
 *
 * @param budget its name
 * @param cycle the cycle
 */
public record BudgetCycle(String budget, Cycle cycle) implements Comparable<BudgetCycle> {

  /**
   * The record by which an operator sets the spend back.
   *
   * @param id of its own
   * @param at when
   * @param settled what is forgiven
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

  // Written out, as in all keys that the first request needs: it waits 15 ms until the first
  // record's own is linked.
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

  /** By name, then by time: the one order in which ledgers lock. */
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
