package io.nexus.server.dialect;

import io.nexus.server.http.BodiesInFlight;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the heap for an answer in one piece, or an event of a stream: by {@code
 * server.max_response_bytes}, and by the room left by all other bodies. For one answer and one
 * thread.
 */
public final class AnswerRoom {

  /** Smaller answers are not worth counting. */
  private static final long SMALL_BYTES = 64 * 1024;

  /** While an array grows, both the old and the new one are on the heap. */
  private static final long ARRAYS = 2;

  /** The largest {@code server.max_response_bytes}: arrays can double up to it. */
  private static final long MOST_BYTES = 1L << 30;

  private final long maxBytes;
  private final BodiesInFlight.@Nullable Share share;
  private long counted = SMALL_BYTES;

  /**
   * Room for an answer.
   *
   * @param maxBytes the largest size
   * @param share its request's share of the room for all bodies
   */
  public AnswerRoom(long maxBytes, BodiesInFlight.Share share) {
    this.maxBytes = maxBytes;
    this.share = share;
  }

  /** Room for an answer without a waiting request. */
  public static AnswerRoom alone(long maxBytes) {
    return new AnswerRoom(maxBytes);
  }

  /** Room for data already in memory and counted. */
  public static AnswerRoom taken() {
    return new AnswerRoom(MOST_BYTES);
  }

  private AnswerRoom(long maxBytes) {
    this.maxBytes = maxBytes;
    this.share = null;
  }

  /**
   * Notes the current or announced size of the answer or event.
   *
   * @throws AnswerTooLongException if that is too large
   */
  public void note(long bytes) throws AnswerTooLongException {
    if (bytes > maxBytes) {
      throw new AnswerTooLongException(maxBytes);
    }
    if (bytes > counted) {
      if (share != null && !share.takeIfFree(ARRAYS * (bytes - counted))) {
        throw new AnswerTooLongException(0);
      }
      counted = bytes;
    }
  }
}
