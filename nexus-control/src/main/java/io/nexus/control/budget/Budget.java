package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;

/**
 * One budget: its terms, the account of the current cycle, and the moments at which somebody must
 * be told.
 *
 * <p>The cycle turns on the first touch after its end. Time comes in as an argument, so that a
 * request that has read the clock once need not read it again.
 *
 * <p>Safe for any number of threads; only a turn of the cycle and a crossing take a lock.
 */
public final class Budget {

  private static final long NEVER = Long.MAX_VALUE;

  private final int ordinal;
  private final BudgetTerms terms;
  private final BudgetListener listener;
  private volatile Money limit;
  private volatile long softAt;
  private volatile Account current;
  private volatile long noticeAt;
  private volatile boolean softNoticed;
  private volatile boolean hardNoticed;

  Budget(int ordinal, BudgetTerms terms, BudgetListener listener, long nowMillis) {
    this.ordinal = ordinal;
    this.terms = terms;
    this.listener = listener;
    this.limit = terms.limit();
    this.softAt = softAt(terms.limit());
    this.current = open(nowMillis);
    this.noticeAt = softAt;
  }

  /** What was laid down for it. */
  public BudgetTerms terms() {
    return terms;
  }

  /** Its place in the one order in which budgets are held. */
  int ordinal() {
    return ordinal;
  }

  /** Its figures at a moment. */
  public BudgetState state(long nowMillis) {
    return stateOf(account(nowMillis));
  }

  /** Turns the cycle if it is over, and tells of crossings that no request has brought to light. */
  public void touch(long nowMillis) {
    var account = account(nowMillis);
    notice(account, account.settled());
  }

  /** The account of the cycle that the moment lies in, or of the current one if that is later. */
  Account account(long nowMillis) {
    var account = current;
    return nowMillis < account.endMillis ? account : turn(nowMillis);
  }

  /** {@link BudgetStatus#severity()} without making a status. */
  int severity(long nowMillis) {
    long settled = account(nowMillis).settled();
    if (settled >= limit.nanos()) {
      return 2;
    }
    return settled >= softAt ? 1 : 0;
  }

  BudgetState stateOf(Account account) {
    long settled = account.settled();
    return new BudgetState(
        terms, limit, new Money(settled), new Money(account.held(settled)), account.cycle);
  }

  /** Tells of a crossing that this much spend makes. */
  void notice(Account account, long settled) {
    if (settled >= noticeAt && account == current) {
      cross(account, settled, false);
    }
  }

  /** Tells, once a cycle, that a request did not fit. */
  void refused(Account account) {
    if (!hardNoticed) {
      cross(account, account.settled(), true);
    }
  }

  /** Tells that a request did not fit and goes on all the same. */
  void waived(Account account) {
    refused(account);
    listener.refusalWaived(terms);
  }

  private synchronized void cross(Account account, long settled, boolean refused) {
    if (account != current) {
      return;
    }
    if (settled >= softAt && !softNoticed) {
      softNoticed = true;
      listener.softLimitReached(stateOf(account));
    }
    if ((refused || settled >= limit.nanos()) && !hardNoticed) {
      hardNoticed = true;
      listener.hardLimitReached(stateOf(account));
    }
    noticeAt = !softNoticed ? softAt : hardNoticed ? NEVER : limit.nanos();
  }

  private synchronized Account turn(long nowMillis) {
    if (nowMillis >= current.endMillis) {
      current = open(nowMillis);
      softNoticed = false;
      hardNoticed = false;
      noticeAt = softAt;
      listener.cycleTurned(stateOf(current));
    }
    return current;
  }

  private Account open(long nowMillis) {
    var cycle = terms.window().cycleAt(Instant.ofEpochMilli(nowMillis), terms.zone());
    return new Account(cycle, limit.nanos());
  }

  /** The least spend that is the soft limit's share of the limit; split so as not to overflow. */
  private long softAt(Money limit) {
    long percent = terms.softLimitPercent();
    return limit.nanos() / 100 * percent + Math.ceilDiv(limit.nanos() % 100 * percent, 100L);
  }
}
