package io.nexus.server.alert;

import java.time.Duration;

/**
 * The schedule for resending a message that was not accepted.
 *
 * @param attempts the largest number of attempts
 * @param first the pause after the first attempt; each further one is twice as long
 * @param longest the longest pause
 */
public record Backoff(int attempts, Duration first, Duration longest) {

  /** Ten attempts in eight and a half minutes. */
  public static final Backoff USUAL = new Backoff(10, Duration.ofSeconds(1), Duration.ofMinutes(5));

  /**
   * The pause after an attempt that failed.
   *
   * @param attempt 1 for the first
   */
  public Duration after(int attempt) {
    var pause = first;
    for (int i = 1; i < attempt && pause.compareTo(longest) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
