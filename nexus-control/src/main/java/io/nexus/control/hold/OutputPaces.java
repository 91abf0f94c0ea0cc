package io.nexus.control.hold;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Learns from answers how fast a model generates output, and whether it bills more than it shows.
 *
 * <p>A model's name does not say whether it has hidden reasoning, so each model is observed. One
 * answer billed for more than it showed marks its model for the next 128 answers; three in a row
 * without that, and none with it among the 128 before, clear the mark. The rate is that of the
 * fastest recent answer: of what a stream shows after its first event, or of the whole from sending
 * the request to the end of the answer, whichever is higher. A faster answer counts at once, and
 * its lead shrinks by 1/256 with each slower one. An answer that shows too little and is short says
 * nothing about the rate, for most of its time is that until the first token: until there is
 * another, the rate is that of an unknown model. No rate is taken to be above 5,000 tokens a
 * second.
 *
 * <p>Memory is bounded: some 100 bytes a model, and models beyond the given number are not learned.
 * Safe for any number of threads, without locks. Recording allocates nothing, but for the first
 * answer of a model.
 */
public final class OutputPaces {

  /** A mark lasts for this many answers. */
  private static final int MEMORY = 128;

  private static final int ENOUGH = 3;

  /**
   * Billed tokens may exceed the counted ones by this much without hidden output: the error of
   * estimates by length for prose.
   */
  private static final long TOLERANCE_TOKENS = 32;

  private static final long TOLERANCE_PARTS = 4;

  /** An event with this many tokens, or a quarter of the answer, is a lump. */
  private static final long LUMP_TOKENS = 256;

  private static final long LUMP_PARTS = 4;

  /** Shorter answers measure the connection rather than the model. */
  private static final long LEAST_NANOS = 100_000_000;

  /** In an answer of this length, the time until the first token matters little. */
  private static final long LONG_TOKENS = 1_000;

  /** Larger counts are cut to this, to keep the arithmetic within a {@code long}. */
  private static final long MOST_TOKENS = 1_000_000_000;

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int FADING = 256;

  /**
   * No model that reasons unseen is faster; the fastest hosts generate some 3,000 tokens a second.
   * An answer that came faster was not generated then, but kept by a relay.
   */
  private static final long MOST_RATE = 5_000;

  private final int maxModels;
  private final ConcurrentHashMap<String, AtomicLong> models = new ConcurrentHashMap<>();

  /**
   * Creates an empty memory.
   *
   * @param maxModels the most models to learn
   */
  public OutputPaces(int maxModels) {
    this.maxModels = maxModels;
  }

  /** The pace of the model. */
  public OutputPace of(String model) {
    var learned = models.get(model);
    return learned == null ? OutputPace.UNKNOWN : State.of(learned.get()).pace();
  }

  /**
   * Learns from one complete answer whose tokens the provider reported.
   *
   * @param shown its visible output tokens as counted, over all choices
   * @param billed its output tokens as reported
   * @param largest the largest number of tokens that came at once; 0 for an answer that did not
   *     come in pieces
   * @param choices the number of answers generated in parallel
   * @param nanos the time from sending the request to the end of the answer
   * @param shownASecond the rate of the visible tokens after the first event, over all choices; 0
   *     if too little was visible
   */
  public void record(
      String model,
      long shown,
      long billed,
      long largest,
      int choices,
      long nanos,
      long shownASecond) {
    if (billed <= 0) {
      return;
    }
    var learned = models.get(model);
    if (learned == null) {
      // A race can exceed the bound by a few models; beyond it none is added.
      if (models.mappingCount() >= maxModels) {
        return;
      }
      learned = models.computeIfAbsent(model, _ -> new AtomicLong());
    }
    boolean hidden = billed > shown + shown / TOLERANCE_PARTS + TOLERANCE_TOKENS;
    boolean lump = largest >= LUMP_TOKENS && largest * LUMP_PARTS >= billed;
    long each = Math.max(1, choices);
    long rate = Math.max(rate(billed / each, nanos), Math.min(shownASecond / each, MOST_RATE));
    boolean tells = shownASecond > 0 || billed / each >= LONG_TOKENS;
    learned.getAndUpdate(bits -> State.of(bits).after(hidden, lump, rate, tells).bits());
  }

  private static long rate(long tokens, long nanos) {
    long rate = Math.min(tokens, MOST_TOKENS) * SECOND_NANOS / Math.max(nanos, LEAST_NANOS);
    return Math.clamp(rate, 1, MOST_RATE);
  }

  /**
   * What is known of one model.
   *
   * @param rate the fastest rate, in tokens a second
   * @param hidden for how many answers the mark for hidden output lasts
   * @param lumps for how many answers the mark for lumps lasts
   * @param clean the number of answers in a row with neither, at most {@link #ENOUGH}
   * @param told whether an answer has told the rate
   */
  private record State(int rate, int hidden, int lumps, int clean, boolean told) {

    static State of(long bits) {
      return new State(
          (int) bits,
          (int) (bits >>> 32) & 0xFF,
          (int) (bits >>> 40) & 0xFF,
          (int) (bits >>> 48) & 0xFF,
          bits >>> 56 != 0);
    }

    long bits() {
      return (told ? 1L << 56 : 0)
          | (long) clean << 48
          | (long) lumps << 40
          | (long) hidden << 32
          | rate;
    }

    State after(boolean isHidden, boolean isLump, long seen, boolean tells) {
      long slower = tells ? rate - Math.ceilDiv(rate - seen, (long) FADING) : rate;
      return new State(
          (int) (seen >= rate ? seen : slower),
          isHidden ? MEMORY : Math.max(0, hidden - 1),
          isLump ? MEMORY : Math.max(0, lumps - 1),
          isHidden || isLump ? 0 : Math.min(ENOUGH, clean + 1),
          told || tells);
    }

    /** A quarter faster than observed, since the next answer may be faster. */
    OutputPace pace() {
      long seen = rate + Math.ceilDiv(rate, 4L);
      long faster = told ? seen : Math.max(OutputPace.UNKNOWN_TOKENS_A_SECOND, seen);
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
