package io.nexus.control.spi;

import java.time.Duration;
import java.util.List;

/**
 * Speaks to one backend. Calls block the calling virtual thread.
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
   * Asks which models the backend serves, which is also how its health is judged.
   *
   * @param timeout for the whole question
   * @throws BackendException if it does not answer, or not with success; of the kind {@link
   *     BackendException.Kind#REFUSED} if it is up and only has no list to give
   */
  List<String> models(Duration timeout) throws BackendException;

  /** Ends all connections. */
  @Override
  void close();
}
