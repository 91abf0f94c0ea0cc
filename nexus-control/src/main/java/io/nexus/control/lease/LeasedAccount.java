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
import java.util.Optional;

/**
 * The ledger thread's view of one budget's cycle.
 *
 * <p>The invariant: this process's allowance is the spend that it has posted and the ledger has
 * confirmed, plus the amount that the ledger last reported as outstanding for it. So any later
 * answer makes up for a lost one.
 *
 * <p>For the ledger thread alone, except {@link #refuses} and {@link #isFresh}.
 */
final class LeasedAccount {

  private static final Logger LOG = System.getLogger(LeasedAccount.class.getName());

  /** After the ledger has refused or reported something, it is not asked again for this time. */
  static final long FRESH_NANOS = 100_000_000;

  private static final int REQUESTS_AHEAD = 4;

  /** While another node's lower limit applies, the ledger is asked at this interval. */
  private static final long LIMIT_ELSEWHERE_NANOS = 1_000_000_000;

  /** Unused money is given back after this time if the ledger has less left for others. */
  private static final long SCARCE_REST_NANOS = 1_000_000_000;

  /** A limit that is lower elsewhere for longer was not just raised here. */
  private static final long RAISING_NANOS = 5_000_000_000L;

  /** Amounts and rates are capped at this, so that sums of a few do not overflow. */
  private static final long MOST = Long.MAX_VALUE / 16;

  final BudgetCycle charge;
  final LocalShare share;

  /** Whether it counts something other than money. */
  final boolean counts;

  /** As the cycle's, but near: each round of the ledger asks it of every account. */
  private final long endMillis;

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

  /** The lower limit of another node, since when, and whether it is logged. */
  private Money lower = Money.MOST;

  private long lowerSinceNanos;
  private boolean reported;

  /** No limit: what this node has reported holds no longer. */
  private static final Money TAKEN_BACK = new Money(-1);

  /** The limit that all nodes apply, if it is this node's. */
  private Optional<Money> stated = Optional.empty();

  private volatile long seenNanos;
  private volatile long refusedAmount = Long.MAX_VALUE;
  private volatile long refusedUntilNanos;

  /** An account of money. */
  LeasedAccount(LocalShare share, long nowNanos) {
    this(share, false, nowNanos);
  }

  /** An account of something else, of which the ledger keeps only the amount drawn. */
  static LeasedAccount ofCount(LocalShare share, long nowNanos) {
    var account = new LeasedAccount(share, true, nowNanos);
    account.checked();
    return account;
  }

  private LeasedAccount(LocalShare share, boolean counts, long nowNanos) {
    this.counts = counts;
    this.charge = new BudgetCycle(share.terms().name(), share.cycle());
    this.endMillis = charge.cycle().endMillis();
    this.share = share;
    this.usedNanos = nowNanos;
    this.seenNanos = nowNanos - FRESH_NANOS;
    this.refillNotBeforeNanos = nowNanos;
    this.refusedUntilNanos = nowNanos;
    share.attach(this);
  }

  /** Applies the ledger's answer, which holds as of the time of the question. */
  void see(Standing standing, String node, long askedNanos) {
    limit(standing, node, askedNanos);
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

  /** If the gateways' configurations differ, the lowest limit applies. */
  private void limit(Standing standing, String node, long askedNanos) {
    boolean own = standing.limitedBy().equals(node);
    var limit = own ? Money.MOST : standing.limit();
    stated = own ? Optional.of(standing.limit()) : Optional.empty();
    share.limitElsewhere(limit);
    if (limit.compareTo(share.limit()) >= 0) {
      lower = Money.MOST;
    } else if (!limit.equals(lower)) {
      lower = limit;
      lowerSinceNanos = askedNanos;
      reported = false;
    } else if (!reported && askedNanos - lowerSinceNanos >= RAISING_NANOS) {
      reported = true;
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

  /**
   * Whether the limit that all nodes apply is this node's, and has changed here since. Draws report
   * it, and a node without requests does not draw.
   */
  boolean isMisstated() {
    return stated.isPresent() && !stated.get().equals(share.limit());
  }

  /** The ledger no longer applies the limit that this node has reported. */
  void reportAgain() {
    stated = stated.map(_ -> TAKEN_BACK);
  }

  /** The smallest possible draw, to report the limit. */
  Draw reportLimit() {
    return new Draw(charge, share.limit(), new Money(1), new Money(1), 1);
  }

  /** Whether the ledger has ever reported it. */
  boolean isSeen() {
    return seen;
  }

  /** Whether {@link CycleCheck} has checked it. */
  boolean isChecked() {
    return checked;
  }

  void checked() {
    checked = true;
  }

  /** Whether the ledger has just reported it. */
  boolean isFresh(long nowNanos) {
    return nowNanos - seenNanos < FRESH_NANOS;
  }

  /**
   * Whether its figures should be refreshed: soon if requests are refused on their basis; otherwise
   * the sooner, the more is spent on it.
   */
  boolean isStale(Moment now, LeaseTerms terms) {
    long ttl = terms.ttl().toNanos();
    boolean active = perTtl > 0 || mine > 0;
    // Another node's limit may be raised at any time.
    long soon = share.sharedLimit().equals(share.limit()) ? ttl : LIMIT_ELSEWHERE_NANOS;
    return share.hasRefused() || now.nanos() - seenNanos >= Math.min(soon, active ? ttl / 3 : ttl);
  }

  /** Whether the ledger has not been asked since then. */
  boolean isSeenBefore(long sinceNanos) {
    return seenNanos - sinceNanos < 0;
  }

  /** This amount has been posted; {@link #see} must follow. */
  void posted(Money cost) {
    posted = saturatedAdd(posted, cost.nanos());
  }

  /** The draw for waiting requests, whose smallest needs the given amount free. */
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
        divisor(nodes));
  }

  /**
   * Whether so little is left that more should be drawn ahead. False near the limit, where the rest
   * is for the gateway that needs it first.
   */
  boolean runsLow(Moment now, LeaseTerms terms, int nodes) {
    long chunk = Math.min(perTtl, terms.maxChunk().nanos());
    return share.leased()
        && chunk > 0
        && now.nanos() - refillNotBeforeNanos >= 0
        && now.millis() < endMillis
        && share.free().nanos() < chunk / 5 * 2
        && !lacks(new Money(typical))
        && (nodes == 1 || left() / divisor(nodes) >= Math.min(typical, terms.maxChunk().nanos()));
  }

  /** What the ledger had left when it last answered. */
  private long left() {
    return Math.max(0, saturatedSubtract(share.sharedLimit().nanos(), taken));
  }

  /** No draw takes more of what is left than this part, unless a request needs it. */
  private static int divisor(int nodes) {
    return nodes > 1 ? 2 * nodes : 1;
  }

  /** The draw ahead of demand. */
  Draw refill(LeaseTerms terms, int nodes, Moment now) {
    refillNotBeforeNanos = now.nanos() + FRESH_NANOS;
    return wish(Math.min(typical, terms.maxChunk().nanos()), 0, terms, nodes);
  }

  /** Whether more is held and spent here than was granted, and the ledger may have the rest. */
  boolean isUncovered(Moment now) {
    return share.leased()
        && share.free().nanos() < 0
        && share.sharedLimit().nanos() > taken
        && now.nanos() - refillNotBeforeNanos >= 0;
  }

  /**
   * The draw for requests that were admitted while the ledger was unreachable: as much of their
   * cost as is left, so that no other gateway is granted it.
   */
  Draw cover(Moment now) {
    refillNotBeforeNanos = now.nanos() + FRESH_NANOS;
    var missing = new Money(saturatedSubtract(0, share.free().nanos()));
    return new Draw(charge, share.limit(), missing, new Money(1), 1);
  }

  /** Whether neither this process nor the ledger has that much. */
  boolean lacks(Money amount) {
    long missing = saturatedSubtract(amount.nanos(), share.free().nanos());
    return missing > 0 && missing > left();
  }

  /** Notes that the ledger has refused this amount. */
  void refused(Money amount, long nowNanos) {
    refusedAmount = amount.nanos();
    refusedUntilNanos = nowNanos + FRESH_NANOS;
  }

  /** Whether the ledger has just refused this amount or less. */
  boolean refuses(Money amount, long nowNanos) {
    return nowNanos - refusedUntilNanos < 0 && amount.nanos() >= refusedAmount;
  }

  /** Measures the rate of spending; called every second. */
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

  /**
   * Withdraws unused money locally; the caller then returns it to the ledger.
   *
   * @param shared whether other gateways may want it
   */
  Money surplus(Moment now, LeaseTerms terms, boolean shared) {
    if (!share.leased()) {
      return Money.ZERO;
    }
    long free = share.free().nanos();
    long unused = now.nanos() - usedNanos;
    boolean wanted = shared && left() < free && unused >= SCARCE_REST_NANOS;
    boolean idle = wanted || (perTtl == 0 && unused >= terms.ttl().toNanos());
    boolean over = now.millis() >= endMillis;
    long keep = idle || over ? 0 : Math.min(perTtl, terms.maxChunk().nanos()) + typical;
    long surplus = free > 2 * keep + typical * REQUESTS_AHEAD || keep == 0 ? free - keep : 0;
    return giveUp(Math.max(surplus, freeAboveLimit()));
  }

  /** Withdraws what is free and above the limit locally; the caller then returns it. */
  Money aboveLimit() {
    return share.leased() ? giveUp(freeAboveLimit()) : Money.ZERO;
  }

  private long freeAboveLimit() {
    long above = saturatedSubtract(taken, share.sharedLimit().nanos());
    return Math.min(share.free().nanos(), above);
  }

  /** Withdraws everything free. */
  Money giveUpAll() {
    return share.leased() ? giveUp(Long.MAX_VALUE) : Money.ZERO;
  }

  private Money giveUp(long atMost) {
    var amount = share.reclaim(new Money(Math.max(0, atMost)));
    target -= amount.nanos();
    return amount;
  }

  /** Whether its cycle is over and everything is settled and posted. */
  boolean isDone(Moment now) {
    return now.millis() >= endMillis
        && share.held().isZero()
        && (counts || (mine == 0 && share.settled().nanos() == posted));
  }

  /**
   * Whether nothing is held, granted or unposted, and it has not been used for a while, so that it
   * need not stay in memory.
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
