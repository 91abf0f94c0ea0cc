package io.nexus.server.http;

/** How an API says that a request failed. */
@FunctionalInterface
public interface ErrorForm {

  /** OpenAI's envelope. */
  ErrorForm OPENAI = (_, error) -> ErrorJson.write(error);

  /**
   * The body of such an answer, as JSON.
   *
   * @param status of the answer, or what it would have been
   */
  String body(int status, ApiError error);

  /**
   * The same for a request that the client knows by an id.
   *
   * @param requestId empty if it has none
   */
  default String body(int status, ApiError error, String requestId) {
    return body(status, error);
  }

  /** The header in which its clients look for the request's id; empty if in none of their own. */
  default String idHeader() {
    return "";
  }

  /** The name of the event that says so in a stream; empty if it has none. */
  default String event() {
    return "";
  }
}
