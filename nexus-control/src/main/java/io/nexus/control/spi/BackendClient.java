package io.nexus.control.spi;

import io.nexus.control.routing.Api;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Speaks to one backend. Calls block the calling virtual thread.
 *
 * <p>Must be safe for concurrent use.
 */
public interface BackendClient extends AutoCloseable {

  /**
   * Sends a request and waits for the beginning of the answer.
   *
   * @param api what is asked for, in OpenAI's dialect
   * @param body the JSON body, ready to be sent
   * @return the answer, also when the backend refuses; the caller must close it
   * @throws BackendException if no answer came
   */
  BackendReply send(Api api, byte[] body) throws BackendException;

  /**
   * The same with headers of the client's request that belong to the API, such as {@code
   * anthropic-beta} or {@code traceparent}; never with its key. A client that has no use for them
   * leaves them out.
   *
   * @param headers by name; often none
   * @throws BackendException if no answer came
   */
  default BackendReply send(Api api, byte[] body, Map<String, String> headers)
      throws BackendException {
    return send(api, body);
  }

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
