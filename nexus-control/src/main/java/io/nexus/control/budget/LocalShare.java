package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a budget's cycle that this process may spend, for the code that decides its size.
 *
 * <p>An enforced budget starts with nothing and receives what the ledger grants. A budget that only
 * reports starts with its whole limit and needs no grant.
 *
 * <p>Safe for any number of threads; only one may call {@link #see}.
 */
public final class LocalShare {

  private final Budget budget;
  private final CycleAccount account;

  private volatile @Nullable Object attachment;

  LocalShare(Budget budget, CycleAccount account) {
    this.budget = budget;
    this.account = account;
  }

  /** Attaches an object of the caller's, which lives at least as long as this share. */
  public void attach(Object other) {
    attachment = other;
  }

  /** The attached object. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Whether the budget is one of very many, so that it should {@link #sleep} while it is idle. */
  public boolean wantsRest() {
    return budget.wantsRest();
  }

  /**
   * Puts an unused budget to sleep: it may be dropped from memory and created again. When it is
   * used again, {@link ShareListener#reopened} is called.
   *
   * @param idle whether nothing is held of it or granted, and all that was spent is in a ledger
   * @return whether it is asleep
   */
  public boolean sleep(BooleanSupplier idle) {
    return budget.sleep(account, idle);
  }

  /** Whether it is asleep. */
  public boolean isAsleep() {
    return budget.isAsleep();
  }

  /** The budget's configured terms. */
  public BudgetTerms terms() {
    return budget.terms();
  }

  /** The cycle of this share. */
  public Cycle cycle() {
    return account.cycle;
  }

  /** This process's limit in force. */
  public Money limit() {
    return budget.limit();
  }

  /** The effective limit: the lowest that any process sharing the budget enforces. */
  public Money sharedLimit() {
    return budget.limit(account);
  }

  /** The lowest limit that another process enforces; {@link Money#MOST} if none is lower. */
  public void limitElsewhere(Money limit) {
    account.limitElsewhere(limit.nanos());
  }

  /**
   * Makes the budget use another cycle, in which other processes spend the same money, until that
   * cycle is over. A share of it is {@linkplain ShareListener#opened opened}, and this one is no
   * longer used.
   */
  public void follow(Cycle cycle) {
    budget.follow(account, cycle);
  }

  /** Whether money must be granted before it is spent. */
  public boolean leased() {
    return account.leased;
  }

  /** The amount that can be held now; negative if more is settled and held than was granted. */
  public Money free() {
    return new Money(account.available());
  }

  /** The amount that this process has settled. */
  public Money settled() {
    return new Money(account.settledHere());
  }

  /** What requests of this process may still cost. */
  public Money held() {
    return new Money(account.heldHere());
  }

  /**
   * Withdraws free money from this process.
   *
   * @return the amount withdrawn
   */
  public Money reclaim(Money atMost) {
    while (true) {
      long amount = Math.min(account.available(), atMost.nanos());
      if (amount <= 0) {
        return Money.ZERO;
      }
      if (account.reclaim(amount)) {
        return new Money(amount);
      }
    }
  }

  /**
   * Applies the ledger's answer.
   *
   * @param more the additional grant; a negative amount is withdrawn even if it is held
   * @param settledElsewhere what other processes have settled in this cycle, less the amount
   *     forgiven for all processes
   * @param outstandingElsewhere what they have been granted and not settled
   * @param taken the sum settled and granted over all processes, this one included
   */
  public void see(Money more, Money settledElsewhere, Money outstandingElsewhere, Money taken) {
    long reachable = budget.reachable(account);
    account.see(
        more.nanos(), settledElsewhere.nanos(), outstandingElsewhere.nanos(), taken.nanos());
    budget.notice(account);
    if (more.nanos() > 0 || budget.reachable(account) > reachable) {
      budget.vacancies().freed();
    }
  }

  /**
   * Whether a request was refused on the basis of the last known figures since the last call; if
   * so, the figures should be refreshed.
   */
  public boolean hasRefused() {
    return account.hasRefused();
  }

  /** The ledger has forgiven an amount that was forgiven here before; {@link #see} must follow. */
  public void forgiven(Money amount) {
    account.forgiven(amount.nanos());
  }
}
