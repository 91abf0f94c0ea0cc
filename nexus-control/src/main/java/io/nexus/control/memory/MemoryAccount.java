package io.nexus.control.memory;

import io.nexus.control.ledger.NodeLease;
import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A balance of {@link MemoryLedger}. What each request changes is a number: an object would be
 * copied by the next collection, for each of ten thousand balances.
 */
final class MemoryAccount {

  /** A process that has drawn. */
  record Holder(String node, String incarnation) {
    /** A process that has drawn nothing. */
    static final Holder NOBODY = new Holder("", "");
  }

  Money limit = Money.ZERO;
  String limitNode = "";
  long limitEpoch;
  Instant forgivenAt = Instant.MIN;
  private long settledNanos;
  private long prunedNanos;
  private long excusedNanos;
  private long lastAtMillis = Long.MIN_VALUE;
  final Map<Holder, Money> grants = new LinkedHashMap<>();

  void limit(Money most, NodeLease by) {
    limit = most;
    limitNode = by.node();
    limitEpoch = by.epoch();
  }

  Money settled() {
    return new Money(settledNanos);
  }

  /** The part of it from records that are no longer kept. */
  Money pruned() {
    return new Money(prunedNanos);
  }

  /** The sum that records charge and the balance does not, because it was reset. */
  Money excused() {
    return new Money(excusedNanos);
  }

  /** Whether its last record is from before that time, to the millisecond. */
  boolean isUnusedSince(Instant time) {
    return lastAtMillis < time.toEpochMilli();
  }

  Money outstanding() {
    return grants.values().stream().reduce(Money.ZERO, Money::saturatedPlus);
  }

  Money free() {
    long unsettled = Money.saturatedSubtract(limit.nanos(), Math.max(0, settledNanos));
    return new Money(Money.saturatedSubtract(unsettled, outstanding().nanos()));
  }

  void charge(Money cost, Instant spentAt, Instant at) {
    lastAtMillis = Math.max(lastAtMillis, at.toEpochMilli());
    if (spentAt.isBefore(forgivenAt)) {
      excusedNanos = Money.saturatedAdd(excusedNanos, cost.nanos());
    } else {
      settledNanos = Money.saturatedAdd(settledNanos, cost.nanos());
    }
  }

  /** A record of it is no longer kept. */
  void prune(Money cost) {
    prunedNanos = Money.saturatedAdd(prunedNanos, cost.nanos());
  }

  /** Sets it back by what was spent until then. */
  void forgive(Money spent, Instant at) {
    settledNanos = Money.saturatedSubtract(settledNanos, spent.nanos());
    lastAtMillis = Math.max(lastAtMillis, at.toEpochMilli());
    forgivenAt = at.isAfter(forgivenAt) ? at : forgivenAt;
  }

  /** Raises a negative balance to zero: corrections can exceed the charges since a reset. */
  void neverBelowNothing() {
    long below = Math.min(0, settledNanos);
    settledNanos -= below;
    excusedNanos = Money.saturatedAdd(excusedNanos, below);
  }

  Money of(Holder holder) {
    return grants.getOrDefault(holder, Money.ZERO);
  }

  void grant(Holder holder, Money more) {
    if (grants.isEmpty() && more.nanos() <= 0) {
      return;
    }
    var amount = of(holder).plus(more);
    if (amount.nanos() > 0) {
      grants.put(holder, amount);
    } else {
      grants.remove(holder);
    }
  }
}
