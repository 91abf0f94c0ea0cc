package io.nexus.control.ledger;

import io.nexus.control.budget.Cycle;
import java.util.Comparator;

/**
 * A budget in one of its cycles: what a record is charged to.
 *
 * @param budget its name
 * @param cycle the cycle
 */
public record Charge(String budget, Cycle cycle) implements Comparable<Charge> {

  private static final Comparator<Charge> ORDER =
      Comparator.comparing(Charge::budget)
          .thenComparing(charge -> charge.cycle().start())
          .thenComparing(charge -> charge.cycle().end());

  /** By name, then by time: the one order in which ledgers lock. */
  @Override
  public int compareTo(Charge other) {
    return ORDER.compare(this, other);
  }
}
