package io.nexus.server.dialect.usage;

import static io.nexus.server.dialect.usage.UsageKind.AUDIO_INPUT;
import static io.nexus.server.dialect.usage.UsageKind.AUDIO_OUTPUT;
import static io.nexus.server.dialect.usage.UsageKind.CACHED;
import static io.nexus.server.dialect.usage.UsageKind.CACHED_AUDIO;
import static io.nexus.server.dialect.usage.UsageKind.CACHED_IMAGE;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_CREATION;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_MISS;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_READ;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_WRITE;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_WRITE_1H;
import static io.nexus.server.dialect.usage.UsageKind.CACHE_WRITE_5M;
import static io.nexus.server.dialect.usage.UsageKind.CANDIDATES;
import static io.nexus.server.dialect.usage.UsageKind.CITATION;
import static io.nexus.server.dialect.usage.UsageKind.IMAGE_INPUT;
import static io.nexus.server.dialect.usage.UsageKind.IMAGE_OUTPUT;
import static io.nexus.server.dialect.usage.UsageKind.INPUT;
import static io.nexus.server.dialect.usage.UsageKind.OUTPUT;
import static io.nexus.server.dialect.usage.UsageKind.PROMPT;
import static io.nexus.server.dialect.usage.UsageKind.REASONING;
import static io.nexus.server.dialect.usage.UsageKind.SEARCHES;
import static io.nexus.server.dialect.usage.UsageKind.THOUGHTS;
import static io.nexus.server.dialect.usage.UsageKind.TOOL_PROMPT;
import static io.nexus.server.dialect.usage.UsageKind.TOTAL;
import static io.nexus.server.dialect.usage.UsageKind.VIDEO_INPUT;

import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import java.util.EnumMap;
import java.util.Map;

/**
 * The greatest number of each kind in the {@code usage} objects of an answer, and the usage that
 * follows from them. Not for concurrent use.
 */
final class UsageSums {

  /** More than any answer has. A backend that reports more must not make the sums overflow. */
  static final long MOST_TOKENS = 1_000_000_000;

  /** The kinds that few answers have, with their kinds of price. */
  private static final Map<UsageKind, PriceKind> EXTRAS =
      new EnumMap<>(
          Map.of(
              CACHE_WRITE_1H, PriceKind.CACHE_WRITE_1H,
              CACHED_AUDIO, PriceKind.CACHED_AUDIO,
              IMAGE_INPUT, PriceKind.INPUT_IMAGE,
              CACHED_IMAGE, PriceKind.CACHED_IMAGE,
              IMAGE_OUTPUT, PriceKind.OUTPUT_IMAGE,
              VIDEO_INPUT, PriceKind.INPUT_VIDEO,
              CITATION, PriceKind.CITATION,
              SEARCHES, PriceKind.SEARCH));

  private final long[] numbers = new long[UsageKind.values().length];

  /**
   * Notes a number. Zero, or less than before, changes nothing.
   *
   * @return whether it is the greatest so far
   */
  @SuppressWarnings("EnumOrdinal") // an index within this object
  boolean note(UsageKind kind, long tokens) {
    int at = kind.ordinal();
    long bounded = Math.min(tokens, MOST_TOKENS);
    if (bounded <= 0 || bounded < numbers[at]) {
      return false;
    }
    numbers[at] = bounded;
    return true;
  }

  @SuppressWarnings("EnumOrdinal") // an index within this object
  private long of(UsageKind kind) {
    return numbers[kind.ordinal()];
  }

  /** Whether anything was noted. */
  boolean isEmpty() {
    for (long number : numbers) {
      if (number > 0) {
        return false;
      }
    }
    return true;
  }

  /** The usage that follows from the numbers; 0 on a side without any. */
  Usage usage() {
    long reasoning = Math.max(of(REASONING), of(THOUGHTS));
    long input = isUndivided() ? of(TOTAL) - generated(reasoning) : input();
    var usage =
        new Usage(
            input,
            cacheRead(),
            cacheWrite(),
            of(AUDIO_INPUT) - of(CACHED_AUDIO),
            output(input, reasoning),
            reasoning,
            of(AUDIO_OUTPUT));
    for (var extra : EXTRAS.entrySet()) {
      long amount = of(extra.getKey());
      if (extra.getKey() == IMAGE_INPUT) {
        amount -= of(CACHED_IMAGE);
      }
      usage = amount <= 0 ? usage : usage.with(extra.getValue(), amount);
    }
    return usage;
  }

  /**
   * Whether there is a total, but no input. What of it is not said to be output counts as input: it
   * has the output, too, if nothing is said about that.
   */
  boolean isUndivided() {
    return of(TOTAL) > 0 && input() == 0;
  }

  /** Adds the usage of another part of the same answer. */
  void add(UsageSums part) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.min(numbers[i] + part.numbers[i], MOST_TOKENS);
    }
  }

  /** Takes the greater of each number. */
  void note(UsageSums other) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.max(numbers[i], other.numbers[i]);
    }
  }

  private long cacheRead() {
    return Math.max(of(CACHED), of(CACHE_READ));
  }

  private long cacheWrite() {
    long byTime = of(CACHE_WRITE_5M) + of(CACHE_WRITE_1H);
    return Math.max(byTime, Math.max(of(CACHE_WRITE), of(CACHE_CREATION)));
  }

  private long input() {
    long whole = Math.max(of(PROMPT), of(INPUT));
    if (of(CACHE_MISS) > 0) {
      whole = Math.max(whole, of(CACHED) + of(CACHE_MISS));
    }
    long cached = cacheRead() + cacheWrite();
    return whole + of(TOOL_PROMPT) + (isCacheBeside(whole, cached) ? cached : 0);
  }

  /**
   * Whether the input excludes the cached tokens. With Anthropic's names it does, unless the whole
   * prompt is given under OpenAI's name. With any names it does if a part is greater than its
   * whole, or a total counts both.
   */
  private boolean isCacheBeside(long whole, long cached) {
    if (cached > whole) {
      return true;
    }
    if (of(PROMPT) > 0) {
      long generated = Math.max(of(OUTPUT), of(CANDIDATES) + of(THOUGHTS));
      return cached > 0 && of(TOTAL) == whole + of(TOOL_PROMPT) + cached + generated;
    }
    return of(CACHE_READ) > 0 || of(CACHE_CREATION) > 0;
  }

  /** The output with reasoning that is beside it, or only in the total. */
  private long output(long input, long reasoning) {
    long said = generated(reasoning);
    return input > 0 ? Math.max(said, of(TOTAL) - input) : said;
  }

  /** The output with reasoning that is beside it. */
  private long generated(long reasoning) {
    long said = of(OUTPUT);
    long most = Math.max(said, of(CANDIDATES) > 0 ? of(CANDIDATES) + of(THOUGHTS) : 0);
    if (reasoning > said) {
      most = Math.max(most, said + reasoning);
    }
    return most;
  }
}
