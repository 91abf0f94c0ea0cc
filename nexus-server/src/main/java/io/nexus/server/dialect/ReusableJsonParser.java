package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A reusable JSON parser: a new one for each chunk caused half of the garbage of streams.
 *
 * <p>It uses the library's non-blocking parser and feeds each document at once, so that an
 * incomplete one is an error.
 */
public final class ReusableJsonParser extends JsonParserDelegate {

  /** Parsers are not reused after larger documents, which leave large buffers. */
  private static final int LARGE_BYTES = 64 * 1024;

  /** A parser keeps all field names that it has seen, so its lifetime is bounded. */
  private static final long MOST_BYTES = 16 << 20;

  /** The pool; parsing never blocks, so few parsers are in use at once. */
  private static final AtomicReferenceArray<@Nullable ReusableJsonParser> IDLE =
      new AtomicReferenceArray<>(8);

  private final ByteArrayFeeder feeder;
  private long bytesBefore;
  private int bytesNow;

  private ReusableJsonParser(JsonParser json) {
    super(json);
    feeder = (ByteArrayFeeder) json.getNonBlockingInputFeeder();
  }

  /** A parser at the beginning of a document, which the caller closes. */
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

  /** The bytes of the document read so far, up to the end of the current token. */
  public int bytesRead() {
    return (int) (delegate.currentLocation().getByteOffset() - bytesBefore);
  }

  /** The position of the current or incomplete token in the document; may be one byte too low. */
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

  /**
   * As the library's, except of field names: for each of them its non-blocking parser (2.21)
   * returns the characters of the first name that it was asked for in its life.
   */
  @Override
  public char[] getTextCharacters() throws IOException {
    return currentToken() == JsonToken.FIELD_NAME
        ? currentName().toCharArray()
        : delegate.getTextCharacters();
  }

  /** Returns the parser to the pool, if this document is completely read. */
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
