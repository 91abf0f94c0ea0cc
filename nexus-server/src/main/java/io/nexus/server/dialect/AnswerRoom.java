package io.nexus.server.dialect;

import io.nexus.server.http.BodiesInFlight;
import org.jspecify.annotations.Nullable;

/**
 * What an answer in one piece, or an event of a stream, may take of the heap: no more than {@code
 * server.max_response_bytes}, and no more than there is room for beside all other bodies. For one
 * answer and one thread.
 */
public final class AnswerRoom {

  /** Smaller answers are not worth counting. */
  private static final long SMALL_BYTES = 64 * 1024;

  /** While an answer is read into an array that grows, both the old and the new one are held. */
  private static final long ARRAYS = 2;

  /** The most that {@code server.max_response_bytes} may be: arrays can double up to it. */
  private static final long MOST_BYTES = 1L << 30;

  private final long maxBytes;
  private final BodiesInFlight.@Nullable Share share;
  private long counted = SMALL_BYTES;

  /**
   * Room for an answer.
   *
   * @param maxBytes how long it may be
   * @param share what its request takes of the room for all bodies
   */
  public AnswerRoom(long maxBytes, BodiesInFlight.Share share) {
    this.maxBytes = maxBytes;
    this.share = share;
  }

  /** Room for an answer that no request waits for. */
  public static AnswerRoom alone(long maxBytes) {
    return new AnswerRoom(maxBytes);
  }

  /** Room for what is held already, and has been counted there. */
  public static AnswerRoom taken() {
    return new AnswerRoom(MOST_BYTES);
  }

  private AnswerRoom(long maxBytes) {
    this.maxBytes = maxBytes;
    this.share = null;
  }

  /**
   * Notes how long the answer or the event is by now, or says that it is.
   *
   * @throws AnswerTooLongException if that is too long
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
