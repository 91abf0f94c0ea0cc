package io.nexus.server.http;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the total heap taken by bodies of requests, answers in one piece and long events of
 * streams. Each has its own bound, but a few dozen large ones at once would exhaust the heap.
 *
 * <p>Safe for any number of threads.
 */
public final class BodiesInFlight {

  private final long maxBytes;
  private final AtomicLong taken = new AtomicLong();

  /** Sets the bound in bytes; 0 for a quarter of the heap. */
  public BodiesInFlight(long maxBytes) {
    this.maxBytes = maxBytes > 0 ? maxBytes : Runtime.getRuntime().maxMemory() / 4;
  }

  /** A new share for one request. */
  Share share() {
    return new Share();
  }

  private boolean take(long bytes, long most) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** The bytes that one request takes, given back at its end at the latest. For one thread. */
  public final class Share {
    private long requestBytes;
    private long answerBytes;

    private Share() {}

    /**
     * Takes the initial bytes of a body. These may exceed the bound by half, so that large bodies
     * never keep small requests out.
     *
     * @throws ApiException with status 503 if there is no more
     */
    public void begin(int first) {
      note(first, maxBytes + maxBytes / 2);
    }

    /**
     * Replaces an array by a larger one.
     *
     * @throws ApiException with status 503 if there is no room for both
     */
    public byte[] grow(byte[] smaller, int length) {
      note(length, maxBytes);
      var larger = Arrays.copyOf(smaller, length);
      taken.addAndGet(-smaller.length);
      requestBytes -= smaller.length;
      return larger;
    }

    /** Takes room for an answer, if available. */
    public boolean takeIfFree(long more) {
      boolean free = take(more, maxBytes);
      if (free) {
        answerBytes += more;
      }
      return free;
    }

    private void note(long more, long most) {
      if (!take(more, most)) {
        throw new ApiException(
            503,
            new ApiError(
                "The gateway has as many large bodies under way as it can hold: try again soon.",
                "service_unavailable",
                null,
                "bodies_full"),
            Map.of("Retry-After", "1", "Connection", "close"));
      }
      requestBytes += more;
    }

    /** Gives back the bytes of the request's body, which is no longer referenced. */
    public void letRequestGo() {
      taken.addAndGet(-requestBytes);
      requestBytes = 0;
    }

    /** Gives everything back. */
    public void giveBack() {
      if (requestBytes + answerBytes != 0) {
        taken.addAndGet(-requestBytes - answerBytes);
        requestBytes = 0;
        answerBytes = 0;
      }
    }
  }
}
