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
  private Consumer<ServerResponse> headers = _ -> {};
  private @Nullable OutputStream out;

  ClientStream(ServerResponse response) {
    this.response = response;
  }

  /** Has the answer begin with these headers, if it has not begun yet. */
  void beginWith(Consumer<ServerResponse> routeHeaders) {
    headers = routeHeaders;
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

  /** Begins the answer with a comment, so that nobody between takes the connection for dead. */
  void signOfLife() throws ClientGoneException {
    write(": waiting for budget\n\n");
    flush();
  }

  /** Ends the answer with an event, if the client is still there. */
  void endWith(String event) {
    try {
      write(event);
      flush();
    } catch (ClientGoneException e) {
      return;
    }
    end();
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
