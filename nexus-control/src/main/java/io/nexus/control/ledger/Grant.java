package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;

/**
 * Money of a budget's cycle that one process has drawn and not settled.
 *
 * @param charge the budget and cycle
 * @param node the process's node
 * @param incarnation identifies the process
 * @param amount more than zero
 * @param stranded whether the process has stopped renewing or lost its name: the money cannot be
 *     spent until the node's next start settles it, or the cycle ends
 */
public record Grant(
    BudgetCycle charge, String node, String incarnation, Money amount, boolean stranded) {

  /**
   * The record that charges it as lost. It stands for any number of requests of unknown cost, on
   * this budget.
   */
  public SpendRecord forfeited(Instant at) {
    var id = "lost:" + incarnation + ":" + charge.budget() + ":" + charge.cycle().start();
    return new SpendRecord(
        new RecordId(id, 1),
        at,
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.NONE,
        "",
        amount,
        Precision.ESTIMATED,
        Outcome.LOST,
        List.of(charge));
  }
}
