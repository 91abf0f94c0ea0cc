package io.nexus.server.http;

/** The error format of an API. */
@FunctionalInterface
public interface ErrorForm {

  /** OpenAI's envelope. */
  ErrorForm OPENAI = (_, error) -> ErrorJson.write(error);

  /**
   * The body of such an answer, as JSON.
   *
   * @param status the status of the answer, or the one it would have had
   */
  String body(int status, ApiError error);

  /**
   * The body for a request with an id.
   *
   * @param requestId empty if it has none
   */
  default String body(int status, ApiError error, String requestId) {
    return body(status, error);
  }

  /** The API's header for the request's id; empty if it has none. */
  default String idHeader() {
    return "";
  }

  /** The name of the error event in a stream; empty if it has none. */
  default String event() {
    return "";
  }
}
