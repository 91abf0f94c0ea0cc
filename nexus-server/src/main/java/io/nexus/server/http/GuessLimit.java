package io.nexus.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows those who guess keys: an address that has shown {@value #BURST} wrong ones may show one
 * more each second, and is refused in between, whatever it shows. So a wrong key looks like a right
 * one there, and others are not kept waiting.
 *
 * <p>Safe for any number of threads.
 */
public final class GuessLimit {

  /** How many wrong keys are free. */
  static final int BURST = 20;

  private static final long NANOS_EACH = 1_000_000_000L;
  private static final int MOST_ADDRESSES = 10_000;

  private final LongSupplier nanos;

  /** When each address has no wrong key to its account any more. */
  private final Map<String, Long> clearAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * Nobody has guessed yet.
   *
   * @param nanos the clock, as {@link System#nanoTime}
   */
  public GuessLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Lets an address show a key.
   *
   * @throws ApiException with status 429 if it has shown too many wrong ones
   */
  public synchronized void check(String address) {
    var clear = clearAt.get(address);
    if (clear == null) {
      return;
    }
    long left = clear - nanos.getAsLong();
    if (left <= 0) {
      clearAt.remove(address);
    } else if (left > (BURST - 1) * NANOS_EACH) {
      throw new ApiException(
          429,
          new ApiError(
              "Too many wrong keys came from this address: wait a second before each further one.",
              "invalid_request_error",
              null,
              "too_many_wrong_keys"),
          Map.of("Retry-After", "1"));
    }
  }

  /** The key was wrong. */
  public synchronized void wrong(String address) {
    long now = nanos.getAsLong();
    var clear = clearAt.get(address);
    long from = clear == null || clear - now < 0 ? now : clear;
    clearAt.put(address, from + NANOS_EACH);
  }
}
