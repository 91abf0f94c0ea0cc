package io.nexus.server.alert;

import java.time.Duration;

/**
 * How often and how soon a message is sent again that was not taken.
 *
 * @param attempts how often it is sent at most
 * @param first the pause after the first attempt; each further one is twice as long
 * @param longest no pause is longer
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
