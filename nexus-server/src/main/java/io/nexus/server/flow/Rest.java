package io.nexus.server.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * A backend's pause for a model, requested by the {@code Retry-After} of a refusal or by an
 * exhausted quota. Safe for any number of threads.
 */
final class Rest {

  /** The longest pause, so that a raised quota is soon noticed. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final InstantSource clock;
  private volatile long untilMillis;

  Rest(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Begins a pause.
   *
   * @param retryAfter the header: seconds, or a date; anything else is ignored
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110, 10.2.3</a>
   */
  void begin(String retryAfter) {
    long now = clock.millis();
    untilMillis = now + Math.clamp(millis(retryAfter.strip(), now), 0, LONGEST.toMillis());
  }

  /** Extends the pause until at least that time. */
  void until(long millis) {
    untilMillis = Math.max(untilMillis, Math.min(millis, clock.millis() + LONGEST.toMillis()));
  }

  /** The current time of its clock. */
  long nowMillis() {
    return clock.millis();
  }

  /** The time left; zero if there is no pause. Setting the clock back ends it. */
  Duration left() {
    long until = untilMillis;
    if (until == 0) {
      return Duration.ZERO;
    }
    long left = until - clock.millis();
    return left <= 0 || left > LONGEST.toMillis() ? Duration.ZERO : Duration.ofMillis(left);
  }

  private static long millis(String retryAfter, long nowMillis) {
    try {
      if (!retryAfter.isEmpty() && retryAfter.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Math.multiplyExact(Long.parseLong(retryAfter), 1000L);
      }
      var date = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME);
      return date.toInstant().toEpochMilli() - nowMillis;
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return 0;
    }
  }
}
