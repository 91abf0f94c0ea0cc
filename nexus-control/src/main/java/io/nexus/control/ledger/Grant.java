package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;

/**
 * What one process has drawn of a budget's cycle and not settled.
 *
 * @param charge the budget and cycle
 * @param node the process's node
 * @param incarnation the process
 * @param amount more than zero
 * @param stranded whether the process has stopped renewing or another has taken its name: the money
 *     is out of use until the node's next start answers for it, or the cycle ends
 */
public record Grant(
    BudgetCycle charge, String node, String incarnation, Money amount, boolean stranded) {

  /**
   * The record that charges it as lost. It stands for any number of requests, of whose cost nothing
   * else is known, on this one budget.
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
