package io.nexus.control.hold;

/**
 * Keeps the hold of a running stream ahead of what the stream may have cost, what it shows and
 * {@linkplain MadeOutput what it does not}.
 *
 * <p>A part of the hold is left untouched, the reserve: it pays for what is made until a backend
 * that is told to stop has stopped, and while the ledger is asked whether there is more money. It
 * is the larger, the faster the stream runs, the larger its events are and the slower the ledger
 * is. The ledger is waited for only as long as the hold pays for what the backend makes meanwhile:
 * who waits longer pays for what nobody holds.
 *
 * <p>A hold grows by steps, as long as its budgets could pay several times for the rest that the
 * stream may still make unseen. Where they could not, that rest is held at once if it leaves
 * something to others: of many streams that think, some are served then, where otherwise all would
 * grow until all are cut. Of a model that nobody knows yet a half of it, a quarter and so on is
 * held if the rest is too much, as it is without a limit of the client's.
 *
 * <p>The thread that reads the stream asks after each read, and the {@link HoldTimer} while nothing
 * comes. Moments are those of {@link System#nanoTime}.
 */
public final class HoldExtender {

  /** What a stream has shown so far. */
  public interface Shown {

    /** The characters of it. */
    long chars();

    /** Tokens that it has at least; costs nothing to find out. */
    long atLeast();

    /** The tokens as they are counted. */
    long tokens();
  }

  /** What is extended. */
  interface Extensible {

    /** The output, over all choices, that is held for by now. */
    long covered();

    /** The most output that may be made. */
    long allowed();

    /**
     * Holds for so much more, or not.
     *
     * @param patienceNanos how long the ledger may be waited for; with none only money is taken
     *     that is granted to this gateway
     */
    boolean extend(long moreTokens, long patienceNanos);

    /** How long an extension may take until it is granted or denied. */
    default long waitNanos() {
      return 0;
    }

    /** Whether so much more is but a small part of what the budgets have left. */
    default boolean isPlenty(long moreTokens) {
      return false;
    }

    /** Whether the budgets could pay for so much more, but not several times over. */
    boolean isScarce(long moreTokens);
  }

  /** So long it may take until a backend whose connection is cut has noticed. */
  static final long STOPPING_NANOS = 250_000_000;

  /** A ledger may become so slow at any time: where money is plenty, it is reserved for that. */
  private static final long SUDDEN_WAIT_NANOS = 1_000_000_000;

  /** So much is reserved for a slow ledger at most: it would keep the budget from others. */
  private static final long MOST_WAIT_NANOS = 2_000_000_000L;

  /**
   * As long as a ledger nearby takes, for streams of which more comes at once than was held for.
   */
  private static final long LEAST_PATIENCE_NANOS = 100_000_000;

  private static final long MICRO = 1_000;

  /** A hold is extended when less than this number of reserves is left. */
  private static final long RESERVES = 2;

  /** So that the arithmetic fits. */
  private static final long MOST_TOKENS = 1L << 34;

  private static final long LEAST_RESERVE_TOKENS = 32;
  private static final long STEP_TOKENS = 256;
  private static final long LEAST_STEP_TOKENS = 16;

  /** An event as large as this tells that more of that size may be on their way. */
  private static final long LUMP_TOKENS = 256;

  /** A token has at least one byte, and a character at most three. */
  private static final long MOST_TOKENS_A_CHAR = 3;

  /** Counts by length are that far off. */
  private static final long LIMIT_PARTS = 4;

  private static final long LIMIT_TOKENS = 32;

  private final Extensible hold;
  private final MadeOutput made;
  private final long sentNanos;
  private long begunNanos;
  private boolean begun;

  /** What was shown when it was last counted, and when it was last asked. */
  private long countedTokens;

  private long countedChars;
  private long chars;
  private long atLeast;
  private long largestTokens;
  private long pending;

  /** So many characters may come before it is worth counting tokens again. */
  private long enoughForChars;

  private boolean denied;

  /** By then the hold must be looked at even if nothing comes. */
  private volatile long dueNanos;

  HoldExtender(Extensible hold, MadeOutput made, long sentNanos) {
    this.hold = hold;
    this.made = made;
    this.sentNanos = sentNanos;
    this.dueNanos = due(0, sentNanos);
  }

  /** Whether it can never become necessary to extend the hold. */
  public synchronized boolean isComplete() {
    return hold.covered() >= hold.allowed();
  }

  /** The moment by which {@link #coversSilence} is to be asked if nothing comes. */
  long dueNanos() {
    return dueNanos;
  }

  /** The largest number of tokens that came between two looks. */
  public synchronized long largestTokens() {
    return largestTokens;
  }

  /**
   * Whether the stream may go on. Once it may not it never may again.
   *
   * @param shown what it has shown
   * @param arrived tokens that have arrived and were not read yet
   */
  public synchronized boolean covers(Shown shown, long arrived, long nowNanos) {
    note(shown, nowNanos);
    pending = arrived;
    if (denied) {
      return false;
    }
    if (isComplete()) {
      denied = isBeyondLimit(shown);
      return !denied;
    }
    if (arrived == 0 && chars < enoughForChars && nowNanos - dueNanos < 0) {
      return true;
    }
    countedTokens = shown.tokens();
    countedChars = chars;
    return reaches(countedTokens, nowNanos);
  }

  /**
   * Whether the backend does not heed the limit that it was given: more is shown than may be, by
   * more than a count of text can be off.
   */
  private boolean isBeyondLimit(Shown shown) {
    long most = hold.allowed() + hold.allowed() / LIMIT_PARTS + LIMIT_TOKENS;
    return most > 0 && atLeast > most && shown.tokens() > most;
  }

  private void note(Shown shown, long nowNanos) {
    long before = atLeast;
    chars = shown.chars();
    atLeast = Math.max(shown.atLeast(), before);
    if (!begun && atLeast > 0) {
      begun = true;
      begunNanos = nowNanos;
    }
    largestTokens = Math.max(largestTokens, atLeast - before);
    made.shown(atLeast, nowNanos);
  }

  /** The same while nothing comes. */
  synchronized boolean coversSilence(long nowNanos) {
    return !denied && (isComplete() || nowNanos - dueNanos < 0 || reaches(tokens(), nowNanos));
  }

  /** What it has shown, not counted: what came since it was counted has two characters a token. */
  private long tokens() {
    return Math.max(atLeast, countedTokens + (chars - countedChars) / 2);
  }

  private boolean reaches(long tokens, long nowNanos) {
    boolean timed = made.isTimed(nowNanos);
    long reserve = reserve(tokens, nowNanos, timed);
    long stopping = made(STOPPING_NANOS, tokens, nowNanos, timed);
    long needed = made.by(nowNanos, tokens + pending);
    // So large that the ledger is asked once: by the second answer the hold might not pay any more.
    long step =
        Math.max(Math.max(STEP_TOKENS, reserve), needed + RESERVES * reserve - hold.covered());
    long patience = patience(needed, stopping);
    boolean unseen = needed > tokens + pending || largestTokens >= LUMP_TOKENS;
    while (!isComplete() && needed + RESERVES * reserve > hold.covered()) {
      long rest = hold.allowed() - hold.covered();
      long share = unseen ? share(rest, step) : 0;
      boolean extended = share > 0 && hold.extend(share, patience);
      patience = share > 0 ? 0 : patience;
      if (!extended) {
        extended = hold.extend(Math.min(step, rest), patience);
        patience = 0;
      }
      if (extended) {
        continue;
      }
      if (step <= LEAST_STEP_TOKENS) {
        if (needed + stopping > hold.covered()) {
          denied = true;
          return false;
        }
        break;
      }
      step /= 2;
    }
    enoughForChars =
        chars + Math.max(0, hold.covered() - RESERVES * reserve - needed) / MOST_TOKENS_A_CHAR;
    dueNanos = due(tokens, nowNanos);
    return true;
  }

  /**
   * The rest, to be held at once, where money is scarce; of a model that nobody knows yet, what
   * part of it the budgets can pay for; 0 for no more than a step.
   */
  private long share(long rest, long step) {
    long share = rest;
    while (share > step && !hold.isScarce(share)) {
      share = made.isGuessed() ? share / 2 : 0;
    }
    return share > step ? share : 0;
  }

  private long due(long tokens, long nowNanos) {
    if (isComplete()) {
      return nowNanos + Long.MAX_VALUE / 2;
    }
    long reserve = reserve(tokens, nowNanos, made.isTimedWhenSilent());
    long free = hold.covered() - RESERVES * reserve;
    long moment = made.momentOf(Math.max(free, tokens), tokens, nowNanos);
    return Math.max(moment, nowNanos + 1);
  }

  /** What is made while the ledger is asked, and in the time that it takes to stop. */
  private long reserve(long tokens, long nowNanos, boolean timed) {
    long wait = Math.min(hold.waitNanos(), MOST_WAIT_NANOS);
    if (wait < SUDDEN_WAIT_NANOS) {
      long generous = made(STOPPING_NANOS + SUDDEN_WAIT_NANOS, tokens, nowNanos, timed);
      if (hold.isPlenty(RESERVES * generous)) {
        return generous;
      }
    }
    return made(STOPPING_NANOS + wait, tokens, nowNanos, timed);
  }

  /**
   * The tokens, in one choice, that a stream of that pace should hold when it begins, where money
   * is plenty; 0 of a model that shows what it makes.
   */
  static long ahead(OutputPace pace) {
    return pace.showing().isTimedWhenSilent()
        ? RESERVES
            * MadeOutput.tokensIn(
                STOPPING_NANOS + SUDDEN_WAIT_NANOS + HoldTimer.TICK_NANOS,
                Math.min(pace.tokensASecond(), MadeOutput.MOST_TOKENS_A_SECOND))
        : 0;
  }

  /** What is made in so long a time, and at least one more event. */
  private long made(long nanos, long tokens, long nowNanos, boolean timed) {
    long unseen = timed ? made.tokensIn(nanos + HoldTimer.TICK_NANOS) : 0;
    long seen = Math.max(largestTokens, seenWithin(nanos, tokens, nowNanos));
    return Math.max(LEAST_RESERVE_TOKENS, Math.max(unseen, seen));
  }

  /**
   * How long the hold pays for what is made while it is waited, and then until the backend stops.
   *
   * @param stopping what is made in {@link #STOPPING_NANOS}
   */
  private long patience(long needed, long stopping) {
    long spare = Math.clamp(hold.covered() - needed - stopping, 0, MOST_TOKENS);
    return Math.max(LEAST_PATIENCE_NANOS, spare * (STOPPING_NANOS / MICRO) / stopping * MICRO);
  }

  /** What it shows in so long a time. */
  private long seenWithin(long nanos, long tokens, long nowNanos) {
    long since = begun ? begunNanos : sentNanos;
    long elapsed = Math.max(STOPPING_NANOS, nowNanos - since);
    long seen = Math.min(tokens + pending, MOST_TOKENS);
    return Math.ceilDiv(seen * (nanos / MICRO), Math.max(1, elapsed / MICRO));
  }

  /**
   * The output to be charged for a stream whose connection was cut, or whose client left: what it
   * may have made by then, and until the backend noticed. Of what is not held for, because a busy
   * machine looked late, as much as the budgets still have.
   *
   * @param tokens what it has shown
   */
  public synchronized long whenCut(long tokens, long nowNanos) {
    long unseen = made.isTimed(nowNanos) ? made.tokensIn(STOPPING_NANOS) : 0;
    long stopping = Math.max(unseen, seenWithin(STOPPING_NANOS, tokens, nowNanos));
    return owed(tokens, made.by(nowNanos, tokens + pending) + stopping);
  }

  /** The output to be charged for a stream that its backend broke off. */
  public synchronized long whenBroken(long tokens, long nowNanos) {
    return owed(tokens, made.by(nowNanos, tokens));
  }

  private long owed(long tokens, long mayBeMade) {
    long most = Math.min(mayBeMade, hold.allowed());
    long step = most - hold.covered();
    while (step > 0) {
      if (!hold.extend(step, 0)) {
        step /= 2;
      }
      step = Math.min(step, most - hold.covered());
    }
    return Math.max(tokens, Math.min(hold.covered(), mayBeMade));
  }
}
