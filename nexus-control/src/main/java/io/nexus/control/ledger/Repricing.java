package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Works out the corrections that a right price makes necessary.
 *
 * <p>It is told of what is charged so far, original and corrections, and then asked record by
 * record. Not for concurrent use.
 */
public final class Repricing {

  private final Function<SpendRecord, Optional<Price>> prices;
  private final Instant at;
  private final Map<RecordId, Charged> charged = new HashMap<>();
  private long examined;
  private long corrected;
  private Money difference = Money.ZERO;

  private record Charged(Money sum, int revision) {
    Charged plus(Charged other) {
      return new Charged(sum.plus(other.sum), Math.max(revision, other.revision));
    }
  }

  /**
   * Nothing examined yet.
   *
   * @param prices the right price of a record; empty to leave it
   * @param at the time of the corrections
   */
  public Repricing(Function<SpendRecord, Optional<Price>> prices, Instant at) {
    this.prices = prices;
    this.at = at;
  }

  /** Takes note of a correction that is entered already. */
  public void charged(RecordId attempt, Money cost) {
    if (attempt.revision() > 0) {
      charged.merge(
          new RecordId(attempt.requestId(), attempt.number()),
          new Charged(cost, attempt.revision()),
          Charged::plus);
    }
  }

  /** Takes note of a record that is entered already. */
  public void charged(SpendRecord record) {
    charged(record.attempt(), record.cost());
  }

  /**
   * What a record must be corrected by.
   *
   * @return empty if the price is right, or if it is no attempt, or one that was lost or whose end
   *     is unknown: these are charged by what was held, not by tokens
   */
  public Optional<SpendRecord> correction(SpendRecord record) {
    switch (record.outcome()) {
      case CORRECTION, LOST, UNKNOWN, FORGIVEN, CARRIED -> {
        return Optional.empty();
      }
      case COMPLETED, CANCELLED, BROKEN, CUT_OFF -> examined++;
    }
    return prices.apply(record).flatMap(price -> correction(record, price));
  }

  private Optional<SpendRecord> correction(SpendRecord record, Price price) {
    var before = charged.getOrDefault(record.attempt(), new Charged(Money.ZERO, 0));
    var right = price.pricing().served(record.tier()).cost(record.usage());
    var missing = right.minus(record.cost()).minus(before.sum());
    if (missing.isZero()) {
      return Optional.empty();
    }
    corrected++;
    difference = difference.plus(missing);
    return Optional.of(record.corrected(before.revision() + 1, at, price, missing));
  }

  /** What was found so far. */
  public Repriced result() {
    return new Repriced(examined, corrected, difference);
  }
}
