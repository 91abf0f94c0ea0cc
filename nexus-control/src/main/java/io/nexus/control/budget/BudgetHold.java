package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.Optional;
import java.util.function.BiConsumer;

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
 * <p>The caller that takes it must end it: the first of {@link #settle} and {@link #close} does,
 * every further one has no effect. It settles in the cycle that it was taken in, even if that is
 * over. A claim that has ended may be taken again.
 *
 * <p>Safe for any number of threads. Taking, extending and ending allocate nothing.
 */
public final class BudgetHold implements AutoCloseable {

  /**
   * The most that a budget shows as held by one request if it does not limit what is held: $70,368.
   * So not even the sum of many absurd estimates reaches the end of a {@code long}, where what is
   * held could not be given back exactly.
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
   * Holds the amount on every budget, in the cycle that the moment lies in.
   *
   * @return whether all of them could; if not, nothing is held
   * @throws IllegalStateException if it is held already
   * @throws IllegalArgumentException if the amount is negative
   */
  public boolean take(Money amount, long nowMillis) {
    return take(amount, amount, nowMillis);
  }

  /**
   * The same for a request that would make do with less. A budget that only reports counts it as
   * refused when not even that much would have fitted.
   *
   * @param least what it would have been lowered to for want of money
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
    // Looking first keeps a request that is refused from taking, even for a moment, what others
    // could have.
    taken = fits && holdOnAll(nanos, nanosOf(least));
    return taken;
  }

  /**
   * Holds the amount where the ledger cannot be asked: beside what is granted, it counts as free
   * what nobody is known to have taken of a limit.
   *
   * @return how much of it no grant covers, on the budget where that is most; empty, with nothing
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
   * Holds more in the same way, in the cycle that it was taken in.
   *
   * @return how much of it no grant covers; empty if it does not fit or nothing is held any more
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
        tellFreed();
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

  /** Names each budget with the cycle that it was last taken in, or was to be taken in. */
  public synchronized void forEach(BiConsumer<String, Cycle> each) {
    for (int i = 0; i < budgets.length; i++) {
      if (accounts[i] != null) {
        each.accept(budgets[i].terms().name(), accounts[i].cycle);
      }
    }
  }

  /** Names those of them that have been granted less than would have to be held. */
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
   * Holds more, on every budget or on none, in the cycle that it was taken in.
   *
   * @return whether all of them could; false also if nothing is held any more
   * @throws IllegalArgumentException if the amount is negative
   */
  public synchronized boolean extend(Money more) {
    long nanos = nanosOf(more);
    return taken && nanos <= Long.MAX_VALUE - held && holdOnAll(nanos, 0);
  }

  /**
   * The same, having ended whatever increase of a limit is over by that moment.
   *
   * @return whether all of them could; false also if nothing is held any more
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

  /** What is held on each budget; zero before it is taken and after it has ended. */
  public synchronized Money held() {
    return new Money(taken ? held : 0);
  }

  /**
   * Ends it by charging each budget what the request really cost, be it less or more than was held.
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
      // From the last to the first: this processor still has the last that it took, and will have
      // the first that it takes next, where another takes the same.
      for (int i = budgets.length - 1; i >= 0; i--) {
        accounts[i].settle(shown(i, held), nanos);
        budgets[i].stayAwake();
        crossed |= budgets[i].isCrossed(accounts[i]);
      }
      for (int i = 0; crossed && i < budgets.length; i++) {
        budgets[i].notice(accounts[i]);
      }
    }
    tellFreed();
    return true;
  }

  /** Ends it without a charge, unless it was settled. */
  @Override
  public void close() {
    synchronized (this) {
      if (!taken) {
        return;
      }
      taken = false;
      release(budgets.length, 0, held);
    }
    tellFreed();
  }

  private boolean holdOnAll(long nanos, long leastNanos) {
    for (int i = 0; i < budgets.length; i++) {
      if (!holdOn(i, nanos, leastNanos)) {
        release(i, held, held + nanos);
        tellFreed();
        return false;
      }
    }
    held += nanos;
    stayAwake();
    return true;
  }

  /** A budget that somebody spends is not forgotten. */
  private void stayAwake() {
    for (var budget : budgets) {
      budget.stayAwake();
    }
  }

  /** What is free of charge always fits. */
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

  /** Gives back what the first budgets hold beyond an amount. */
  private void release(int first, long keptNanos, long heldNanos) {
    for (int i = 0; i < first; i++) {
      accounts[i].release(shown(i, heldNanos) - shown(i, keptNanos));
    }
  }

  private long shown(int i, long nanos) {
    return nanos <= MOST_SHOWN_NANOS || budgets[i].terms().enforced() ? nanos : MOST_SHOWN_NANOS;
  }

  private void tellFreed() {
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
