package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A parser that reads one JSON document after the other: making one for each chunk was half of the
 * garbage that streams leave.
 *
 * <p>It is the library's parser without blocking, which takes bytes as they come: here each
 * document at once, so that one that ends too early is wrong.
 */
public final class ReusableJsonParser extends JsonParserDelegate {

  /** A larger document may leave large buffers behind. */
  private static final int LARGE_BYTES = 64 * 1024;

  /** A parser keeps every field's name that it has seen, so it does not live forever. */
  private static final long MOST_BYTES = 16 << 20;

  /** So many documents at most are read at once for long: reading never waits. */
  private static final AtomicReferenceArray<@Nullable ReusableJsonParser> IDLE =
      new AtomicReferenceArray<>(8);

  private final ByteArrayFeeder feeder;
  private long bytesBefore;
  private int bytesNow;

  private ReusableJsonParser(JsonParser json) {
    super(json);
    feeder = (ByteArrayFeeder) json.getNonBlockingInputFeeder();
  }

  /** A parser at the beginning of a document, to be closed by who has read it. */
  public static ReusableJsonParser of(byte[] bytes, int from, int to) throws IOException {
    var parser = idle();
    parser.bytesBefore += parser.bytesNow;
    parser.bytesNow = to - from;
    parser.feeder.feedInput(bytes, from, to);
    return parser;
  }

  private static ReusableJsonParser idle() throws IOException {
    for (int i = 0; i < IDLE.length(); i++) {
      var parser = IDLE.getPlain(i) == null ? null : IDLE.getAndSet(i, null);
      if (parser != null) {
        return parser;
      }
    }
    return new ReusableJsonParser(Json.nonBlocking());
  }

  /** How many bytes of the document have been read, up to the end of the current token. */
  public int bytesRead() {
    return (int) (delegate.currentLocation().getByteOffset() - bytesBefore);
  }

  /**
   * Where in the document the current token begins, or the one that could not be read to its end.
   * It may be told a byte too early.
   */
  public int tokenStart() {
    long start = delegate.currentTokenLocation().getByteOffset() - bytesBefore - 1;
    return Math.clamp(start, 0, bytesNow);
  }

  @Override
  public JsonToken nextToken() throws IOException {
    var token = delegate.nextToken();
    if (token == JsonToken.NOT_AVAILABLE) {
      throw new IOException("the JSON ends too early");
    }
    return token;
  }

  /** Keeps the parser for the next document, if nothing is left of this one. */
  @Override
  public void close() throws IOException {
    if (isAtEnd()) {
      for (int i = 0; i < IDLE.length(); i++) {
        if (IDLE.getPlain(i) == null && IDLE.compareAndSet(i, null, this)) {
          return;
        }
      }
    }
    delegate.close();
  }

  private boolean isAtEnd() {
    return bytesNow <= LARGE_BYTES
        && bytesBefore <= MOST_BYTES
        && currentToken() == JsonToken.END_OBJECT
        && getParsingContext().inRoot()
        && feeder.needMoreInput();
  }
}
