package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One request's hold on all budgets that it belongs to: taken on all of them or on none.
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
 * <p>The caller that takes it must end it by {@link #settle} or {@link #close}; the first call ends
 * it, further calls have no effect. It settles in the cycle in which it was taken, even if that
 * cycle is over. A hold that has ended may be taken again.
 *
 * <p>Safe for any number of threads. Taking, extending and ending allocate nothing.
 */
public final class BudgetHold implements AutoCloseable {

  /**
   * The most that one request can hold on a budget that only reports: $70,368. It keeps the sum of
   * many absurd estimates within a {@code long}; beyond that, a release would not be exact.
   */
  private static final long MOST_SHOWN_NANOS = 1L << 46;

  private final Budget[] budgets;
  private final CycleAccount[] accounts;
  private boolean taken;
  private long held;

  BudgetHold(Budget[] budgets) {
    this.budgets = budgets;
    this.accounts = new CycleAccount[budgets.length];
  }

  /**
   * Holds the amount on every budget, in the cycle that contains the moment.
   *
   * @return whether all of them could; if not, nothing is held
   * @throws IllegalStateException if it is held already
   * @throws IllegalArgumentException if the amount is negative
   */
  public boolean take(Money amount, long nowMillis) {
    return take(amount, amount, nowMillis);
  }

  /**
   * Holds the amount for a request that could have been clamped to less. A budget that only reports
   * counts a refusal only if not even {@code least} would have fitted.
   *
   * @param least the amount to which it would have been clamped
   * @return whether all of them could hold the whole amount; if not, nothing is held
   * @throws IllegalStateException if it is held already
   * @throws IllegalArgumentException if an amount is negative
   */
  public synchronized boolean take(Money amount, Money least, long nowMillis) {
    long nanos = nanosOf(amount);
    if (taken) {
      throw new IllegalStateException("a hold is taken once before it is settled or closed");
    }
    boolean fits = true;
    for (int i = 0; i < budgets.length; i++) {
      accounts[i] = budgets[i].account(nowMillis);
      fits &= nanos == 0 || nanos <= accounts[i].available() || !budgets[i].terms().enforced();
    }
    held = 0;
    // Checking first keeps a request that will be refused from briefly taking money that others
    // could use.
    taken = fits && holdOnAll(nanos, nanosOf(least));
    return taken;
  }

  /**
   * Holds the amount while the ledger is unreachable. In addition to the grant it counts as free
   * whatever part of a limit no process is known to have drawn.
   *
   * @return the largest part of it, over all budgets, that no grant covers; empty, with nothing
   *     held, if it does not fit
   * @throws IllegalStateException if it is held already
   * @throws IllegalArgumentException if the amount is negative
   */
  public synchronized Optional<Money> takeUnsecured(Money amount, long nowMillis) {
    long nanos = nanosOf(amount);
    if (taken) {
      throw new IllegalStateException("a hold is taken once before it is settled or closed");
    }
    for (int i = 0; i < budgets.length; i++) {
      accounts[i] = budgets[i].account(nowMillis);
    }
    held = 0;
    var uncovered = addUnsecured(nanos);
    taken = uncovered.isPresent();
    return uncovered;
  }

  /**
   * Extends the hold as {@link #takeUnsecured} takes one, in the cycle in which it was taken.
   *
   * @return how much of it no grant covers; empty if it does not fit or the hold has ended
   * @throws IllegalArgumentException if the amount is negative
   */
  public synchronized Optional<Money> extendUnsecured(Money more, long nowMillis) {
    long nanos = nanosOf(more);
    endIncreases(nowMillis);
    return taken && nanos <= Long.MAX_VALUE - held ? addUnsecured(nanos) : Optional.empty();
  }

  private Optional<Money> addUnsecured(long nanos) {
    long most = 0;
    for (int i = 0; i < budgets.length; i++) {
      long covered = Math.max(0, accounts[i].available());
      if (!holdUnsecured(i, nanos)) {
        release(i, held, held + nanos);
        signalFreed();
        return Optional.empty();
      }
      if (budgets[i].terms().enforced()) {
        most = Math.max(most, nanos - covered);
      }
    }
    held += nanos;
    stayAwake();
    return Optional.of(new Money(most));
  }

  private boolean holdUnsecured(int i, long nanos) {
    return nanos == 0
        || (budgets[i].terms().enforced()
            ? accounts[i].tryHoldUnsecured(nanos, budgets[i].limit(accounts[i]).nanos())
            : holdOn(i, nanos, 0));
  }

  /**
   * Calls {@code each} with every budget's name and the cycle in which the hold was last taken or
   * attempted.
   */
  public synchronized void forEach(BiConsumer<String, Cycle> each) {
    for (int i = 0; i < budgets.length; i++) {
      if (accounts[i] != null) {
        each.accept(budgets[i].terms().name(), accounts[i].cycle);
      }
    }
  }

  /** Calls {@code each} with every budget whose grant is smaller than the amount. */
  public synchronized void forEachShortOf(Money amount, BiConsumer<String, Cycle> each) {
    long nanos = nanosOf(amount);
    for (int i = 0; i < budgets.length; i++) {
      var account = accounts[i];
      if (account != null && budgets[i].terms().enforced() && account.available() < nanos) {
        each.accept(budgets[i].terms().name(), account.cycle);
      }
    }
  }

  /**
   * Extends the hold, on every budget or on none, in the cycle in which it was taken.
   *
   * @return whether all of them could; false also if the hold has ended
   * @throws IllegalArgumentException if the amount is negative
   */
  public synchronized boolean extend(Money more) {
    long nanos = nanosOf(more);
    return taken && nanos <= Long.MAX_VALUE - held && holdOnAll(nanos, 0);
  }

  /**
   * Extends the hold after dropping limit increases that have ended by the given moment.
   *
   * @return whether all of them could; false also if the hold has ended
   * @throws IllegalArgumentException if the amount is negative
   */
  public synchronized boolean extend(Money more, long nowMillis) {
    endIncreases(nowMillis);
    return extend(more);
  }

  private void endIncreases(long nowMillis) {
    for (var budget : budgets) {
      var _ = budget.account(nowMillis);
    }
  }

  /**
   * Gives back a part of it on every budget. Changes nothing if the hold has ended.
   *
   * @throws IllegalArgumentException if the amount is negative or more than is held
   */
  public void reduce(Money less) {
    long nanos = nanosOf(less);
    synchronized (this) {
      if (!taken) {
        return;
      }
      if (nanos > held) {
        throw new IllegalArgumentException("a hold gives back at most what it has: " + less);
      }
      release(budgets.length, held - nanos, held);
      held -= nanos;
    }
    signalFreed();
  }

  /** What is held on each budget; zero before it is taken and after it has ended. */
  public synchronized Money held() {
    return new Money(taken ? held : 0);
  }

  /**
   * Ends it by charging each budget the actual cost, which may be less or more than the amount
   * held.
   *
   * @return whether it was this call that ended it
   * @throws IllegalArgumentException if the amount is negative
   */
  public boolean settle(Money actual) {
    long nanos = nanosOf(actual);
    synchronized (this) {
      if (!taken) {
        return false;
      }
      taken = false;
      boolean crossed = false;
      // From last to first: the last account taken is still in this processor's cache, and the
      // first is then in the cache for the next request.
      for (int i = budgets.length - 1; i >= 0; i--) {
        accounts[i].settle(shown(i, held), nanos);
        budgets[i].stayAwake();
        crossed |= budgets[i].isCrossed(accounts[i]);
      }
      for (int i = 0; crossed && i < budgets.length; i++) {
        budgets[i].notice(accounts[i]);
      }
    }
    signalFreed();
    return true;
  }

  /** Ends it without a charge, unless it has ended. */
  @Override
  public void close() {
    synchronized (this) {
      if (!taken) {
        return;
      }
      taken = false;
      release(budgets.length, 0, held);
    }
    signalFreed();
  }

  private boolean holdOnAll(long nanos, long leastNanos) {
    for (int i = 0; i < budgets.length; i++) {
      if (!holdOn(i, nanos, leastNanos)) {
        release(i, held, held + nanos);
        signalFreed();
        return false;
      }
    }
    held += nanos;
    stayAwake();
    return true;
  }

  /** Keeps the budgets in memory while a request uses them. */
  private void stayAwake() {
    for (var budget : budgets) {
      budget.stayAwake();
    }
  }

  /** A zero amount always fits. */
  private boolean holdOn(int i, long nanos, long leastNanos) {
    if (nanos == 0) {
      return true;
    }
    var budget = budgets[i];
    var account = accounts[i];
    if (budget.terms().enforced()) {
      return account.tryHold(nanos);
    }
    if (leastNanos > 0 && leastNanos > account.available()) {
      budget.waived(account, leastNanos);
    }
    account.hold(shown(i, held + nanos) - shown(i, held));
    return true;
  }

  /** Releases what the first budgets hold beyond an amount. */
  private void release(int first, long keptNanos, long heldNanos) {
    for (int i = 0; i < first; i++) {
      accounts[i].release(shown(i, heldNanos) - shown(i, keptNanos));
    }
  }

  private long shown(int i, long nanos) {
    return nanos <= MOST_SHOWN_NANOS || budgets[i].terms().enforced() ? nanos : MOST_SHOWN_NANOS;
  }

  private void signalFreed() {
    if (budgets.length > 0) {
      budgets[0].vacancies().freed();
    }
  }

  private static long nanosOf(Money amount) {
    if (amount.nanos() < 0) {
      throw new IllegalArgumentException("an amount to hold or charge is not negative: " + amount);
    }
    return amount.nanos();
  }
}
