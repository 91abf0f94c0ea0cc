package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One budget: its terms, the account of the current cycle, and the crossings that its listener is
 * notified of.
 *
 * <p>The cycle turns, and a temporary increase ends, on the first touch after its end. The caller
 * passes the time, so a request reads the clock once.
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

  /** The terms in force; written under the lock. */
  private volatile BudgetTerms terms;

  private volatile boolean disabled;
  private BudgetPlan plan;
  private volatile long limitNanos;
  private volatile CycleAccount current;
  private LocalShare share;

  /** When {@code current} and the limit end; written after them and read before them. */
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

  /** The configured terms. */
  @Override
  public BudgetTerms terms() {
    return terms;
  }

  /** Whether requests ignore this budget. */
  public boolean isDisabled() {
    return disabled;
  }

  /** Its position in the order in which every hold takes its budgets. */
  int ordinal() {
    return ordinal;
  }

  /** Its figures at a moment. */
  public BudgetState state(long nowMillis) {
    var account = current;
    return stateOf(asleep && !isOver(nowMillis) ? account : account(nowMillis));
  }

  /** Starts the next cycle if this one is over, and reports crossings not yet reported. */
  public void touch(long nowMillis) {
    notice(account(nowMillis));
  }

  /**
   * Replaces the limit, for this and all further cycles. An increase that is in force is added to
   * the new limit. A crossing that the new limit undoes is reported again when it recurs.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public BudgetChange changeLimit(Money newLimit, long nowMillis) {
    return change(nowMillis, _ -> limit.replace(newLimit));
  }

  /**
   * Adds to the limit for a time, also beyond the end of the cycle. Several increases add up. When
   * one ends, the amount already spent or held beyond the remaining limit stays; nothing more is
   * admitted.
   *
   * @param until the first instant at which it is no longer in force, to the millisecond
   * @throws IllegalArgumentException if the amount is not above zero or the time is past
   */
  public BudgetChange raise(Money by, Instant until, long nowMillis) {
    return change(nowMillis, _ -> limit.raise(by, until, nowMillis));
  }

  /**
   * Whether this budget can adopt the plan within the running cycle. If the plan has other cycles,
   * or another way to decide this process's share, a new budget replaces this one.
   */
  boolean goesOnWith(BudgetTerms next) {
    return terms.window().equals(next.window())
        && terms.zone().equals(next.zone())
        && terms.enforced() == next.enforced();
  }

  /** Adopts a plan, as far as it differs. */
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

  /** Sets the cycle's spend back to zero. What is held stays held, and is charged in full. */
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

  /** The account of the cycle that contains the moment, or of the current one if it is later. */
  CycleAccount account(long nowMillis) {
    return nowMillis < boundaryMillis ? current : advance(nowMillis);
  }

  /** Whether the last cycle in use is over. */
  boolean isOver(long nowMillis) {
    return nowMillis >= current.cycle.endMillis();
  }

  /** Whether it is still asleep. */
  boolean isAsleep() {
    return asleep;
  }

  /**
   * Puts it to sleep if forgetting it loses nothing: nothing is held, and all spend of the cycle is
   * in a ledger. {@linkplain LocalShare#sleep The ledger's thread} decides for a budget with a
   * ledger.
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
   * Marks the budget asleep first and then checks that it is idle; a hold takes money first and
   * then {@linkplain #stayAwake checks for sleep}. So one of the two notices the other.
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

  /** Wakes it if it is asleep, because a request uses it. */
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

  /** The amount that can be held now, including what the ledger could still grant. */
  long reachable(CycleAccount account) {
    return account.reachable(account.limit(limitNanos));
  }

  /** This process's limit in force; its state has the lowest of all gateways, which holds. */
  public Money limit() {
    return new Money(limitNanos);
  }

  /** The effective limit of the account: the lowest that any process sharing it enforces. */
  Money limit(CycleAccount account) {
    return new Money(account.limit(limitNanos));
  }

  /**
   * Uses the given cycle instead of its own window's until that cycle is over, because other
   * processes spend the same money in it.
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

  /** Signals waiting requests that money has become free. */
  FreedSignal vacancies() {
    return vacancies;
  }

  /** The severity of its status, computed without allocating the status. */
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

  /** Reports a limit that the spend has crossed. */
  void notice(CycleAccount account) {
    if (isCrossed(account)) {
      cross(account, false);
    }
  }

  /** Whether a crossing is yet to be reported. */
  boolean isCrossed(CycleAccount account) {
    return crossings.isCrossed(account.settled()) && account == current;
  }

  /**
   * Reports, once a cycle, that a request did not fit. A request larger than the whole limit is not
   * reported, since it says nothing about the spend.
   */
  void refused(CycleAccount account, long requiredNanos) {
    if (!crossings.isHardNoticed() && requiredNanos <= limitNanos) {
      cross(account, true);
    }
  }

  /** Reports that a request did not fit and was admitted nevertheless. */
  void waived(CycleAccount account, long requiredNanos) {
    refused(account, requiredNanos);
    crossings.report(listener -> listener.refusalWaived(terms));
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
      crossings.report(listener -> listener.cycleTurned(stateOf(current)));
    }
    vacancies.freed();
    return current;
  }

  /** Adjusts the account to the limit now in force. */
  private void enforceLimit(CycleAccount account) {
    long inForce = limit.inForce();
    if (account.leased) {
      // Money already granted stays granted; only further grants follow the new limit.
    } else if (inForce >= limitNanos) {
      account.grant(inForce - limitNanos);
    } else {
      account.withdraw(limitNanos - inForce);
    }
    limitNanos = inForce;
    crossings.limit(inForce, terms.softLimitPercent());
    setBoundary();
  }

  /** After a change of the limit: clears notices that no longer apply, sends those that do. */
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
