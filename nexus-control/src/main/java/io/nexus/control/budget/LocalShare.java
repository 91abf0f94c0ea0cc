package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a budget's cycle that this process may spend, as the code sees it that decides how
 * large it is.
 *
 * <p>A budget that limits starts with nothing, and is given what a ledger grants. One that only
 * reports starts with its whole limit, and nothing need be granted.
 *
 * <p>Safe for any number of threads; {@link #see} is meant for one.
 */
public final class LocalShare {

  private final Budget budget;
  private final CycleAccount account;

  private volatile @Nullable Object attachment;

  LocalShare(Budget budget, CycleAccount account) {
    this.budget = budget;
    this.account = account;
  }

  /** Has it refer to what its user knows of it, for as long as it is in memory. */
  public void attach(Object other) {
    attachment = other;
  }

  /** What it was made to refer to. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Whether the budget is one of a crowd, so that it should {@link #sleep} while it is idle. */
  public boolean wantsRest() {
    return budget.wantsRest();
  }

  /**
   * Puts the budget to sleep while nobody uses it: it may be forgotten, and made anew. When it is
   * used again, {@link ShareListener#reopened} is told.
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

  /** What was laid down for the budget. */
  public BudgetTerms terms() {
    return budget.terms();
  }

  /** The cycle that is spent. */
  public Cycle cycle() {
    return account.cycle;
  }

  /** This process's limit in force. */
  public Money limit() {
    return budget.limit();
  }

  /** The limit that holds: the lowest of all processes that share the budget. */
  public Money sharedLimit() {
    return budget.limit(account);
  }

  /** The lowest limit that another process enforces; {@link Money#MOST} if none is lower. */
  public void limitElsewhere(Money limit) {
    account.limitElsewhere(limit.nanos());
  }

  /**
   * Has the budget go by another cycle, in which others spend the same money, until that is over. A
   * share of it is {@linkplain ShareListener#opened opened}, and this one is not spent any more.
   */
  public void follow(Cycle cycle) {
    budget.follow(account, cycle);
  }

  /** Whether money must be granted before it is spent. */
  public boolean leased() {
    return account.leased;
  }

  /** What can be held at once; negative if more is committed than was granted. */
  public Money free() {
    return new Money(account.available());
  }

  /** What this process has settled. */
  public Money settled() {
    return new Money(account.settledHere());
  }

  /** What requests of this process may still cost. */
  public Money held() {
    return new Money(account.heldHere());
  }

  /**
   * Takes back what is free.
   *
   * @return how much was
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
   * Takes in what the ledger says.
   *
   * @param more what it grants more; takes back so much even if it is committed where the amount is
   *     negative
   * @param settledElsewhere what other processes have settled in this cycle, less what was forgiven
   *     of all
   * @param outstandingElsewhere what they have been granted and not settled
   * @param taken what is settled or granted over all processes, this one's included
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
   * Whether a request was refused over what is known of it, since this was last asked: then what is
   * known should be made new.
   */
  public boolean hasRefused() {
    return account.hasRefused();
  }

  /** The ledger has forgiven so much that was forgiven here before; {@link #see} is to follow. */
  public void forgiven(Money amount) {
    account.forgiven(amount.nanos());
  }
}
