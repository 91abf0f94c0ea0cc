package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the corrections that records need.
 *
 * <p>The caller first passes everything charged so far, originals and corrections, then queries
 * record by record. Not for concurrent use.
 */
public final class Corrections {

  private final Due.Rule rule;
  private final Instant at;
  private final Map<RecordId, Charged> charged = new HashMap<>();
  private long examined;
  private long corrected;
  private Money difference = Money.ZERO;

  private record Charged(Money sum, int revision) {
    Charged plus(Charged other) {
      return new Charged(sum.saturatedPlus(other.sum), Math.max(revision, other.revision));
    }
  }

  /**
   * Starts with nothing examined.
   *
   * @param rule decides what records should have been charged
   * @param at the time of the corrections
   */
  public Corrections(Due.Rule rule, Instant at) {
    this.rule = rule;
    this.at = at;
  }

  /** Notes a correction that the ledger already has. */
  public void charged(RecordId attempt, Money cost) {
    if (attempt.revision() > 0) {
      charged.merge(
          new RecordId(attempt.requestId(), attempt.number()),
          new Charged(cost, attempt.revision()),
          Charged::plus);
    }
  }

  /** Notes a record that the ledger already has. */
  public void charged(SpendRecord record) {
    charged(record.attempt(), record.cost());
  }

  /**
   * The correction that a record needs.
   *
   * @return empty if its charge is right, or the rule does not apply to it
   */
  public Optional<SpendRecord> correction(SpendRecord record) {
    if (!rule.outcomes().contains(record.outcome())) {
      return Optional.empty();
    }
    examined++;
    return rule.due().apply(record).flatMap(due -> correction(record, due));
  }

  private Optional<SpendRecord> correction(SpendRecord record, Due due) {
    var before = charged.getOrDefault(record.attempt(), new Charged(Money.ZERO, 0));
    var missing =
        new Money(
            Money.saturatedSubtract(
                due.cost().nanos(),
                Money.saturatedAdd(record.cost().nanos(), before.sum().nanos())));
    if (missing.isZero()) {
      return Optional.empty();
    }
    corrected++;
    difference = difference.saturatedPlus(missing);
    return Optional.of(record.corrected(before.revision() + 1, at, due.price(), missing));
  }

  /** The result so far. */
  public Corrected result() {
    return new Corrected(examined, corrected, difference);
  }
}
