package io.nexus.control.hold;

import static java.util.Objects.requireNonNull;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams that hold tokens of a pool. */
abstract class HoldExtenderFixture {

  static final long MILLI = 1_000_000;

  /** What so many tokens were held from, of so many that there are. */
  static final class Pool {
    long left;

    Pool(long tokens) {
      left = tokens;
    }
  }

  static final class Held implements Extensible {
    final Pool pool;
    final long allowed;
    long covered;
    int extensions;
    long waitNanos;
    boolean plenty;
    boolean ourLimit;
    boolean lowered;

    /** Only this much can be held without asking. */
    long granted = Long.MAX_VALUE;

    /** What the ledger grants to those who wait. */
    long grantedAtOnce;

    /** What the ledger was asked for, and how long it was waited for. */
    final List<Long> asked = new ArrayList<>();

    final List<Long> waited = new ArrayList<>();

    /** The question that is not answered yet. */
    @Nullable Runnable open;

    Held(Pool pool, long covered, long allowed) {
      this.pool = pool;
      this.covered = covered;
      this.allowed = allowed;
      pool.left -= covered;
    }

    @Override
    public long covered() {
      return covered;
    }

    @Override
    public long allowed() {
      return allowed;
    }

    @Override
    public boolean isLowered() {
      return lowered;
    }

    @Override
    public boolean isOurLimit() {
      return ourLimit;
    }

    @Override
    public boolean extend(long moreTokens) {
      if (moreTokens > Math.min(granted, pool.left)) {
        return false;
      }
      extensions++;
      pool.left -= moreTokens;
      granted -= granted == Long.MAX_VALUE ? 0 : moreTokens;
      covered += moreTokens;
      return true;
    }

    @Override
    public void ask(long moreTokens, Runnable answered) {
      asked.add(moreTokens);
      open = answered;
    }

    @Override
    public void await(long moreTokens, long patienceNanos) {
      waited.add(patienceNanos / MILLI);
      granted += grantedAtOnce;
    }

    /** The ledger answers the open question. */
    void answers(long tokens) {
      granted += tokens;
      var answered = requireNonNull(open);
      open = null;
      answered.run();
    }

    @Override
    public long waitNanos() {
      return waitNanos;
    }

    @Override
    public boolean isPlenty(long moreTokens) {
      return plenty;
    }

    @Override
    public boolean isScarce(long moreTokens) {
      return pool.left < 8 * moreTokens && moreTokens <= pool.left * 3 / 4;
    }
  }

  /** Text of four characters a token. */
  static final class Text implements HoldExtender.Shown {
    long tokens;
    boolean estimated;

    @Override
    public long chars() {
      return 4 * tokens;
    }

    @Override
    public long atLeast() {
      return tokens;
    }

    @Override
    public long tokens() {
      return tokens;
    }

    @Override
    public long surely() {
      return estimated ? tokens / 2 : tokens;
    }
  }

  final Text text = new Text();

  static HoldExtender extender(Held held, Showing showing, long tokensASecond) {
    return new HoldExtender(
        held, new MadeOutput(new OutputPace(showing, tokensASecond), 1, 0, true), 0);
  }

  /** Shows more, and says whether the stream may go on. */
  boolean shows(HoldExtender extender, long tokens, long millis) {
    text.tokens += tokens;
    return extender.covers(text, 0, millis * MILLI);
  }
}
