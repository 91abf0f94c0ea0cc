package io.nexus.server.dialect;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ClientWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The output of a stream to a client. The answer begins with the first byte, so until then another
 * backend can be tried.
 *
 * <p>The server's response writes the head with the first bytes, and the end. The rest is framed
 * here in a reused buffer, because the response copies each event three times.
 */
public final class ClientStream {

  private static final Header EVENT_STREAM =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
  private static final Header JSON =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
  private static final Header NO_CACHE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");

  private final ServerResponse response;
  private final ClientWatch client;
  private final HttpChunk chunk = new HttpChunk();
  private Consumer<ServerResponse> headers = _ -> {};
  private @Nullable EventArray array;
  private @Nullable OutputStream out;
  private boolean headSent;

  /** A stream that has not begun. */
  public ClientStream(ServerResponse response, ClientWatch client) {
    this.response = response;
    this.client = client;
  }

  /** Sends the events' data as one JSON array. Must be called before any write. */
  public void asArray() {
    array = new EventArray(chunk::add);
  }

  /** Adds headers, if the answer has not begun yet. */
  public void beginWith(Consumer<ServerResponse> routeHeaders) {
    headers = routeHeaders;
  }

  /** Whether anything has been sent. */
  public boolean hasBegun() {
    return out != null;
  }

  /** Buffers bytes until the next {@link #flush}. */
  public void write(byte[] bytes, int from, int to) {
    if (out == null) {
      out = begin();
    }
    if (array == null) {
      chunk.add(bytes, from, to);
    } else {
      array.write(bytes, from, to);
    }
  }

  /** Buffers all of the bytes. */
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** Buffers the text in UTF-8. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the buffered bytes. */
  public void flush() throws ClientGoneException {
    var stream = out;
    if (stream == null || chunk.isEmpty()) {
      return;
    }
    try {
      if (headSent) {
        client.send(chunk.framed());
      } else {
        headSent = true;
        chunk.writeContentTo(stream);
        stream.flush();
      }
    } catch (IOException | RuntimeException e) {
      throw new ClientGoneException(e);
    }
    chunk.clear();
  }

  /** Sends a comment, so that intermediaries do not take the connection for dead. */
  public void signOfLife() throws ClientGoneException {
    write(": waiting for budget\n\n");
    flush();
  }

  /** Ends the answer with an event, if the client is still there. */
  public void endWith(String event) {
    write(event);
    end();
  }

  /** Ends the answer properly, if the client is still there. */
  public void end() {
    try {
      if (array != null && out != null) {
        array.end();
      }
      flush();
      if (out != null) {
        out.close();
      }
    } catch (ClientGoneException | IOException | RuntimeException e) {
      // The client has left.
    }
  }

  private OutputStream begin() {
    response.status(Status.OK_200);
    response.headers().set(array == null ? EVENT_STREAM : JSON).set(NO_CACHE);
    headers.accept(response);
    return response.outputStream();
  }
}
