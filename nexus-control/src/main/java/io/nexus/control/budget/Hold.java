package io.nexus.control.budget;

import io.nexus.control.money.Money;

/**
 * One request's claim on all budgets that it belongs to: taken on all of them or on none.
 *
 * <pre>{@code
 * try (var hold = budgets.hold()) {
 *   if (!hold.take(worstCase, now)) {
 *     return refuse(budgets.violation(worstCase, now));
 *   }
 *   hold.settle(actualCost);
 * }
 * }</pre>
 *
 * <p>Whoever takes it must end it: the first of {@link #settle} and {@link #close} does, every
 * further one has no effect. It settles in the cycle that it was taken in, even if that is over. A
 * claim that has ended may be taken again.
 *
 * <p>Safe for any number of threads. Taking, extending and ending allocate nothing.
 */
public final class Hold implements AutoCloseable {

  private final Budget[] budgets;
  private final Account[] accounts;
  private boolean taken;
  private long held;

  Hold(Budget[] budgets) {
    this.budgets = budgets;
    this.accounts = new Account[budgets.length];
  }

  /**
   * Holds the amount on every budget, in the cycle that the moment lies in.
   *
   * @return whether all of them could; if not, nothing is held
   * @throws IllegalStateException if it is held already
   */
  public synchronized boolean take(Money amount, long nowMillis) {
    if (taken) {
      throw new IllegalStateException("a hold is taken once before it is settled or closed");
    }
    for (int i = 0; i < budgets.length; i++) {
      accounts[i] = budgets[i].account(nowMillis);
    }
    if (!holdOnAll(amount.nanos())) {
      return false;
    }
    held = amount.nanos();
    taken = true;
    return true;
  }

  /**
   * Holds more, on every budget or on none.
   *
   * @return whether all of them could; false also if nothing is held any more
   */
  public synchronized boolean extend(Money more) {
    if (!taken || !holdOnAll(more.nanos())) {
      return false;
    }
    held += more.nanos();
    return true;
  }

  /** What is held on each budget; zero before it is taken and after it has ended. */
  public synchronized Money held() {
    return new Money(taken ? held : 0);
  }

  /**
   * Ends it by charging each budget what the request really cost, be it less or more than was held.
   *
   * @return whether it was this call that ended it
   */
  public synchronized boolean settle(Money actual) {
    if (!taken) {
      return false;
    }
    taken = false;
    for (int i = 0; i < budgets.length; i++) {
      budgets[i].notice(accounts[i], accounts[i].settle(held, actual.nanos()));
    }
    return true;
  }

  /** Ends it without a charge, unless it was settled. */
  @Override
  public synchronized void close() {
    if (taken) {
      taken = false;
      release(budgets.length, held);
    }
  }

  private boolean holdOnAll(long nanos) {
    for (int i = 0; i < budgets.length; i++) {
      if (!budgets[i].terms().enforced()) {
        if (nanos > accounts[i].available()) {
          budgets[i].waived(accounts[i]);
        }
        accounts[i].hold(nanos);
      } else if (!accounts[i].tryHold(nanos)) {
        release(i, nanos);
        return false;
      }
    }
    return true;
  }

  private void release(int first, long nanos) {
    for (int i = 0; i < first; i++) {
      accounts[i].release(nanos);
    }
  }
}
