package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.util.List;

/**
 * The result of a check of the ledger.
 *
 * @param records the number of records added up
 * @param balances the number of balances compared with them
 * @param differences the balances that do not match
 */
public record Audit(long records, long balances, List<Difference> differences) {

  /** Copies the list. */
  public Audit {
    differences = List.copyOf(differences);
  }

  /**
   * A balance that differs from the sum of its entries.
   *
   * @param charge the budget and cycle
   * @param what which of its figures
   * @param balance the figure in the balance
   * @param entries the sum of the entries
   */
  public record Difference(BudgetCycle charge, Figure what, Money balance, Money entries) {}

  /** The figures of a balance. */
  public enum Figure {
    /** Compared with the records. */
    SETTLED,
    /** Compared with the grants. */
    OUTSTANDING
  }

  /** Whether all balances match. */
  public boolean agrees() {
    return differences.isEmpty();
  }
}
