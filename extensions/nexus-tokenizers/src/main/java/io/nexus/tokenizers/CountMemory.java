package io.nexus.tokenizers;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what long texts were counted as: the requests of a conversation repeat all of it, and
 * coding agents send a hundred kilobytes each time.
 *
 * <p>A text is known by 128 bits of its SHA-256 digest, for which nobody can make another text, so
 * that no client can have its prompt counted as a shorter one. The text itself is not kept. A
 * digest costs a sixth of a count.
 *
 * <p>Memory is bounded: a text takes the place of another with the same last bits. Safe for any
 * number of threads, without locks.
 *
 * @param <V> what is remembered
 */
final class CountMemory<V> {

  private final AtomicReferenceArray<@Nullable Known<V>> places;

  private record Known<V>(long high, long low, V value) {}

  /**
   * An empty memory.
   *
   * @param places the most texts to remember, a power of two
   */
  CountMemory(int places) {
    this.places = new AtomicReferenceArray<>(places);
  }

  /**
   * What was remembered of a text, else what is counted now.
   *
   * @param digest a digest of {@link #digest}, with the text in it
   * @param count counts the text
   * @param lasts whether a count may be remembered
   */
  V get(MessageDigest digest, Supplier<V> count, Predicate<V> lasts) {
    ByteBuffer bits = ByteBuffer.wrap(digest.digest());
    long high = bits.getLong();
    long low = bits.getLong();
    int place = (int) low & (places.length() - 1);
    Known<V> known = places.get(place);
    if (known != null && known.high == high && known.low == low) {
      return known.value;
    }
    V counted = count.get();
    if (lasts.test(counted)) {
      places.setRelease(place, new Known<>(high, low, counted));
    }
    return counted;
  }

  /** A digest of nothing yet. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
