package io.nexus.control.lease;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The calls that draw and return, of money and of what else is counted, and apply the reported
 * figures. For the ledger thread, except {@link #draws}.
 */
final class LedgerCalls {

  private final LedgerSession session;
  private final LeasedAccounts accounts;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final LongAdder draws = new LongAdder();

  LedgerCalls(
      LedgerSession session, LeasedAccounts accounts, LeaseListener listener, LongSupplier nanos) {
    this.session = session;
    this.accounts = accounts;
    this.listener = listener;
    this.nanos = nanos;
  }

  /** How many draws there were. */
  long draws() {
    return draws.sum();
  }

  /** Draws. */
  void draw(Collection<Draw> wishes) throws LedgerException, IOException {
    if (wishes.isEmpty()) {
      return;
    }
    long asked = nanos.getAsLong();
    var money = new ArrayList<Draw>(wishes.size());
    var counts = new ArrayList<Draw>(0);
    for (var wish : wishes) {
      (accounts.areCounts(wish.charge()) ? counts : money).add(wish);
    }
    if (!money.isEmpty()) {
      accounts.see(session.call((ledger, lease) -> ledger.draw(lease, money)), asked);
    }
    if (!counts.isEmpty()) {
      long counted = nanos.getAsLong();
      accounts.see(session.call((ledger, lease) -> ledger.counts().draw(lease, counts)), counted);
    }
    draws.add(wishes.size());
    listener.drew(Duration.ofNanos(nanos.getAsLong() - asked));
  }

  /** Returns amounts, which may be zero: then it only looks. */
  void see(Map<BudgetCycle, Money> amounts) throws LedgerException, IOException {
    if (amounts.isEmpty()) {
      return;
    }
    var money = new HashMap<>(amounts);
    money.keySet().removeIf(accounts::areCounts);
    if (!money.isEmpty()) {
      long asked = nanos.getAsLong();
      accounts.see(session.call((ledger, lease) -> ledger.giveBack(lease, money)), asked);
    }
    var counts = new HashMap<>(amounts);
    counts.keySet().removeAll(money.keySet());
    if (!counts.isEmpty()) {
      long asked = nanos.getAsLong();
      accounts.see(session.call((ledger, lease) -> ledger.counts().giveBack(lease, counts)), asked);
    }
  }
}
