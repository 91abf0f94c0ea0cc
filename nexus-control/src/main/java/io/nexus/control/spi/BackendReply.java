package io.nexus.control.spi;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A backend's answer; its body is read as it arrives. Not for concurrent use. */
public interface BackendReply extends AutoCloseable {

  /** The HTTP status: 200 for an answer, 4xx for a refusal, 5xx for a failure. */
  int status();

  /** The media type of the body, such as {@code text/event-stream}. */
  String contentType();

  /** The verbatim value of the backend's {@code Retry-After}; empty if it has none. */
  default Optional<String> retryAfter() {
    return Optional.empty();
  }

  /**
   * Passes headers of the answer, by name and value, to {@code to}; none if they are not known. The
   * gateway forwards headers of rate limits and of the backend's request id.
   *
   * @param wanted whether a header of this name is passed
   */
  default void eachHeader(Predicate<String> wanted, BiConsumer<String, String> to) {}

  /** The body's length in bytes; -1 if it is not known before the body is read. */
  default long contentLength() {
    return -1;
  }

  /**
   * The body, in the form of the API that was asked, each piece readable as soon as it arrives.
   * Reading fails with {@link java.net.SocketTimeoutException} when nothing arrives in time.
   */
  InputStream body();

  /**
   * The number of bytes of the body that have arrived and are not read yet, as far as known without
   * waiting. A gateway that lags behind a backend includes them in its estimates.
   */
  default int arrived() {
    return 0;
  }

  /**
   * Ends the exchange. If the body was read to its end the connection is kept; otherwise it is cut
   * at once, so that the backend stops generating. Any thread may call it.
   */
  @Override
  void close();
}
