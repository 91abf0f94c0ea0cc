package io.nexus.control.hold;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Learns from answers how fast a model makes output, and whether it bills more than it shows.
 *
 * <p>Names do not tell which models think unseen, so that each is watched. One answer that was
 * billed for more than it showed marks its model for the next 128 answers; three in a row that were
 * not, and none among the 128 before, clear it. The rate is the fastest of recent answers, from the
 * request's sending to the answer's end: a faster one counts at once, and fades by one 256th of the
 * difference with each slower one.
 *
 * <p>Memory is bounded: some 100 bytes a model, and models beyond the given number are not learned.
 * Safe for any number of threads, without locks. Recording allocates nothing, but for the first
 * answer of a model.
 */
public final class OutputPaces {

  /** A marked model stays marked for this number of answers without a further mark. */
  private static final int MEMORY = 128;

  private static final int ENOUGH = 3;

  /**
   * So much more than what was counted may be billed for nothing but text: estimates by length are
   * that far off for prose.
   */
  private static final long TOLERANCE_TOKENS = 32;

  private static final long TOLERANCE_PARTS = 4;

  /** An event with this number of tokens, or with a quarter of the answer, is a lump. */
  private static final long LUMP_TOKENS = 256;

  private static final long LUMP_PARTS = 4;

  /** The rate of a shorter answer says more of the line than of the model. */
  private static final long LEAST_NANOS = 100_000_000;

  /** An answer is taken to have no more, so that the arithmetic fits. */
  private static final long MOST_TOKENS = 1_000_000_000;

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int FADING = 256;

  private final int maxModels;
  private final ConcurrentHashMap<String, AtomicLong> models = new ConcurrentHashMap<>();

  /**
   * Nothing learned yet.
   *
   * @param maxModels the most models to learn
   */
  public OutputPaces(int maxModels) {
    this.maxModels = maxModels;
  }

  /** What is known of the model. */
  public OutputPace of(String model) {
    var learned = models.get(model);
    return learned == null ? OutputPace.UNKNOWN : State.of(learned.get()).pace();
  }

  /**
   * Learns from one answer that came to its end and whose tokens the provider reported.
   *
   * @param shown the output tokens that it showed, as they are counted, over all choices
   * @param billed those that were reported
   * @param largest the largest number of tokens that came at once; 0 for an answer that did not
   *     come in pieces
   * @param choices how many answers were made at the same time
   * @param nanos from the request's sending to the answer's end
   */
  public void record(String model, long shown, long billed, long largest, int choices, long nanos) {
    if (billed <= 0) {
      return;
    }
    var learned = models.get(model);
    if (learned == null) {
      // A race can add a few models more than the bound; none is added once it is passed.
      if (models.mappingCount() >= maxModels) {
        return;
      }
      learned = models.computeIfAbsent(model, _ -> new AtomicLong());
    }
    boolean hidden = billed > shown + shown / TOLERANCE_PARTS + TOLERANCE_TOKENS;
    boolean lump = largest >= LUMP_TOKENS && largest * LUMP_PARTS >= billed;
    long rate = rate(billed / Math.max(1, choices), nanos);
    learned.getAndUpdate(bits -> State.of(bits).after(hidden, lump, rate).bits());
  }

  private static long rate(long tokens, long nanos) {
    long rate = Math.min(tokens, MOST_TOKENS) * SECOND_NANOS / Math.max(nanos, LEAST_NANOS);
    return Math.clamp(rate, 1, Integer.MAX_VALUE);
  }

  /**
   * What is known of one model.
   *
   * @param rate the fastest
   * @param hidden for how many answers it stays marked as one that bills more than it shows
   * @param lumps for how many answers it stays marked as one that shows lumps
   * @param clean how many answers in a row had neither, at most {@link #ENOUGH}
   */
  private record State(int rate, int hidden, int lumps, int clean) {

    static State of(long bits) {
      return new State(
          (int) bits,
          (int) (bits >>> 32) & 0xFF,
          (int) (bits >>> 40) & 0xFF,
          (int) (bits >>> 48) & 0xFF);
    }

    long bits() {
      return (long) clean << 48 | (long) lumps << 40 | (long) hidden << 32 | rate;
    }

    State after(boolean isHidden, boolean isLump, long seen) {
      long slower = rate - Math.ceilDiv(rate - seen, (long) FADING);
      return new State(
          (int) (seen >= rate ? seen : slower),
          isHidden ? MEMORY : Math.max(0, hidden - 1),
          isLump ? MEMORY : Math.max(0, lumps - 1),
          isHidden || isLump ? 0 : Math.min(ENOUGH, clean + 1));
    }

    /** A quarter faster than what was seen, since the next answer may be. */
    OutputPace pace() {
      long faster = rate + Math.ceilDiv(rate, 4L);
      if (lumps > 0) {
        return new OutputPace(Showing.LUMPS, faster);
      }
      if (hidden > 0) {
        return new OutputPace(Showing.PART, faster);
      }
      return clean >= ENOUGH
          ? new OutputPace(Showing.ALL, faster)
          : new OutputPace(Showing.UNKNOWN, Math.max(OutputPace.UNKNOWN_TOKENS_A_SECOND, faster));
    }
  }
}
