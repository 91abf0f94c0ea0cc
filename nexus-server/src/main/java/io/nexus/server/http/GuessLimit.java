package io.nexus.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows those who guess keys: an address that has sent {@value #BURST} wrong ones may send one more
 * each second, and is refused in between with any key, right or wrong. Other addresses are not
 * affected.
 *
 * <p>Safe for any number of threads.
 */
public final class GuessLimit {

  /** The number of wrong keys without delay. */
  static final int BURST = 20;

  private static final long NANOS_EACH = 1_000_000_000L;
  private static final int MOST_ADDRESSES = 10_000;

  private final LongSupplier nanos;

  /** The time at which each address's wrong keys are forgotten. */
  private final Map<String, Long> clearAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * Starts without wrong keys.
   *
   * @param nanos the clock, as {@link System#nanoTime}
   */
  public GuessLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Checks whether an address may send a key.
   *
   * @throws ApiException with status 429 if it has sent too many wrong ones
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
