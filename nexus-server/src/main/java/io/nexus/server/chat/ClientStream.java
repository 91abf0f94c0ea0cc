package io.nexus.server.chat;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to a client that takes a stream. The answer begins with the first byte, so that until
 * then another backend can still be tried.
 */
final class ClientStream {

  private final ServerResponse response;
  private final Consumer<ServerResponse> headers;
  private @Nullable OutputStream out;

  ClientStream(ServerResponse response, Consumer<ServerResponse> headers) {
    this.response = response;
    this.headers = headers;
  }

  boolean hasBegun() {
    return out != null;
  }

  void write(byte[] bytes, int from, int to) throws ClientGoneException {
    try {
      begun().write(bytes, from, to - from);
    } catch (IOException | RuntimeException e) {
      throw new ClientGoneException(e);
    }
  }

  void write(String text) throws ClientGoneException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  void flush() throws ClientGoneException {
    try {
      if (out != null) {
        out.flush();
      }
    } catch (IOException | RuntimeException e) {
      throw new ClientGoneException(e);
    }
  }

  /** Ends the answer properly, if the client is still there. */
  void end() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException | RuntimeException e) {
      // Nobody is left to be told.
    }
  }

  private OutputStream begun() {
    var stream = out;
    if (stream == null) {
      response.status(Status.OK_200);
      response.headers().set(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
      response.headers().set(HeaderNames.CACHE_CONTROL, "no-cache");
      headers.accept(response);
      stream = response.outputStream();
      out = stream;
    }
    return stream;
  }
}
