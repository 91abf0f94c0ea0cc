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
 * The way to a client that takes a stream. The answer begins with the first byte, so that until
 * then another backend can still be tried.
 *
 * <p>The server's response writes the head and what comes with it, and the end. What is between is
 * framed here, in a buffer that is used again: the response makes three copies of each event.
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

  /** Has the client get one JSON array of what the events say. Before anything is written. */
  public void asArray() {
    array = new EventArray(chunk::add);
  }

  /** Has the answer begin with these headers, if it has not begun yet. */
  public void beginWith(Consumer<ServerResponse> routeHeaders) {
    headers = routeHeaders;
  }

  /** Whether the client has been told anything. */
  public boolean hasBegun() {
    return out != null;
  }

  /** Takes bytes that go out with the next {@link #flush}. */
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

  /** Takes all of the bytes. */
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** Takes the text in UTF-8. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends what was taken. */
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

  /** Begins the answer with a comment, so that nobody between takes the connection for dead. */
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
      // Nobody is left to be told.
    }
  }

  private OutputStream begin() {
    response.status(Status.OK_200);
    response.headers().set(array == null ? EVENT_STREAM : JSON).set(NO_CACHE);
    headers.accept(response);
    return response.outputStream();
  }
}
