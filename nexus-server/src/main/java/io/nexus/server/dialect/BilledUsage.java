package io.nexus.server.dialect;

import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens to charge: for each side the backend's report if plausible, else the count.
 *
 * @param usage the tokens
 * @param reported whether both sides are as reported
 * @param implausible whether the report is implausible, or more was passed on than the request
 *     could use
 * @param tier the accuracy of the counted side
 */
public record BilledUsage(Usage usage, boolean reported, boolean implausible, TokenCountTier tier) {

  /**
   * Combines report and count.
   *
   * <ul>
   *   <li>A side that is missing in the report or implausibly low is taken from the count.
   *   <li>A side above what the request could use is cut to that, or to the passed-on amount if
   *       that is more.
   *   <li>An estimate of the output is also cut to what the request could use, unless the backend
   *       certainly exceeded it.
   *   <li>A report before the answer's end counts at least the passed-on amount.
   * </ul>
   *
   * @param reported the backend's report
   * @param counted the gateway's count
   * @param limits the most that the request could use
   * @param whole whether the report covers the whole answer
   */
  public static BilledUsage of(
      Usage reported, CountedUsage counted, UsageLimits limits, boolean whole) {
    var input =
        Side.of(
            reported.inputTokens(),
            counted.inputTokens(),
            counted.leastInputTokens(),
            limits.inputTokens(),
            true);
    var output =
        Side.of(
            reported.outputTokens(),
            counted.outputTokens(limits.outputTokens()),
            counted.leastOutputTokens(),
            limits.outputTokens(),
            whole);
    boolean asReported = input.asReported && output.asReported;
    var usage =
        input.tokens == reported.inputTokens() && output.tokens == reported.outputTokens()
            ? reported
            : new Usage(
                input.tokens,
                input.asReported ? reported.cachedInputTokens() : 0,
                input.asReported ? reported.cacheWriteTokens() : 0,
                input.asReported ? reported.audioInputTokens() : 0,
                output.tokens,
                reported.reasoningTokens(),
                reported.audioOutputTokens(),
                input.asReported ? reported.extras() : withoutInput(reported.extras()));
    return new BilledUsage(
        usage, asReported, input.implausible || output.implausible, counted.tier());
  }

  /** The extras without kinds of input, if the input is taken from the count. */
  private static SortedMap<Item, Long> withoutInput(SortedMap<Item, Long> extras) {
    var kept = new TreeMap<>(extras);
    kept.keySet()
        .removeIf(item -> item.kind().isTokens() && item.kind().whole() != PriceKind.OUTPUT);
    return kept;
  }

  /** One of input and output. */
  private record Side(long tokens, boolean asReported, boolean implausible) {

    static Side of(long reported, long counted, long least, long most, boolean whole) {
      if (reported <= 0 || (!whole && reported < counted)) {
        return new Side(counted, counted == 0, counted > most);
      }
      if (reported < least) {
        return new Side(counted, false, true);
      }
      long bound = Math.max(most, counted);
      return reported > bound ? new Side(bound, true, true) : new Side(reported, true, false);
    }
  }
}
