package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.util.List;

/**
 * What a check of the books found.
 *
 * @param records how many records were added up
 * @param balances how many balances they were compared with
 * @param differences where they do not agree
 */
public record Audit(long records, long balances, List<Difference> differences) {

  /** Copies the list. */
  public Audit {
    differences = List.copyOf(differences);
  }

  /**
   * A balance that the entries do not add up to.
   *
   * @param charge the budget and cycle
   * @param what which figure of it
   * @param balance what the balance says
   * @param entries what the entries add up to
   */
  public record Difference(BudgetCycle charge, Figure what, Money balance, Money entries) {}

  /** The figures of a balance. */
  public enum Figure {
    /** Compared with the records. */
    SETTLED,
    /** Compared with the grants. */
    OUTSTANDING
  }

  /** Whether all agree. */
  public boolean agrees() {
    return differences.isEmpty();
  }
}
