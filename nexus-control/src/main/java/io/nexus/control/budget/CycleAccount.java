package io.nexus.control.budget;

import static io.nexus.control.money.Money.saturatedAdd;
import static io.nexus.control.money.Money.saturatedSubtract;

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
 * <p>The allowance is the limit, or the part of it that a ledger has granted to this process; what
 * other processes have taken of the limit is known as of the last answer. Where the ledger does not
 * answer, {@link #tryHoldUnsecured} counts what nobody is known to have taken as free, too. {@code
 * settled} and {@code allowance} serve reporting only.
 *
 * <p>Every sum stops at the ends of a {@code long}. Safe for any number of threads. Holding,
 * settling and releasing are lock-free and allocate nothing; changes of the allowance lock each
 * other out.
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

  /** The lowest limit that another process enforces. */
  private volatile long limitElsewhere = Long.MAX_VALUE;

  /** Whether a request was refused over what is known of it, since that was last asked for. */
  private volatile boolean refusing;

  /** What was forgiven here and the ledger has not forgiven yet. */
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

  /** Commits the amount if the allowance has room for it. */
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
   * Commits the amount if the allowance has room for it together with what nobody is known to have
   * taken of the limit. While this process is the only one, what it knows is all that there is, and
   * the limit holds. The lock keeps the allowance and what is known in step.
   *
   * @return whether it had
   */
  synchronized boolean tryHoldUnsecured(long nanos, long limit) {
    return tryHold(nanos, untaken(limit));
  }

  /** Commits the amount whatever the allowance. */
  void hold(long nanos) {
    overdraw(nanos);
  }

  /** Gives a hold back. */
  void release(long nanos) {
    FREE.getAndAdd(this, nanos);
  }

  /** Turns a hold into spend, also beyond what was held. */
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

  /** What can still be held; negative if more is committed than the allowance. */
  long available() {
    return free;
  }

  /** What the cycle has cost, other processes' spend included. */
  long settled() {
    return Math.max(0, saturatedAdd(settled, settledElsewhere));
  }

  long settledHere() {
    return settled;
  }

  long heldHere() {
    return figures().heldHere();
  }

  /** What can be held once all is granted that a limit leaves; negative as {@link #available}. */
  long reachable(long limit) {
    return leased ? saturatedAdd(free, untaken(limit)) : free;
  }

  /** What nobody is known to have taken of the limit: all of it is in the allowance of those. */
  private long untaken(long limit) {
    return leased ? Math.max(0, saturatedSubtract(limit, taken)) : 0;
  }

  /**
   * Takes in what the ledger says, at once, so that nobody counts a grant both as free and as not
   * taken.
   *
   * @param more what it allows more; less if negative, also if that is committed
   * @param settledBeside what other processes have settled
   * @param outstandingBeside what other processes have been granted and not settled
   * @param takenInAll what is settled or granted over all processes, this one's included
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

  /** The limit that holds, of this process's own and those of others. */
  long limit(long own) {
    return Math.min(own, limitElsewhere);
  }

  void limitElsewhere(long nanos) {
    limitElsewhere = nanos;
  }

  /** Notes that a request was refused over what is known of it. */
  void refuses() {
    if (!refusing) {
      refusing = true;
    }
  }

  /** Whether a request was, since this was last asked. */
  boolean hasRefused() {
    boolean refused = refusing;
    if (refused) {
      refusing = false;
    }
    return refused;
  }

  /** Allows so much more. */
  synchronized void grant(long nanos) {
    version++;
    change(nanos);
    version++;
  }

  /** Allows so much less, also if that leaves less than is committed. */
  synchronized void withdraw(long nanos) {
    version++;
    change(-nanos);
    version++;
  }

  /** What is free never exceeds the allowance, so that whatever the one can take the other can. */
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
   * Forgets all that was settled, and leaves what is held. Until the ledger has {@linkplain
   * #forgiven forgiven it too}, what it says is seen less that much.
   *
   * @return how much that was
   */
  synchronized long forgive() {
    long amount = settled();
    long settledBeside = saturatedAdd(settledElsewhere, forgivenAhead);
    long takenInAll = saturatedAdd(taken, forgivenAhead);
    forgivenAhead = saturatedAdd(forgivenAhead, amount);
    see(0, settledBeside, outstandingElsewhere, takenInAll);
    return amount;
  }

  /** The ledger has forgiven so much; to be followed by {@link #see}. */
  synchronized void forgiven(long nanos) {
    forgivenAhead = Math.max(0, forgivenAhead - nanos);
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
    long committed = saturatedSubtract(allowance, free);
    long here = Math.max(0, saturatedSubtract(committed, spent));
    return new Figures(
        allowance,
        Math.max(0, saturatedAdd(spent, settledElsewhere)),
        saturatedAdd(here, outstandingElsewhere),
        here);
  }

  /**
   * @param allowance what may be committed, in nano-dollars
   * @param settled what has been spent of it
   * @param held what requests under way may still spend, with what other processes have drawn
   * @param heldHere the part of it that requests of this process hold
   */
  record Figures(long allowance, long settled, long held, long heldHere) {}
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
