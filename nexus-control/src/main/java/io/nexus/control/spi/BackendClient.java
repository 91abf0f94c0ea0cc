package io.nexus.control.spi;

import java.time.Duration;
import java.util.List;

/**
 * A client of one backend. Calls block the calling virtual thread.
 *
 * <p>Must be safe for concurrent use.
 */
public interface BackendClient extends AutoCloseable {

  /**
   * Sends a request and waits for the beginning of the answer.
   *
   * @return the answer, also when the backend refuses; the caller must close it
   * @throws BackendException if no answer came
   */
  BackendReply send(BackendRequest request) throws BackendException;

  /**
   * Lists the models that the backend serves; also used as its health check.
   *
   * @param timeout for the whole call
   * @throws BackendException if it does not answer successfully; of kind {@link
   *     BackendException.Kind#REFUSED} if it is up but has no model list
   */
  List<String> models(Duration timeout) throws BackendException;

  /** Closes all connections. */
  @Override
  void close();
}
