package io.nexus.control.budget;

import static io.nexus.control.money.Money.saturatedAdd;
import static io.nexus.control.money.Money.saturatedSubtract;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One budget's money in one cycle.
 *
 * <p>The deciding field is {@code free}: the part of the allowance that is neither settled nor
 * held. A hold subtracts from it by one compare-and-set, a settlement or a release adds to it, and
 * so does a change of the allowance. So holds and changes of the allowance have one total order,
 * and nothing is ever admitted beyond the allowance in force.
 *
 * <p>The allowance is the limit, or the part of it that a ledger has granted to this process; the
 * other processes' part of the limit is known as of the ledger's last answer. While the ledger does
 * not answer, {@link #tryHoldUnsecured} also counts as free what no process is known to have taken.
 * {@code settled} and {@code allowance} serve reports only.
 *
 * <p>Sums saturate at the bounds of a {@code long}. Safe for any number of threads. Holding,
 * settling and releasing are lock-free and allocate nothing; changes of the allowance take the
 * account's lock.
 */
final class CycleAccount extends AccountWords {

  private static final VarHandle FREE;
  private static final VarHandle SETTLED;

  static {
    try {
      var lookup = MethodHandles.lookup();
      FREE = lookup.findVarHandle(AccountWords.class, "free", long.class);
      SETTLED = lookup.findVarHandle(AccountWords.class, "settled", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Cycle cycle;

  /** Odd while {@code allowance} and {@code free} change together. */
  private volatile long version;

  private volatile long allowance;

  /** Whether the allowance is a ledger's grant rather than the limit. */
  final boolean leased;

  private volatile long settledElsewhere;
  private volatile long outstandingElsewhere;
  private volatile long taken;

  /** The lowest limit that another process enforces. */
  private volatile long limitElsewhere = Long.MAX_VALUE;

  /**
   * Whether a request was refused on the basis of the last known figures, since {@link #hasRefused}
   * was last called.
   */
  private volatile boolean refusing;

  /** The amount forgiven here that the ledger has not forgiven yet. */
  private long forgivenAhead;

  CycleAccount(Cycle cycle, long allowance) {
    this(cycle, allowance, false);
  }

  CycleAccount(Cycle cycle, long allowance, boolean leased) {
    this.cycle = cycle;
    this.leased = leased;
    this.allowance = allowance;
    this.free = allowance;
  }

  /** Holds the amount if the allowance has room for it. */
  boolean tryHold(long nanos) {
    return tryHold(nanos, 0);
  }

  private boolean tryHold(long nanos, long beyond) {
    long seen = free;
    while (nanos <= saturatedAdd(seen, beyond)) {
      long witness = (long) FREE.compareAndExchange(this, seen, seen - nanos);
      if (witness == seen) {
        return true;
      }
      seen = witness;
    }
    return false;
  }

  /**
   * Holds the amount if it fits the allowance plus the part of the limit that no process is known
   * to have taken. If this process is the only one, that knowledge is complete and the limit holds
   * exactly. The lock keeps the allowance and that knowledge consistent.
   *
   * @return whether it fitted
   */
  synchronized boolean tryHoldUnsecured(long nanos, long limit) {
    return tryHold(nanos, untaken(limit));
  }

  /** Holds the amount regardless of the allowance. */
  void hold(long nanos) {
    overdraw(nanos);
  }

  /** Releases a hold. */
  void release(long nanos) {
    FREE.getAndAdd(this, nanos);
  }

  /** Turns a hold into spend; the actual cost may exceed the hold. */
  void settle(long heldNanos, long actualNanos) {
    long back = heldNanos - actualNanos;
    if (back >= 0) {
      FREE.getAndAdd(this, back);
    } else {
      overdraw(-back);
    }
    long seen = settled;
    for (; ; ) {
      long sum = seen + actualNanos;
      long witness = (long) SETTLED.compareAndExchange(this, seen, sum < 0 ? Long.MAX_VALUE : sum);
      if (witness == seen) {
        return;
      }
      seen = witness;
    }
  }

  private void overdraw(long nanos) {
    long seen = free;
    for (; ; ) {
      long witness = (long) FREE.compareAndExchange(this, seen, saturatedSubtract(seen, nanos));
      if (witness == seen) {
        return;
      }
      seen = witness;
    }
  }

  /** The amount that can still be held; negative if more is settled and held than the allowance. */
  long available() {
    return free;
  }

  /** The cost of the cycle, other processes' spend included. */
  long settled() {
    return Math.max(0, saturatedAdd(settled, settledElsewhere));
  }

  long settledHere() {
    return settled;
  }

  long heldHere() {
    return figures().heldHere();
  }

  /**
   * The amount that could be held if the ledger granted all that the limit leaves; may be negative,
   * like {@link #available}.
   */
  long reachable(long limit) {
    return leased ? saturatedAdd(free, untaken(limit)) : free;
  }

  /**
   * The part of the limit that no process is known to have drawn; 0 if the allowance is the limit
   * itself.
   */
  private long untaken(long limit) {
    return leased ? Math.max(0, saturatedSubtract(limit, taken)) : 0;
  }

  /**
   * Applies the ledger's answer atomically, so that no thread counts a grant both as free and as
   * not yet drawn.
   *
   * @param more the change of the allowance; a negative one applies even to money that is held
   * @param settledBeside what other processes have settled
   * @param outstandingBeside what other processes have been granted and not settled
   * @param takenInAll the sum settled and granted over all processes, this one included
   */
  synchronized void see(long more, long settledBeside, long outstandingBeside, long takenInAll) {
    long beside = saturatedSubtract(settledBeside, forgivenAhead);
    long change = leased ? more : saturatedSubtract(settledElsewhere, beside);
    version++;
    settledElsewhere = beside;
    outstandingElsewhere = outstandingBeside;
    taken = saturatedSubtract(takenInAll, forgivenAhead);
    change(change);
    version++;
  }

  /** The effective limit: the lower of the given one and those of other processes. */
  long limit(long own) {
    return Math.min(own, limitElsewhere);
  }

  void limitElsewhere(long nanos) {
    limitElsewhere = nanos;
  }

  /** Notes that a request was refused on the basis of the last known figures. */
  void refuses() {
    if (!refusing) {
      refusing = true;
    }
  }

  /** Whether {@link #refuses} was called since the last call. */
  boolean hasRefused() {
    boolean refused = refusing;
    if (refused) {
      refusing = false;
    }
    return refused;
  }

  /** Increases the allowance. */
  synchronized void grant(long nanos) {
    version++;
    change(nanos);
    version++;
  }

  /** Decreases the allowance, even below what is settled and held. */
  synchronized void withdraw(long nanos) {
    version++;
    change(-nanos);
    version++;
  }

  /**
   * Changes both fields; {@code free} never exceeds the allowance, so an amount that fits one fits
   * the other.
   */
  private void change(long nanos) {
    long before = allowance;
    long after = saturatedAdd(before, nanos);
    allowance = after;
    if (after >= before) {
      release(after - before);
    } else {
      overdraw(saturatedSubtract(before, after));
    }
  }

  /**
   * Decreases the allowance if that much is free.
   *
   * @return whether it was; if not, nothing has changed
   */
  synchronized boolean reclaim(long nanos) {
    version++;
    try {
      if (!tryHold(nanos)) {
        return false;
      }
      allowance -= nanos;
      return true;
    } finally {
      version++;
    }
  }

  /**
   * Sets the settled amount to zero and keeps what is held. Until the ledger has {@linkplain
   * #forgiven forgiven it too}, that amount is subtracted from the ledger's answers.
   *
   * @return the amount forgiven
   */
  synchronized long forgive() {
    long amount = settled();
    long settledBeside = saturatedAdd(settledElsewhere, forgivenAhead);
    long takenInAll = saturatedAdd(taken, forgivenAhead);
    forgivenAhead = saturatedAdd(forgivenAhead, amount);
    see(0, settledBeside, outstandingElsewhere, takenInAll);
    return amount;
  }

  /** The ledger has forgiven this amount; {@link #see} must follow. */
  synchronized void forgiven(long nanos) {
    forgivenAhead = Math.max(0, forgivenAhead - nanos);
  }

  /** A consistent snapshot of the figures. */
  Figures figures() {
    long before = version;
    if ((before & 1) == 0) {
      var figures = read();
      if (version == before) {
        return figures;
      }
    }
    synchronized (this) {
      return read();
    }
  }

  /** Reads {@code settled} first, so that a concurrent settlement is not counted twice. */
  private Figures read() {
    long spent = settled;
    long committed = saturatedSubtract(allowance, free);
    long here = Math.max(0, saturatedSubtract(committed, spent));
    return new Figures(
        allowance,
        Math.max(0, saturatedAdd(spent, settledElsewhere)),
        saturatedAdd(here, outstandingElsewhere),
        here);
  }

  /**
   * @param allowance the amount that may be settled and held, in nano-dollars
   * @param settled the amount spent
   * @param held what running requests may still cost, plus what other processes have drawn
   * @param heldHere the part of it that requests of this process hold
   */
  record Figures(long allowance, long settled, long held, long heldHere) {}
}

/**
 * The fields that every request writes, padded so that they share their cache lines with nothing
 * else.
 */
@SuppressWarnings("unused")
abstract class AccountWords extends AccountPadding {
  volatile long free;
  volatile long settled;
  private long q0;
  private long q1;
  private long q2;
  private long q3;
  private long q4;
  private long q5;
  private long q6;
}

/** Padding before the fields: the JVM lays out a superclass's fields first. */
@SuppressWarnings("unused")
abstract class AccountPadding {
  private long p0;
  private long p1;
  private long p2;
  private long p3;
  private long p4;
  private long p5;
  private long p6;
}
