package io.nexus.server.dialect.usage;

import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import java.util.random.RandomGenerator;

/**
 * The true usage of an answer.
 *
 * @param input all of the prompt, of which the next four are parts apart from each other
 * @param written what was written to the cache, that for an hour included
 * @param hour what was written for an hour
 * @param tools what tools read, beside the prompt proper but among the input
 * @param output all generated tokens; the last three are disjoint parts of it
 * @param searches on the web, by the provider's own tool
 */
public record Used(
    long input,
    long cached,
    long written,
    long hour,
    long audio,
    long tools,
    long output,
    long reasoning,
    long spoken,
    long drawn,
    long searches) {

  /** Some usage, often of a few tokens, so that numbers are the same by chance. */
  public static Used any(RandomGenerator random) {
    int most = random.nextInt(3) == 0 ? 8 : 40_000;
    long input = random.nextInt(1, most);
    long cached = part(random, input);
    long written = part(random, input - cached);
    long hour = part(random, written);
    long audio = part(random, input - cached - written);
    long tools = part(random, input - cached - written - audio);
    long output = random.nextInt(1, most);
    long reasoning = part(random, output);
    long spoken = part(random, output - reasoning);
    long drawn = part(random, output - reasoning - spoken);
    return new Used(
        input,
        cached,
        written,
        hour,
        audio,
        tools,
        output,
        reasoning,
        spoken,
        drawn,
        random.nextInt(3));
  }

  private static long part(RandomGenerator random, long whole) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong(whole + 1);
      case 1 -> whole / 2;
      case 2 -> random.nextInt(8) == 0 ? whole : 0;
      default -> 0;
    };
  }

  /** The same in the gateway's terms. */
  public Usage usage() {
    var usage = new Usage(input, cached, written, audio, output, reasoning, spoken);
    usage = hour == 0 ? usage : usage.with(PriceKind.CACHE_WRITE_1H, hour);
    usage = drawn == 0 ? usage : usage.with(PriceKind.OUTPUT_IMAGE, drawn);
    return searches == 0 ? usage : usage.with(PriceKind.SEARCH, searches);
  }

  /** The tokens neither read from the cache nor written to it. */
  long uncached() {
    return input - cached - written;
  }

  long total() {
    return input + output;
  }

  Used withoutCache() {
    return new Used(input, 0, 0, 0, audio, tools, output, reasoning, spoken, drawn, searches);
  }

  Used withoutWrites() {
    return new Used(input, cached, 0, 0, audio, tools, output, reasoning, spoken, drawn, searches);
  }

  Used withoutHour() {
    return new Used(
        input, cached, written, 0, audio, tools, output, reasoning, spoken, drawn, searches);
  }

  /** Text only, without searches, as most shapes report it. */
  Used asText() {
    return new Used(input, cached, written, hour, 0, 0, output, reasoning, 0, 0, 0);
  }

  Used withoutReasoning() {
    return new Used(input, cached, written, hour, audio, tools, output, 0, spoken, drawn, searches);
  }

  Used withoutSearches() {
    return new Used(
        input, cached, written, hour, audio, tools, output, reasoning, spoken, drawn, 0);
  }
}
