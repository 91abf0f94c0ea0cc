package io.nexus.control.hold;

/**
 * Keeps the hold of a running stream ahead of what the stream may have cost, for visible and
 * {@linkplain MadeOutput hidden} output.
 *
 * <p>A part of the hold, the reserve, stays unused. It pays for the output generated while the
 * ledger is asked for more money, and until a backend whose connection is cut has stopped. It grows
 * with the stream's speed, the size of its events and the ledger's latency. A wait for the ledger
 * ends before the output generated meanwhile exceeds the hold.
 *
 * <p>A hold grows in steps while its budgets could pay several times for the hidden output that the
 * stream may still generate. Otherwise all of that is held at once, provided it leaves money for
 * others: then some of many reasoning streams complete, where in steps all would grow until all are
 * cut. For an unknown model, half of it, a quarter and so on is held if the whole does not fit, as
 * is usual if the client sets no limit.
 *
 * <p>The thread that reads the stream calls {@link #covers} after each read; the {@link HoldTimer}
 * does the checks while nothing arrives. Moments are those of {@link System#nanoTime}.
 */
public final class HoldExtender {

  /** What a stream has shown so far. */
  public interface Shown {

    /** The number of characters. */
    long chars();

    /** A lower bound of its tokens, without counting. */
    long atLeast();

    /** The counted tokens. */
    long tokens();
  }

  /** A hold that can be extended. */
  interface Extensible {

    /** The output tokens, over all choices, that the hold now covers. */
    long covered();

    /** The most output tokens that may be generated. */
    long allowed();

    /**
     * Extends the hold by this many tokens, or changes nothing.
     *
     * @param patienceNanos the longest wait for the ledger; with 0 only money already granted is
     *     taken
     */
    boolean extend(long moreTokens, long patienceNanos);

    /** How long an extension may take, in nanoseconds. */
    default long waitNanos() {
      return 0;
    }

    /** Whether this many tokens cost only a small part of the money left. */
    default boolean isPlenty(long moreTokens) {
      return false;
    }

    /** Whether the budgets could pay for this many tokens, but not several times over. */
    boolean isScarce(long moreTokens);
  }

  /** The time until a backend notices that its connection is cut. */
  static final long STOPPING_NANOS = 250_000_000;

  /** A ledger may suddenly take this long: if money is plentiful, the reserve covers it. */
  private static final long SUDDEN_WAIT_NANOS = 1_000_000_000;

  /**
   * The longest ledger latency that the reserve covers; more would withhold money from other
   * requests.
   */
  private static final long MOST_WAIT_NANOS = 2_000_000_000L;

  /**
   * The latency of a nearby ledger: the minimum wait, for streams whose single events exceed the
   * hold.
   */
  private static final long LEAST_PATIENCE_NANOS = 100_000_000;

  private static final long MICRO = 1_000;

  /** A hold is extended when fewer than this number of reserves is left. */
  private static final long RESERVES = 2;

  /** Keeps the arithmetic within a {@code long}. */
  private static final long MOST_TOKENS = 1L << 34;

  private static final long LEAST_RESERVE_TOKENS = 32;
  private static final long STEP_TOKENS = 256;
  private static final long LEAST_STEP_TOKENS = 16;

  /** After an event of this size, more of the same size may follow. */
  private static final long LUMP_TOKENS = 256;

  /** A token has at least one byte, and a character at most three. */
  private static final long MOST_TOKENS_A_CHAR = 3;

  /** The error of counts by length, as a fraction: one part in four. */
  private static final long LIMIT_PARTS = 4;

  private static final long LIMIT_TOKENS = 32;

  private final Extensible hold;
  private final MadeOutput made;
  private final long sentNanos;
  private long begunNanos;
  private boolean begun;

  /** The tokens at the last count. */
  private long countedTokens;

  private long countedChars;
  private long chars;
  private long atLeast;
  private long largestTokens;
  private long pending;

  /** Tokens are not counted again before this many characters have arrived. */
  private long enoughForChars;

  private boolean denied;

  /** When the hold must be checked even if nothing arrives. */
  private volatile long dueNanos;

  HoldExtender(Extensible hold, MadeOutput made, long sentNanos) {
    this.hold = hold;
    this.made = made;
    this.sentNanos = sentNanos;
    this.dueNanos = due(0, sentNanos);
  }

  /** Whether the hold already covers everything and never needs an extension. */
  public synchronized boolean isComplete() {
    return hold.covered() >= hold.allowed();
  }

  /** When {@link #coversSilence} must be called if nothing arrives. */
  long dueNanos() {
    return dueNanos;
  }

  /** The largest number of tokens that arrived between two checks. */
  public synchronized long largestTokens() {
    return largestTokens;
  }

  /**
   * Whether the stream may continue. Once false, it stays false.
   *
   * @param shown the visible output so far
   * @param arrived tokens that have arrived and are not read yet
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
   * Whether the backend ignores its output limit: the visible output exceeds it by more than the
   * counting error.
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

  /** Whether the stream may continue although nothing arrives. */
  synchronized boolean coversSilence(long nowNanos) {
    return !denied && (isComplete() || nowNanos - dueNanos < 0 || reaches(tokens(), nowNanos));
  }

  /** Estimates the visible tokens: text since the last count is taken as two characters a token. */
  private long tokens() {
    return Math.max(atLeast, countedTokens + (chars - countedChars) / 2);
  }

  private boolean reaches(long tokens, long nowNanos) {
    boolean timed = made.isTimed(nowNanos);
    long reserve = reserve(tokens, nowNanos, timed);
    long stopping = made(STOPPING_NANOS, tokens, nowNanos, timed);
    long needed = made.by(nowNanos, tokens + pending);
    // Large enough for a single query of the ledger: by a second answer the hold might be exceeded.
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
   * The amount to hold at once where money is scarce: the whole rest, or for an unknown model the
   * part that the budgets can pay for; 0 to extend by one step only.
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

  /** The tokens generated while the ledger is asked and until the backend stops. */
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
   * The tokens, in one choice, that a stream of that pace should hold at first if money is
   * plentiful; 0 for a model without hidden output.
   */
  static long ahead(OutputPace pace) {
    return pace.showing().isTimedWhenSilent()
        ? RESERVES
            * MadeOutput.tokensIn(
                STOPPING_NANOS + SUDDEN_WAIT_NANOS + HoldTimer.TICK_NANOS,
                Math.min(pace.tokensASecond(), MadeOutput.MOST_TOKENS_A_SECOND))
        : 0;
  }

  /** The tokens generated in that time, at least those of one more event. */
  private long made(long nanos, long tokens, long nowNanos, boolean timed) {
    long unseen = timed ? made.tokensIn(nanos + HoldTimer.TICK_NANOS) : 0;
    long seen = Math.max(largestTokens, seenWithin(nanos, tokens, nowNanos));
    return Math.max(LEAST_RESERVE_TOKENS, Math.max(unseen, seen));
  }

  /**
   * How long the hold can pay for a wait and the output until the backend stops, in nanoseconds.
   *
   * @param stopping the tokens generated in {@link #STOPPING_NANOS}
   */
  private long patience(long needed, long stopping) {
    long spare = Math.clamp(hold.covered() - needed - stopping, 0, MOST_TOKENS);
    return Math.max(LEAST_PATIENCE_NANOS, spare * (STOPPING_NANOS / MICRO) / stopping * MICRO);
  }

  /** The visible tokens of that time, at the stream's pace so far. */
  private long seenWithin(long nanos, long tokens, long nowNanos) {
    long since = begun ? begunNanos : sentNanos;
    long elapsed = Math.max(STOPPING_NANOS, nowNanos - since);
    long seen = Math.min(tokens + pending, MOST_TOKENS);
    return Math.ceilDiv(seen * (nanos / MICRO), Math.max(1, elapsed / MICRO));
  }

  /**
   * The output tokens to charge for a stream that was cut or whose client left: what it may have
   * generated until the backend noticed. If a busy machine cut it late, this may exceed the hold,
   * by at most what the budgets still have.
   *
   * @param tokens the visible output tokens
   */
  public synchronized long whenCut(long tokens, long nowNanos) {
    long unseen = made.isTimed(nowNanos) ? made.tokensIn(STOPPING_NANOS) : 0;
    long stopping = Math.max(unseen, seenWithin(STOPPING_NANOS, tokens, nowNanos));
    return owed(tokens, made.by(nowNanos, tokens + pending) + stopping);
  }

  /** The output tokens to charge for a stream that the backend broke off. */
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
