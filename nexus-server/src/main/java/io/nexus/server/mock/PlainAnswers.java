package io.nexus.server.mock;

import java.io.IOException;
import java.io.OutputStream;

/** What a {@linkplain Upstream#plain plain} upstream answers to the requests of one connection. */
@FunctionalInterface
public interface PlainAnswers {

  /**
   * Writes the whole answer to a request.
   *
   * @param startLine such as {@code POST /v1/chat/completions HTTP/1.1}
   * @param body valid during the call only
   * @param length how much of it is the request's
   * @throws IOException if the client has gone
   */
  void answer(String startLine, byte[] body, int length, OutputStream out) throws IOException;
}
