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

  /** The name of the event that says so in a stream; empty if it has none. */
  default String event() {
    return "";
  }
}
