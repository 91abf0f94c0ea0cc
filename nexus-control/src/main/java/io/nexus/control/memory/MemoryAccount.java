package io.nexus.control.memory;

import io.nexus.control.ledger.NodeLease;
import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A balance of {@link MemoryLedger}. {@code excused} is the sum that records charge but the balance
 * does not, because it was reset.
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
  Money settled = Money.ZERO;
  Money pruned = Money.ZERO;
  Money excused = Money.ZERO;
  Instant forgivenAt = Instant.MIN;
  Instant lastAt = Instant.MIN;
  final Map<Holder, Money> grants = new LinkedHashMap<>();

  void limit(Money most, NodeLease by) {
    limit = most;
    limitNode = by.node();
    limitEpoch = by.epoch();
  }

  Money outstanding() {
    return grants.values().stream().reduce(Money.ZERO, Money::saturatedPlus);
  }

  Money free() {
    long unsettled = Money.saturatedSubtract(limit.nanos(), Math.max(0, settled.nanos()));
    return new Money(Money.saturatedSubtract(unsettled, outstanding().nanos()));
  }

  void charge(Money cost, Instant spentAt, Instant at) {
    lastAt = at.isAfter(lastAt) ? at : lastAt;
    if (spentAt.isBefore(forgivenAt)) {
      excused = excused.saturatedPlus(cost);
    } else {
      settled = settled.saturatedPlus(cost);
    }
  }

  /** Raises a negative balance to zero: corrections can exceed the charges since a reset. */
  void neverBelowNothing() {
    var below = new Money(Math.min(0, settled.nanos()));
    settled = settled.minus(below);
    excused = excused.saturatedPlus(below);
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
