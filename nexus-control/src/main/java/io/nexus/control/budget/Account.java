package io.nexus.control.budget;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One budget's money in one cycle.
 *
 * <p>The invariant is {@code committed <= allowance} for everything that {@link #tryHold} admits,
 * where {@code committed} is all that is settled or held. Keeping the sum in one word makes a hold
 * one compare-and-set and a settlement one addition; {@code settled} beside it only serves
 * reporting, so a reader may see a settlement in one before the other, never a sum above the
 * allowance.
 *
 * <p>Safe for any number of threads, lock-free and free of allocation.
 */
final class Account extends AccountWords {

  private static final VarHandle COMMITTED;
  private static final VarHandle SETTLED;

  static {
    try {
      var lookup = MethodHandles.lookup();
      COMMITTED = lookup.findVarHandle(AccountWords.class, "committed", long.class);
      SETTLED = lookup.findVarHandle(AccountWords.class, "settled", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Cycle cycle;
  final long endMillis;

  private volatile long allowance;

  Account(Cycle cycle, long allowance) {
    this.cycle = cycle;
    this.endMillis = cycle.endMillis();
    this.allowance = allowance;
  }

  /** Commits the amount if the allowance has room for it. */
  boolean tryHold(long nanos) {
    long seen = committed;
    while (nanos <= allowance - seen) {
      long witness = (long) COMMITTED.compareAndExchange(this, seen, seen + nanos);
      if (witness == seen) {
        return true;
      }
      seen = witness;
    }
    return false;
  }

  /** Commits the amount whatever the allowance. */
  void hold(long nanos) {
    COMMITTED.getAndAdd(this, nanos);
  }

  /** Gives a hold back. */
  void release(long nanos) {
    COMMITTED.getAndAdd(this, -nanos);
  }

  /**
   * Turns a hold into spend, also beyond what was held.
   *
   * @return all that is settled in this cycle now
   */
  long settle(long heldNanos, long actualNanos) {
    COMMITTED.getAndAdd(this, actualNanos - heldNanos);
    return (long) SETTLED.getAndAdd(this, actualNanos) + actualNanos;
  }

  /** What can still be held; negative if the allowance was lowered below what is committed. */
  long available() {
    return allowance - committed;
  }

  long settled() {
    return settled;
  }

  /** What is held; read after the spend, so that a settlement in between cannot count twice. */
  long held(long settledBefore) {
    return Math.max(0, committed - settledBefore);
  }

  void allow(long nanos) {
    allowance = nanos;
  }
}

/** The words that every request writes, alone on their cache lines. */
@SuppressWarnings("unused")
abstract class AccountWords extends AccountPadding {
  volatile long committed;
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
