package io.nexus.control.lease;

import static io.nexus.control.money.Money.saturatedAdd;
import static io.nexus.control.money.Money.saturatedSubtract;

import io.nexus.control.budget.LocalShare;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * One budget's cycle as the ledger's thread sees it.
 *
 * <p>The invariant: what this process is allowed is what it has posted and the ledger has
 * confirmed, plus what the ledger last said is outstanding for it. An answer that was lost is so
 * made good by the next one, whatever it is the answer to.
 *
 * <p>For the ledger's thread alone, but for {@link #refuses} and {@link #isFresh}.
 */
final class LeasedAccount {

  private static final Logger LOG = System.getLogger(LeasedAccount.class.getName());

  /** What the ledger has just refused, or just told, it is not asked again for so long. */
  static final long FRESH_NANOS = 100_000_000;

  private static final int REQUESTS_AHEAD = 4;

  /** No request's amount and no rate count as more, so that sums of a few do not overflow. */
  private static final long MOST = Long.MAX_VALUE / 16;

  final BudgetCycle charge;
  final LocalShare share;

  /** Whether it counts something else than money. */
  final boolean counts;

  private long posted;
  private long mine;
  private long target;
  private long taken;
  private long perTtl;
  private long settledBefore;
  private long usedNanos;
  private long typical;
  private long refillNotBeforeNanos;
  private boolean seen;
  private boolean checked;
  private Money told = Money.MOST;

  private volatile long seenNanos;
  private volatile long refusedAmount = Long.MAX_VALUE;
  private volatile long refusedUntilNanos;

  /** Of money. */
  LeasedAccount(LocalShare share, long nowNanos) {
    this(share, false, nowNanos);
  }

  /** Of something else, of which the ledger keeps what is drawn and nothing more. */
  static LeasedAccount ofCount(LocalShare share, long nowNanos) {
    var account = new LeasedAccount(share, true, nowNanos);
    account.checked();
    return account;
  }

  private LeasedAccount(LocalShare share, boolean counts, long nowNanos) {
    this.counts = counts;
    this.charge = new BudgetCycle(share.terms().name(), share.cycle());
    this.share = share;
    this.usedNanos = nowNanos;
    this.seenNanos = nowNanos - FRESH_NANOS;
    this.refillNotBeforeNanos = nowNanos;
    this.refusedUntilNanos = nowNanos;
    share.attach(this);
  }

  /** Takes in what the ledger says to this node, as of the time when it was asked. */
  void see(Standing standing, String node, long askedNanos) {
    limit(standing, node);
    mine = standing.mine().nanos();
    long settled = Math.max(0, standing.settled().nanos());
    long outstanding = standing.outstanding().nanos();
    taken = saturatedAdd(settled, outstanding);
    long next = saturatedAdd(posted, mine);
    share.see(
        new Money(saturatedSubtract(next, target)),
        new Money(saturatedSubtract(settled, posted)),
        new Money(Math.max(0, outstanding - mine)),
        new Money(taken));
    target = next;
    seen = true;
    seenNanos = askedNanos;
  }

  /** Of two gateways whose configurations differ, the lower limit holds. */
  private void limit(Standing standing, String node) {
    var limit = standing.limitedBy().equals(node) ? Money.MOST : standing.limit();
    share.limitElsewhere(limit);
    if (limit.compareTo(share.limit()) < 0 && !limit.equals(told)) {
      told = limit;
      LOG.log(
          Level.WARNING,
          "Budget "
              + charge.budget()
              + ": its limit is $"
              + share.limit()
              + " here and $"
              + limit
              + " on node "
              + standing.limitedBy()
              + ": the lower one holds; give all gateways of a ledger the same");
    }
  }

  /** Whether the ledger has ever said how it stands. */
  boolean isSeen() {
    return seen;
  }

  /** Whether the ledger was asked if the same money is spent in another cycle. */
  boolean isChecked() {
    return checked;
  }

  void checked() {
    checked = true;
  }

  /** Whether the ledger has just said how it stands. */
  boolean isFresh(long nowNanos) {
    return nowNanos - seenNanos < FRESH_NANOS;
  }

  /**
   * Whether the ledger should say again how it stands: soon if requests are refused over what is
   * known of it, the sooner the more happens on it otherwise.
   */
  boolean isStale(Moment now, LeaseTerms terms) {
    long ttl = terms.ttl().toNanos();
    boolean active = perTtl > 0 || mine > 0;
    return share.hasRefused() || now.nanos() - seenNanos >= (active ? ttl / 3 : ttl);
  }

  /** Whether the ledger has not been asked since then. */
  boolean isSeenBefore(long sinceNanos) {
    return seenNanos - sinceNanos < 0;
  }

  /** So much is in the ledger; to be followed by {@link #see}. */
  void posted(Money cost) {
    posted = saturatedAdd(posted, cost.nanos());
  }

  /** What to ask the ledger for, for requests the smallest of which needs so much to be free. */
  Draw draw(Money smallest, Money sum, LeaseTerms terms, int nodes) {
    typical = Math.min(smallest.nanos(), MOST);
    return wish(smallest.nanos(), sum.nanos(), terms, nodes);
  }

  private Draw wish(long smallest, long sum, LeaseTerms terms, int nodes) {
    long free = share.free().nanos();
    long least = Math.max(1, saturatedSubtract(smallest, free));
    long ahead = Math.max(perTtl, typical * REQUESTS_AHEAD);
    long chunk = Math.min(ahead, terms.maxChunk().nanos());
    long wanted = saturatedSubtract(saturatedAdd(sum, chunk), free);
    return new Draw(
        charge,
        share.limit(),
        new Money(Math.max(least, wanted)),
        new Money(least),
        nodes > 1 ? 2 * nodes : 1);
  }

  /**
   * Whether so little is left of what requests are about to need that more should be drawn. From a
   * ledger that has not got it nothing is: it would be asked ten times a second, for nothing.
   */
  boolean runsLow(Moment now, LeaseTerms terms) {
    long chunk = Math.min(perTtl, terms.maxChunk().nanos());
    return share.leased()
        && chunk > 0
        && now.nanos() - refillNotBeforeNanos >= 0
        && now.millis() < charge.cycle().endMillis()
        && share.free().nanos() < chunk / 5 * 2
        && !lacks(new Money(typical));
  }

  /** What to draw before a request has to wait for it. */
  Draw refill(LeaseTerms terms, int nodes, Moment now) {
    refillNotBeforeNanos = now.nanos() + FRESH_NANOS;
    return wish(Math.min(typical, terms.maxChunk().nanos()), 0, terms, nodes);
  }

  /** Whether more is committed here than was granted, and the ledger may have what is missing. */
  boolean isUncovered(Moment now) {
    return share.leased()
        && share.free().nanos() < 0
        && share.sharedLimit().nanos() > taken
        && now.nanos() - refillNotBeforeNanos >= 0;
  }

  /**
   * What to draw for requests that were admitted while the ledger was away: as much as there is of
   * what they may cost, so that nobody else is granted it.
   */
  Draw cover(Moment now) {
    refillNotBeforeNanos = now.nanos() + FRESH_NANOS;
    var missing = new Money(saturatedSubtract(0, share.free().nanos()));
    return new Draw(charge, share.limit(), missing, new Money(1), 1);
  }

  /** Whether neither this process nor the ledger has got so much. */
  boolean lacks(Money amount) {
    long missing = saturatedSubtract(amount.nanos(), share.free().nanos());
    return missing > 0
        && missing > Math.max(0, saturatedSubtract(share.sharedLimit().nanos(), taken));
  }

  /** Notes that the ledger has not got so much. */
  void refused(Money amount, long nowNanos) {
    refusedAmount = amount.nanos();
    refusedUntilNanos = nowNanos + FRESH_NANOS;
  }

  /** Whether the ledger has just said that it has not got so much. */
  boolean refuses(Money amount, long nowNanos) {
    return nowNanos - refusedUntilNanos < 0 && amount.nanos() >= refusedAmount;
  }

  /** Measures the rate of spending; to be called every second. */
  void sample(Moment now, LeaseTerms terms) {
    long settled = share.settled().nanos();
    long spent = Math.max(0, settled - settledBefore);
    long seconds = Math.max(1, terms.ttl().toSeconds());
    settledBefore = settled;
    perTtl = perTtl / 5 * 4 + Math.min(spent, MOST / seconds) / 5 * seconds;
    if (spent > 0 || !share.held().isZero()) {
      usedNanos = now.nanos();
    } else if (now.nanos() - usedNanos >= terms.ttl().toNanos()) {
      perTtl = 0;
    }
  }

  /** Takes back unused money locally; the caller then returns it to the ledger. */
  Money surplus(Moment now, LeaseTerms terms) {
    if (!share.leased()) {
      return Money.ZERO;
    }
    long free = share.free().nanos();
    boolean idle = perTtl == 0 && now.nanos() - usedNanos >= terms.ttl().toNanos();
    boolean over = now.millis() >= charge.cycle().endMillis();
    long keep = idle || over ? 0 : Math.min(perTtl, terms.maxChunk().nanos()) + typical;
    long surplus = free > 2 * keep + typical * REQUESTS_AHEAD || keep == 0 ? free - keep : 0;
    long overLimit = saturatedSubtract(taken, share.sharedLimit().nanos());
    return giveUp(Math.max(surplus, Math.min(free, overLimit)));
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
  boolean isDone(Moment now) {
    return now.millis() >= charge.cycle().endMillis()
        && share.held().isZero()
        && (counts || (mine == 0 && share.settled().nanos() == posted));
  }

  /**
   * Whether nothing is held, granted or unknown to the ledger, nor has been used for a while: then
   * it need not be in memory.
   */
  boolean isIdle(Moment now, LeaseTerms terms) {
    return seen
        && mine == 0
        && perTtl == 0
        && now.nanos() - usedNanos >= terms.ttl().toNanos()
        && share.settled().nanos() == posted
        && share.held().isZero()
        && (!share.leased() || share.free().isZero());
  }

  Money mine() {
    return new Money(mine);
  }
}
