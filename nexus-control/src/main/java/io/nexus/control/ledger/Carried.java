package io.nexus.control.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Spend that also counts on another budget or cycle, because both stand for the same money.
 *
 * @param from the budget and cycle charged
 * @param to the budget and cycle on which it counts as well
 * @param amount the amount
 */
public record Carried(BudgetCycle from, BudgetCycle to, Money amount) {

  /** The request id shared by all records that carry from this cycle to that one. */
  public String id() {
    var ends = key(from) + key(to);
    return "carried:" + UUID.nameUUIDFromBytes(ends.getBytes(UTF_8));
  }

  private static String key(BudgetCycle charge) {
    return charge.budget() + '\n' + charge.cycle() + '\n';
  }

  /**
   * The record that carries it.
   *
   * @param revision the number of earlier carries
   * @param at when
   */
  public SpendRecord record(int revision, Instant at) {
    return new SpendRecord(
        new RecordId(id(), 1, revision),
        at,
        Caller.ANONYMOUS,
        ServedBy.UNKNOWN,
        Usage.NONE,
        "spent on " + from.budget() + " from " + from.cycle().start(),
        amount,
        Precision.REPORTED,
        Outcome.CARRIED,
        List.of(to));
  }
}
