package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One budget: its terms, the account of the current cycle, and the moments at which somebody must
 * be told.
 *
 * <p>The cycle turns, and a temporary increase ends, on the first touch after its end. Time comes
 * in as an argument, so that a request that has read the clock once need not read it again.
 *
 * <p>Safe for any number of threads; only a turn of the cycle, a crossing and an operator's change
 * take a lock.
 */
public final class Budget implements BudgetLookup.Filed {

  private final int ordinal;
  private final FreedSignal vacancies;
  private final ShareListener shares;
  private final Limit limit;
  private final Crossings crossings;

  /** What is in force; written under the lock. */
  private volatile BudgetTerms terms;

  private volatile boolean disabled;
  private BudgetPlan plan;
  private volatile long limitNanos;
  private volatile CycleAccount current;
  private LocalShare share;

  /** Until when {@code current} and the limit are right; written after them and read before. */
  private volatile long boundaryMillis;

  private volatile boolean asleep;
  private volatile BudgetKeeper keeper = BudgetKeeper.ALWAYS;

  Budget(
      int ordinal,
      BudgetPlan plan,
      BudgetListener listener,
      FreedSignal vacancies,
      ShareListener shares,
      long nowMillis) {
    this.ordinal = ordinal;
    this.plan = plan;
    this.terms = plan.terms();
    this.disabled = plan.disabled();
    this.vacancies = vacancies;
    this.shares = shares;
    this.limit = new Limit(plan.limit());
    limit.replace(plan.limit(), plan.increases(), nowMillis);
    this.limitNanos = limit.inForce();
    this.crossings = new Crossings(listener);
    crossings.limit(limitNanos, terms.softLimitPercent());
    crossings.begin();
    this.current = open(nowMillis);
    this.share = new LocalShare(this, current);
    setBoundary();
    shares.opened(share);
  }

  void keptBy(BudgetKeeper other) {
    keeper = other;
  }

  /** What was laid down for it. */
  @Override
  public BudgetTerms terms() {
    return terms;
  }

  /** Whether requests leave it alone. */
  public boolean isDisabled() {
    return disabled;
  }

  /** Its place in the one order in which budgets are held. */
  int ordinal() {
    return ordinal;
  }

  /** Its figures at a moment. */
  public BudgetState state(long nowMillis) {
    var account = current;
    return stateOf(asleep && !isOver(nowMillis) ? account : account(nowMillis));
  }

  /** Turns the cycle if it is over, and tells of crossings that no request has brought to light. */
  public void touch(long nowMillis) {
    notice(account(nowMillis));
  }

  /**
   * Replaces the limit, for this and all further cycles. An increase that is in force is added to
   * the new limit. Crossings that the new limit undoes are told again when they come again.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public BudgetChange changeLimit(Money newLimit, long nowMillis) {
    return change(nowMillis, _ -> limit.replace(newLimit));
  }

  /**
   * Adds to the limit for a time, also beyond the end of the cycle. Several increases add up. When
   * one ends, what is spent or held beyond the limit then in force stays, and nothing more is
   * admitted.
   *
   * @param until the first instant at which it is no longer in force, to the millisecond
   * @throws IllegalArgumentException if the amount is not above zero or the time is past
   */
  public BudgetChange raise(Money by, Instant until, long nowMillis) {
    return change(nowMillis, _ -> limit.raise(by, until, nowMillis));
  }

  /**
   * Whether a plan can be taken in while the cycle runs. Where its cycles are others, or the share
   * that this process may spend is decided in another way, a new budget takes its place.
   */
  boolean goesOnWith(BudgetTerms next) {
    return terms.window().equals(next.window())
        && terms.zone().equals(next.zone())
        && terms.enforced() == next.enforced();
  }

  /** Goes by a plan from now on, as far as it differs: between two holds. */
  void follow(BudgetPlan next, long nowMillis) {
    synchronized (this) {
      if (next.equals(plan)) {
        return;
      }
      plan = next;
    }
    var _ =
        change(
            nowMillis,
            _ -> {
              terms = next.terms();
              disabled = next.disabled();
              limit.replace(next.limit(), next.increases(), nowMillis);
            });
  }

  /** Forgets what the cycle has cost so far. What is held stays held, and is charged in full. */
  public BudgetChange resetSpent(long nowMillis) {
    return change(
        nowMillis,
        account -> {
          long amount = account.forgive();
          shares.forgiven(terms, account.cycle, new Money(amount));
        });
  }

  private BudgetChange change(long nowMillis, Consumer<CycleAccount> step) {
    BudgetChange change;
    synchronized (this) {
      var account = asleep && !isOver(nowMillis) ? current : account(nowMillis);
      var before = stateOf(account);
      step.accept(account);
      enforceLimit(account);
      change = new BudgetChange(before, stateOf(account));
      rearm(account);
    }
    vacancies.freed();
    return change;
  }

  /** The account of the cycle that the moment lies in, or of the current one if that is later. */
  CycleAccount account(long nowMillis) {
    return nowMillis < boundaryMillis ? current : advance(nowMillis);
  }

  /** Whether the cycle that was spent last is over. */
  boolean isOver(long nowMillis) {
    return nowMillis >= current.cycle.endMillis();
  }

  /** Whether nobody has used it since it was put to sleep. */
  boolean isAsleep() {
    return asleep;
  }

  /**
   * Puts it to sleep if nothing is lost by forgetting it: nothing is held, and nothing was spent in
   * the cycle that a ledger would not tell. One with a ledger sleeps when {@linkplain
   * LocalShare#sleep the ledger's thread} says so.
   *
   * @return whether it is asleep
   */
  boolean sleep(long nowMillis) {
    var account = current;
    boolean over = isOver(nowMillis);
    return sleep(
        account,
        () ->
            account.heldHere() == 0 && (over || (!shares.leasing() && account.settledHere() == 0)));
  }

  /**
   * Whoever holds looks afterwards whether it {@linkplain #stayAwake is asleep}; here it is asleep
   * before it is asked whether it is idle. So one of the two sees the other.
   */
  boolean sleep(CycleAccount account, BooleanSupplier idle) {
    synchronized (this) {
      if (account != current || asleep) {
        return asleep;
      }
      asleep = true;
      asleep = idle.getAsBoolean();
      setBoundary();
      return asleep;
    }
  }

  boolean wantsRest() {
    return keeper.wantsRest();
  }

  /** Wakes it if it is asleep: it is spent. */
  void stayAwake() {
    if (!asleep) {
      return;
    }
    synchronized (this) {
      if (asleep) {
        asleep = false;
        setBoundary();
        shares.reopened(share);
      }
    }
    keeper.woke();
  }

  private void setBoundary() {
    boundaryMillis =
        asleep ? Long.MIN_VALUE : Math.min(current.cycle.endMillis(), limit.endMillis());
  }

  /** What can be held if nobody else takes it first. */
  long reachable(CycleAccount account) {
    return account.reachable(account.limit(limitNanos));
  }

  /** This process's limit in force. */
  Money limit() {
    return new Money(limitNanos);
  }

  /** The limit that holds on the account: the lowest of all processes that share it. */
  Money limit(CycleAccount account) {
    return new Money(account.limit(limitNanos));
  }

  /**
   * Goes by another cycle than the one that its own window gives, until that is over: others spend
   * the same money in it.
   */
  void follow(CycleAccount account, Cycle cycle) {
    synchronized (this) {
      if (account != current) {
        return;
      }
      current = new CycleAccount(cycle, account.leased ? 0 : limitNanos, account.leased);
      share = new LocalShare(this, current);
      setBoundary();
      shares.opened(share);
      rearm(current);
    }
    vacancies.freed();
  }

  /** When the next cycle begins or an increase ends, in milliseconds of the epoch. */
  long boundaryMillis() {
    return boundaryMillis;
  }

  /** Whom to tell that money has become free. */
  FreedSignal vacancies() {
    return vacancies;
  }

  /** {@link BudgetStatus#severity()} without making a status. */
  int severity(long nowMillis) {
    var account = account(nowMillis);
    long settled = account.settled();
    if (settled >= account.limit(limitNanos)) {
      return 2;
    }
    return crossings.isSoftCrossed(settled) ? 1 : 0;
  }

  BudgetState stateOf(CycleAccount account) {
    var figures = account.figures();
    return new BudgetState(
        terms,
        limit(account),
        new Money(figures.settled()),
        new Money(figures.held()),
        new Money(figures.heldHere()),
        account.cycle);
  }

  /** Tells of a crossing that the spend has made. */
  void notice(CycleAccount account) {
    if (isCrossed(account)) {
      cross(account, false);
    }
  }

  /** Whether there is a crossing to tell of. */
  boolean isCrossed(CycleAccount account) {
    return crossings.isCrossed(account.settled()) && account == current;
  }

  /**
   * Tells, once a cycle, that a request did not fit. One that would not fit the untouched limit
   * says nothing of how the budget stands.
   */
  void refused(CycleAccount account, long requiredNanos) {
    if (!crossings.isHardNoticed() && requiredNanos <= limitNanos) {
      cross(account, true);
    }
  }

  /** Tells that a request did not fit and goes on all the same. */
  void waived(CycleAccount account, long requiredNanos) {
    refused(account, requiredNanos);
    crossings.tell(told -> told.refusalWaived(terms));
  }

  /**
   * Whether the spend of the running cycle has reached the limit, or a request that would fit the
   * whole of it was refused.
   */
  public boolean isAtHardLimit() {
    return crossings.isHardNoticed();
  }

  private synchronized void cross(CycleAccount account, boolean refused) {
    if (account != current) {
      return;
    }
    crossings.cross(account.settled(), refused, () -> stateOf(account));
  }

  private CycleAccount advance(long nowMillis) {
    stayAwake();
    synchronized (this) {
      if (nowMillis < boundaryMillis) {
        return current;
      }
      limit.expire(nowMillis);
      if (nowMillis < current.cycle.endMillis()) {
        enforceLimit(current);
        rearm(current);
        return current;
      }
      limitNanos = limit.inForce();
      crossings.limit(limitNanos, terms.softLimitPercent());
      crossings.begin();
      current = open(nowMillis);
      share = new LocalShare(this, current);
      setBoundary();
      shares.opened(share);
      crossings.tell(told -> told.cycleTurned(stateOf(current)));
    }
    vacancies.freed();
    return current;
  }

  /** Brings the account to the limit that is in force by now. */
  private void enforceLimit(CycleAccount account) {
    long inForce = limit.inForce();
    if (account.leased) {
      // What has been granted stays granted: further grants go by the new limit.
    } else if (inForce >= limitNanos) {
      account.grant(inForce - limitNanos);
    } else {
      account.withdraw(limitNanos - inForce);
    }
    limitNanos = inForce;
    crossings.limit(inForce, terms.softLimitPercent());
    setBoundary();
  }

  /** Takes back what was told and no longer holds, and tells what holds by now. */
  private void rearm(CycleAccount account) {
    crossings.rearm(account.settled());
    notice(account);
  }

  private CycleAccount open(long nowMillis) {
    var cycle = terms.window().cycleAt(Instant.ofEpochMilli(nowMillis), terms.zone());
    boolean leased = shares.leasing() && terms.enforced();
    return new CycleAccount(cycle, leased ? 0 : limitNanos, leased);
  }
}
