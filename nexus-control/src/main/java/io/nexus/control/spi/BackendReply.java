package io.nexus.control.spi;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What a backend answers; its body is read as it arrives. Not for concurrent use. */
public interface BackendReply extends AutoCloseable {

  /** The status as HTTP numbers them: 200 for an answer, 4xx for a refusal, 5xx for a failure. */
  int status();

  /** The media type of the body, such as {@code text/event-stream}. */
  String contentType();

  /** What the backend's {@code Retry-After} says, as it is written; empty if it has none. */
  default Optional<String> retryAfter() {
    return Optional.empty();
  }

  /**
   * Gives each header of the answer, by name and value; none if they are not known. The gateway
   * passes those on that tell the client of rate limits and of the request's id there.
   */
  default void eachHeader(BiConsumer<String, String> to) {}

  /** The body's length in bytes, where it is known before the body is read; else -1. */
  default long contentLength() {
    return -1;
  }

  /**
   * The body, in the form of the API that was asked, each piece readable as soon as it arrives.
   * Reading fails with {@link java.net.SocketTimeoutException} when nothing arrives in time.
   */
  InputStream body();

  /**
   * How many bytes of the body have arrived and were not read yet, as far as can be told without
   * waiting. A gateway that does not keep up with a backend reckons with what it has not seen.
   */
  default int arrived() {
    return 0;
  }

  /**
   * Ends the exchange: after a body that was read to its end the connection is kept, otherwise it
   * is cut at once, so that the backend stops generating. Any thread may end it.
   */
  @Override
  void close();
}
