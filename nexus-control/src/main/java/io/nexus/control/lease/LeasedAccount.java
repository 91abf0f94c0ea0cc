package io.nexus.control.lease;

import io.nexus.control.budget.LocalShare;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;

/**
 * One budget's cycle as the ledger's thread sees it.
 *
 * <p>The invariant: what this process is allowed is what it has posted and the ledger has
 * confirmed, plus what the ledger last said is outstanding for it. An answer that was lost is so
 * made good by the next one, whatever it is the answer to.
 *
 * <p>For the ledger's thread alone, but for {@link #refuses}.
 */
final class LeasedAccount {

  private static final long REFUSAL_MILLIS = 100;
  private static final int REQUESTS_AHEAD = 4;
  private static final long ASKED_FOR_MILLIS = 120_000;

  final BudgetCycle charge;
  final LocalShare share;

  private long posted;
  private long mine;
  private long target;
  private long taken;
  private long perTtl;
  private long settledBefore;
  private long usedAtMillis;
  private long typical;
  private long refillNotBeforeMillis;
  private long refusedAtMillis = Long.MIN_VALUE / 2;

  private volatile long refusedAmount = Long.MAX_VALUE;
  private volatile long refusedUntilMillis;

  LeasedAccount(LocalShare share, long nowMillis) {
    this.charge = new BudgetCycle(share.terms().name(), share.cycle());
    this.share = share;
    this.target = 0;
    this.usedAtMillis = nowMillis;
  }

  /** Takes in what the ledger says. */
  void see(Standing position) {
    mine = position.mine().nanos();
    long settled = position.settled().nanos();
    long outstanding = position.outstanding().nanos();
    taken = settled + outstanding;
    if (share.leased()) {
      long next = posted + mine;
      share.allow(new Money(next - target));
      target = next;
    }
    share.see(
        new Money(settled - posted), new Money(Math.max(0, outstanding - mine)), new Money(taken));
  }

  /** So much is in the ledger; to be followed by {@link #see}. */
  void posted(Money cost) {
    posted += cost.nanos();
  }

  /** What to ask the ledger for, for requests the smallest of which needs so much to be free. */
  Draw draw(Money smallest, Money sum, LeaseTerms terms, int nodes) {
    typical = smallest.nanos();
    return wish(smallest.nanos(), sum.nanos(), terms, nodes);
  }

  private Draw wish(long smallest, long sum, LeaseTerms terms, int nodes) {
    long free = share.free().nanos();
    long least = Math.max(1, smallest - free);
    long chunk = Math.max(perTtl, typical * REQUESTS_AHEAD);
    long wanted = Math.max(sum - free, Math.min(chunk, terms.maxChunk().nanos() - free));
    return new Draw(
        charge,
        share.limit(),
        new Money(Math.max(least, wanted)),
        new Money(least),
        Math.max(1, 2 * nodes));
  }

  /**
   * Whether so little is left of what requests are about to need that more should be drawn. From a
   * ledger that has not got it nothing is: it would be asked ten times a second, for nothing.
   */
  boolean runsLow(long nowMillis, LeaseTerms terms) {
    long chunk = Math.min(perTtl, terms.maxChunk().nanos());
    return share.leased()
        && chunk > 0
        && nowMillis >= refillNotBeforeMillis
        && nowMillis < charge.cycle().endMillis()
        && share.free().nanos() < chunk / 5 * 2
        && !lacks(new Money(typical));
  }

  /** What to draw before a request has to wait for it. */
  Draw refill(LeaseTerms terms, int nodes, long nowMillis) {
    refillNotBeforeMillis = nowMillis + REFUSAL_MILLIS;
    return wish(typical, 0, terms, nodes);
  }

  /** Whether neither this process nor the ledger has got so much. */
  boolean lacks(Money amount) {
    long free = share.free().nanos();
    return amount.nanos() > free
        && amount.nanos() - free > Math.max(0, share.limit().nanos() - taken);
  }

  /** Notes that the ledger has not got so much. */
  void refused(Money amount, long nowMillis) {
    refusedAtMillis = nowMillis;
    refusedAmount = amount.nanos();
    refusedUntilMillis = nowMillis + REFUSAL_MILLIS;
  }

  /** Whether the ledger has just said that it has not got so much. */
  boolean refuses(Money amount, long nowMillis) {
    return nowMillis < refusedUntilMillis && amount.nanos() >= refusedAmount;
  }

  /** Measures the rate of spending; to be called every second. */
  void sample(long nowMillis, LeaseTerms terms) {
    long settled = share.settled().nanos();
    long spent = Math.max(0, settled - settledBefore);
    settledBefore = settled;
    perTtl = perTtl / 5 * 4 + spent / 5 * Math.max(1, terms.ttl().toSeconds());
    if (spent > 0 || !share.held().isZero()) {
      usedAtMillis = nowMillis;
    } else if (nowMillis - usedAtMillis >= terms.ttl().toMillis()) {
      perTtl = 0;
    }
  }

  /** Takes back, here, what is of no use here; the ledger is to be told. */
  Money surplus(long nowMillis, LeaseTerms terms) {
    if (!share.leased()) {
      return Money.ZERO;
    }
    long free = share.free().nanos();
    boolean idle = perTtl == 0 && nowMillis - usedAtMillis >= terms.ttl().toMillis();
    boolean over = nowMillis >= charge.cycle().endMillis();
    long keep = idle || over ? 0 : Math.min(perTtl, terms.maxChunk().nanos()) + typical;
    long surplus = free > 2 * keep + typical * REQUESTS_AHEAD || keep == 0 ? free - keep : 0;
    return giveUp(Math.max(surplus, Math.min(free, taken - share.limit().nanos())));
  }

  /** Takes back all that is free. */
  Money giveUpAll() {
    return share.leased() ? giveUp(Long.MAX_VALUE) : Money.ZERO;
  }

  private Money giveUp(long atMost) {
    var amount = share.reclaim(new Money(Math.max(0, atMost)));
    target -= amount.nanos();
    return amount;
  }

  /** Whether nothing more can happen to it. */
  boolean isDone(long nowMillis) {
    return nowMillis >= charge.cycle().endMillis()
        && mine == 0
        && share.held().isZero()
        && share.settled().nanos() == posted;
  }

  Money mine() {
    return new Money(mine);
  }

  /** Whether it matters how it stands: something happens on it, or was refused of late. */
  boolean isActive(long nowMillis) {
    return perTtl > 0 || mine > 0 || nowMillis - refusedAtMillis < ASKED_FOR_MILLIS;
  }
}
