package io.nexus.control.hold;

/**
 * Keeps the hold of a running stream ahead of what the stream may have cost, for visible and
 * {@linkplain MadeOutput hidden} output.
 *
 * <p>A part of the hold, the reserve, stays unused. It pays for the output generated while the
 * ledger is asked for more money, and until a backend whose connection is cut has stopped. It grows
 * with the stream's speed, the size of its events and the ledger's latency. The stream is read
 * while the ledger is asked: what waits unread is generated, too. If the ledger has not answered
 * when only the output until the backend stops is left, the stream is cut.
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

    /** The tokens that it surely has, whatever the error of the count. */
    long surely();
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
   * The latency of a nearby ledger. A stream that has used up its hold at once, by a large event,
   * waits for it shortly before it is cut; one with a slower ledger does not.
   */
  private static final long NEAR_NANOS = 125_000_000;

  private static final long SHORT_WAIT_NANOS = 100_000_000;

  /** A hold is extended this long before silence counts, so that the ledger can be asked first. */
  private static final long EARLY_NANOS = 150_000_000;

  /** A hold is extended when fewer than this number of reserves is left. */
  private static final long RESERVES = 2;

  private static final long LEAST_RESERVE_TOKENS = 32;
  private static final long STEP_TOKENS = 256;
  private static final long LEAST_STEP_TOKENS = 16;

  /** After an event of this size, more of the same size may follow. */
  private static final long LUMP_TOKENS = 256;

  /** A token has at least one byte, and a character at most three. */
  private static final long MOST_TOKENS_A_CHAR = 3;

  /** What a backend may add to its limit: one part in four, and some tokens. */
  private static final long LIMIT_PARTS = 4;

  private static final long LIMIT_TOKENS = 32;

  private final Extensible hold;
  private final MadeOutput made;
  private final ShownOutput output;

  /** Tokens are not counted again before this many characters have arrived. */
  private long enoughForChars;

  private boolean denied;
  private boolean asking;

  /** The tokens that the last question was about; 0 if they have been held since. */
  private long askedTokens;

  /** The ledger is not asked again before. */
  private long askAgainNanos;

  /** When the hold must be checked even if nothing arrives. */
  private volatile long dueNanos;

  HoldExtender(Extensible hold, MadeOutput made, long sentNanos) {
    this.hold = hold;
    this.made = made;
    this.output = new ShownOutput(sentNanos);
    this.askAgainNanos = sentNanos;
    noteHeld(0);
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
    return output.largestTokens();
  }

  /**
   * The rate of the visible tokens after the first event, in tokens a second over all choices; 0 if
   * too little was visible to tell.
   *
   * @param tokens the visible output
   * @param nowNanos when the last of it came
   */
  public synchronized long shownASecond(long tokens, long nowNanos) {
    return output.aSecond(tokens, nowNanos);
  }

  /**
   * Whether the stream may continue. Once false, it stays false.
   *
   * @param shown the visible output so far
   * @param arrived tokens that have arrived and are not read yet
   */
  public synchronized boolean covers(Shown shown, long arrived, long nowNanos) {
    output.note(shown, arrived, nowNanos);
    made.shown(output.atLeast(), nowNanos);
    if (denied) {
      return false;
    }
    if (isComplete()) {
      denied = isBeyondLimit(shown) || !coversExcess(shown, nowNanos);
      return !denied;
    }
    if (arrived == 0 && output.chars() < enoughForChars && nowNanos - dueNanos < 0) {
      return true;
    }
    return reaches(output.count(shown), nowNanos);
  }

  /** Whether the backend ignores its output limit: the visible output surely exceeds it by far. */
  private boolean isBeyondLimit(Shown shown) {
    long most = hold.allowed() + hold.allowed() / LIMIT_PARTS + LIMIT_TOKENS;
    return most > 0 && output.atLeast() > most && shown.surely() > most;
  }

  /**
   * Whether the hold pays for what the stream shows beyond its limit, which some backends ignore.
   * Where the gateway has lowered the limit for want of money, that is all that the text may be by
   * its count; else only what it surely is, so that no honest answer is cut because it was
   * overestimated. Where the client names no limit, the hold must also pay for what such a backend
   * generates until it stops; a client's limit is not undercut.
   */
  private boolean coversExcess(Shown shown, long nowNanos) {
    if (output.chars() < enoughForChars) {
      return true;
    }
    long tokens = output.count(shown);
    long more =
        hold.isOurLimit() ? output.unread() + made(STOPPING_NANOS, tokens, nowNanos, false) : 0;
    long missing = (hold.isLowered() ? tokens : shown.surely()) + more - hold.covered();
    if (missing > 0) {
      boolean near = hold.waitNanos() <= NEAR_NANOS;
      boolean paid =
          isExtended(Math.max(missing, LEAST_STEP_TOKENS), near) || isExtended(missing, false);
      return paid || hold.isPlenty(missing);
    }
    enoughForChars = output.chars() - missing / MOST_TOKENS_A_CHAR;
    return true;
  }

  /** Whether the stream may continue although nothing arrives. */
  synchronized boolean coversSilence(long nowNanos) {
    return !denied
        && (isComplete() || nowNanos - dueNanos < 0 || reaches(output.tokens(), nowNanos));
  }

  /** What is held for silence, without what a backend goes on to generate once it is cut. */
  private void noteHeld(long tokens) {
    long stopping = made.tokensIn(STOPPING_NANOS + HoldTimer.TICK_NANOS);
    made.isHeld(
        isComplete() ? Long.MAX_VALUE : hold.covered() - tokens - output.unread() - stopping);
  }

  private boolean reaches(long tokens, long nowNanos) {
    noteHeld(tokens);
    boolean timed = made.isTimed(nowNanos);
    long soon = timed ? nowNanos : nowNanos + EARLY_NANOS;
    long needed = made.by(soon, tokens + output.unread());
    long reserve = reserve(tokens, nowNanos, made.isTimed(soon));
    long enough = needed + RESERVES * reserve;
    long least =
        made.by(nowNanos, tokens + output.unread()) + made(STOPPING_NANOS, tokens, nowNanos, timed);
    boolean unseen = needed > tokens + output.unread() || output.largestTokens() >= LUMP_TOKENS;
    // Large enough for a single query of the ledger: by a second answer the hold might be exceeded.
    long step = Math.max(Math.max(STEP_TOKENS, reserve), enough - hold.covered());
    long wanted = grow(enough, least, step, unseen);
    if (isShortOf(least)) {
      denied = true;
      dueNanos = nowNanos;
      return false;
    }
    if (wanted > 0) {
      ask(wanted, step, nowNanos);
    }
    noteHeld(tokens);
    enoughForChars = output.chars() + Math.max(0, hold.covered() - enough) / MOST_TOKENS_A_CHAR;
    dueNanos = due(tokens, nowNanos);
    return true;
  }

  private boolean isShortOf(long tokens) {
    return tokens > hold.covered() && !isComplete();
  }

  /**
   * Extends the hold by granted money until it covers enough, at the end in small steps. Waits for
   * a near ledger if the hold covers too little, or if a larger part should be held before other
   * streams take it.
   *
   * @return the tokens to ask the ledger for, 0 for none
   */
  private long grow(long enough, long least, long step, boolean unseen) {
    boolean near = hold.waitNanos() <= NEAR_NANOS;
    long part = step;
    long wanted = 0;
    while (isShortOf(enough)) {
      long rest = hold.allowed() - hold.covered();
      long share = unseen ? share(rest, part) : 0;
      if (share > 0 && isExtended(share, near)) {
        return 0;
      }
      wanted = Math.max(wanted, share);
      near &= share == 0;
      long next = Math.min(part, rest);
      if (isExtended(next, near && isShortOf(least))) {
        continue;
      }
      near &= !isShortOf(least);
      wanted = wanted == 0 ? next : wanted;
      if (part <= LEAST_STEP_TOKENS) {
        break;
      }
      part /= 2;
    }
    return wanted;
  }

  private boolean isExtended(long tokens, boolean mayWait) {
    boolean extended = hold.extend(tokens);
    if (!extended && mayWait) {
      hold.await(tokens, SHORT_WAIT_NANOS);
      extended = hold.extend(tokens);
    }
    if (extended && !asking) {
      askedTokens = 0;
    }
    return extended;
  }

  /** Asks for less if the last question did not help: the budget may have only a part of it. */
  private void ask(long wanted, long step, long nowNanos) {
    if (asking || nowNanos - askAgainNanos < 0) {
      return;
    }
    long tokens = askedTokens == 0 ? wanted : Math.min(wanted, Math.min(askedTokens / 2, step));
    askedTokens = Math.max(LEAST_STEP_TOKENS, tokens);
    hold.ask(askedTokens, this::answered);
    asking = true;
    askAgainNanos = nowNanos + HoldTimer.TICK_NANOS;
  }

  /** Takes what was asked for at once, before others do. */
  private synchronized void answered() {
    asking = false;
    long tokens = Math.min(askedTokens, hold.allowed() - hold.covered());
    if (!denied && tokens > 0 && hold.extend(tokens)) {
      askedTokens = 0;
    }
    dueNanos = isComplete() ? due(0, askAgainNanos) : askAgainNanos;
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
    return Math.max(made.isTimed(nowNanos) ? moment : moment - EARLY_NANOS, nowNanos + 1);
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
    long seen = Math.max(output.largestTokens(), output.within(nanos, tokens, nowNanos));
    return Math.max(LEAST_RESERVE_TOKENS, Math.max(unseen, seen));
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
    long stopping = Math.max(unseen, output.within(STOPPING_NANOS, tokens, nowNanos));
    return owed(tokens, made.withoutReport(nowNanos, tokens + output.unread()) + stopping);
  }

  /** The output tokens to charge for a stream that the backend broke off. */
  public synchronized long whenBroken(long tokens, long nowNanos) {
    return owed(tokens, made.withoutReport(nowNanos, tokens));
  }

  /**
   * The output tokens to charge for a stream whose connection was reset, which discards what came
   * since the last read.
   */
  public synchronized long whenReset(long tokens, long nowNanos) {
    return owed(tokens, made.withoutReport(nowNanos, tokens + output.sinceRead(tokens, nowNanos)));
  }

  private long owed(long tokens, long mayBeMade) {
    long most = Math.min(mayBeMade, hold.allowed());
    long step = most - hold.covered();
    while (step > 0) {
      if (!hold.extend(step)) {
        step /= 2;
      }
      step = Math.min(step, most - hold.covered());
    }
    return Math.max(tokens, Math.min(hold.covered(), mayBeMade));
  }
}
