package io.nexus.server.dialect;

import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens that a request is charged for: each side as the backend reports it where that can be,
 * else as it was counted.
 *
 * @param usage the tokens
 * @param reported whether both sides are as reported
 * @param implausible whether the report says something that cannot be, or more was passed on than
 *     the request could use
 * @param tier how far the counted side can be trusted
 */
public record BilledUsage(Usage usage, boolean reported, boolean implausible, TokenCountTier tier) {

  /**
   * Weighs a report.
   *
   * <ul>
   *   <li>A side that the report lacks, or that it puts below what can be, is as counted.
   *   <li>A side that it puts above what the request could use is cut to that, or to what was
   *       passed on if that is more.
   *   <li>An estimate of the output is cut to what the request could use, too, unless it is sure
   *       that the backend did not heed that.
   *   <li>A report that was made before the answer's end is at least what was passed on.
   * </ul>
   *
   * @param reported what the backend says
   * @param counted what the gateway knows
   * @param limits what the request could use
   * @param whole whether the report is of the whole answer
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

  /** What is left of the extras where nobody knows what the input consisted of. */
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
