package io.nexus.server.flow;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Writes the state of limits in OpenAI's headers.
 *
 * @see <a href="https://platform.openai.com/docs/guides/rate-limits">Rate limits in headers</a>
 */
final class LimitHeaders {

  private static final String PREFIX = "x-ratelimit-";

  private LimitHeaders() {}

  /** Writes the headers of limits, at most one for each unit. */
  static void write(ServerResponseHeaders headers, List<LimitState> states, long nowMillis) {
    for (var state : states) {
      of(state, nowMillis).forEach((name, value) -> headers.set(HeaderNames.create(name), value));
    }
  }

  /** The headers of one limit; none for parallel requests. */
  static Map<String, String> of(LimitState state, long nowMillis) {
    if (state.unit() == Unit.PARALLEL) {
      return Map.of();
    }
    var unit = state.unit().label();
    return Map.of(
        PREFIX + "limit-" + unit,
        Long.toString(state.most()),
        PREFIX + "remaining-" + unit,
        Long.toString(state.remaining()),
        PREFIX + "reset-" + unit,
        spelled(Math.max(0, state.resetsAt().toEpochMilli() - nowMillis)));
  }

  /** A duration in OpenAI's format: {@code 6m0s}, {@code 12.5s}, {@code 20ms}. */
  static String spelled(long millis) {
    if (millis < 1000) {
      return millis + "ms";
    }
    var time = Duration.ofMillis(millis);
    var text = new StringBuilder();
    if (time.toHours() > 0) {
      text.append(time.toHours()).append('h');
    }
    if (time.toMinutes() > 0) {
      text.append(time.toMinutesPart()).append('m');
    }
    text.append(time.toSecondsPart());
    if (time.toMillisPart() > 0) {
      text.append('.').append("%03d".formatted(time.toMillisPart()).replaceFirst("0+$", ""));
    }
    return text.append('s').toString();
  }
}
