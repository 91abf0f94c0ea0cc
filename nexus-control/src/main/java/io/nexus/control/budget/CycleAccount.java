package io.nexus.control.budget;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One budget's money in one cycle.
 *
 * <p>The word that decides is {@code free}: what is neither settled nor held of the allowance. A
 * hold takes from it by one compare-and-set, a settlement or a release gives back by another, and a
 * change of the allowance is an addition to it. So holds and changes of the allowance have one
 * order, and nothing is ever admitted beyond the allowance in force.
 *
 * <p>The allowance is the limit, or the part of it that has been granted to this process: {@link
 * #grant} and {@link #reclaim} move it. {@code settled} and {@code allowance} serve reporting only.
 *
 * <p>Safe for any number of threads. Holding, settling and releasing are lock-free and allocate
 * nothing; changes of the allowance lock each other out.
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

  /** Odd while {@code allowance} and {@code free} are changed together. */
  private volatile long version;

  private volatile long allowance;

  /** Whether the allowance is what a ledger has granted, rather than the limit. */
  final boolean leased;

  private volatile long settledElsewhere;
  private volatile long outstandingElsewhere;
  private volatile long taken;

  CycleAccount(Cycle cycle, long allowance) {
    this(cycle, allowance, false);
  }

  CycleAccount(Cycle cycle, long allowance, boolean leased) {
    this.cycle = cycle;
    this.leased = leased;
    this.allowance = allowance;
    this.free = allowance;
  }

  /** Commits the amount if the allowance has room for it. */
  boolean tryHold(long nanos) {
    long seen = free;
    while (nanos <= seen) {
      long witness = (long) FREE.compareAndExchange(this, seen, seen - nanos);
      if (witness == seen) {
        return true;
      }
      seen = witness;
    }
    return false;
  }

  /**
   * Commits the amount whatever the allowance.
   *
   * @return false, with nothing changed, if the sum would not fit a {@code long}
   */
  boolean hold(long nanos) {
    long seen = free;
    while (seen >= Long.MIN_VALUE + nanos) {
      long witness = (long) FREE.compareAndExchange(this, seen, seen - nanos);
      if (witness == seen) {
        return true;
      }
      seen = witness;
    }
    return false;
  }

  /** Gives a hold back. */
  void release(long nanos) {
    FREE.getAndAdd(this, nanos);
  }

  /**
   * Turns a hold into spend, also beyond what was held. Sums stop at the ends of a {@code long}.
   */
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
      long rest = seen < Long.MIN_VALUE + nanos ? Long.MIN_VALUE : seen - nanos;
      long witness = (long) FREE.compareAndExchange(this, seen, rest);
      if (witness == seen) {
        return;
      }
      seen = witness;
    }
  }

  /** What can still be held; negative if more is committed than the allowance. */
  long available() {
    return free;
  }

  /** What the cycle has cost, other processes' spend included. */
  long settled() {
    return Math.max(0, settled + settledElsewhere);
  }

  long settledHere() {
    return settled;
  }

  long heldHere() {
    return Math.max(0, figures().held() - outstandingElsewhere);
  }

  /** What can be held once all is granted that a limit leaves; negative as {@link #available}. */
  long reachable(long limit) {
    return leased ? free + Math.max(0, limit - taken) : free;
  }

  void see(long settledBeside, long outstandingBeside, long takenInAll) {
    settledElsewhere = settledBeside;
    outstandingElsewhere = outstandingBeside;
    taken = takenInAll;
  }

  /** Allows so much more. */
  synchronized void grant(long nanos) {
    version++;
    allowance += nanos;
    release(nanos);
    version++;
  }

  /** Allows so much less, also if that leaves less than is committed. */
  synchronized void withdraw(long nanos) {
    version++;
    allowance -= nanos;
    overdraw(nanos);
    version++;
  }

  /**
   * Allows so much less if it is free.
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
   * Forgets all that was settled, and leaves what is held. If money must be granted, this only
   * shows how the ledger will see it, and changes no grant.
   */
  synchronized void forgive() {
    if (leased) {
      long takenBefore = taken;
      taken = takenBefore - settled();
      settledElsewhere = -settled;
      return;
    }
    version++;
    long forgiven = (long) SETTLED.getAndSet(this, 0L);
    FREE.getAndAdd(this, forgiven);
    version++;
  }

  /** The figures at one moment: what is committed beyond {@code settled} is held. */
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

  /** Reads the spend first, so that a settlement in between cannot count twice. */
  private Figures read() {
    long spent = settled;
    long left = free;
    long committed = left < allowance - Long.MAX_VALUE ? Long.MAX_VALUE : allowance - left;
    return new Figures(
        allowance,
        Math.max(0, spent + settledElsewhere),
        Math.max(0, committed - spent) + outstandingElsewhere);
  }

  /**
   * @param allowance what may be committed, in nano-dollars
   * @param settled what has been spent of it
   * @param held what requests under way may still spend
   */
  record Figures(long allowance, long settled, long held) {}
}

/** The words that every request writes, alone on their cache lines. */
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

/** Space before the words: a superclass's fields are laid out first. */
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
