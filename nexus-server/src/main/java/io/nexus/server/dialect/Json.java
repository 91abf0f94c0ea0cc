package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Creates this package's JSON parsers: token by token over bytes, with byte offsets. */
public final class Json {

  /** The deepest nesting of objects and arrays that is read. */
  public static final int MAX_DEPTH = 200;

  private static final JsonFactory STRICT = factory().build();

  /** For answers: tolerates errors of a backend, so that they do not hide the usage. */
  private static final JsonFactory LENIENT =
      factory()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private Json() {}

  // A shared buffer pool: the default one keeps buffers for each thread, and each stream has its
  // own thread.
  private static JsonFactoryBuilder factory() {
    return new JsonFactoryBuilder()
        .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(Integer.MAX_VALUE)
                .maxDocumentLength(-1)
                .build());
  }

  /** A parser of all the bytes. */
  public static JsonParser parser(byte[] bytes) throws IOException {
    return parser(bytes, 0, bytes.length);
  }

  /**
   * A non-blocking parser of UTF-8 that also accepts NaN, Infinity and other deviations from JSON.
   */
  public static JsonParser nonBlocking() throws IOException {
    return LENIENT.createNonBlockingByteArrayParser();
  }

  /** A lenient parser over a range of bytes. */
  public static JsonParser lenient(byte[] bytes, int from, int to) throws IOException {
    return LENIENT.createParser(bytes, from, to - from);
  }

  /** The position after a byte order mark, if there is one. */
  public static int afterMark(byte[] bytes, int from, int to) {
    boolean isMark =
        to - from >= 3
            && bytes[from] == (byte) 0xEF
            && bytes[from + 1] == (byte) 0xBB
            && bytes[from + 2] == (byte) 0xBF;
    return isMark ? from + 3 : from;
  }

  /**
   * Valid UTF-8 of the same length: the bytes themselves, or a copy with a question mark for each
   * invalid byte, so that one does not hide the rest.
   */
  public static byte[] utf8(byte[] bytes) {
    int odd = isAscii(bytes) ? -1 : firstOdd(bytes, 0);
    if (odd < 0) {
      return bytes;
    }
    var mended = bytes.clone();
    for (; odd >= 0; odd = firstOdd(mended, odd)) {
      mended[odd] = '?';
    }
    return mended;
  }

  /** Tests eight bytes at a time: most answers are ASCII. */
  private static boolean isAscii(byte[] bytes) {
    var eights = ByteBuffer.wrap(bytes);
    long all = 0;
    while (eights.remaining() >= Long.BYTES) {
      all |= eights.getLong();
    }
    while (eights.hasRemaining()) {
      all |= eights.get() & 0x80;
    }
    return (all & 0x8080_8080_8080_8080L) == 0;
  }

  private static int firstOdd(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length) {
      int length = bytes[at] >= 0 ? 1 : sequence(bytes, at);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** The length of the character that begins there; 0 if it is invalid. */
  private static int sequence(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /**
   * Reads UTF-8 only. The library takes UTF-16 and UTF-32 as well, but then counts places in
   * characters.
   */
  public static JsonParser parser(byte[] bytes, int from, int to) throws IOException {
    for (int i = from; i < to && i < from + 2; i++) {
      if (bytes[i] == 0 || bytes[i] == (byte) 0xFE || bytes[i] == (byte) 0xFF) {
        throw new IOException("not UTF-8");
      }
    }
    return STRICT.createParser(bytes, from, to - from);
  }

  /** The first byte of the current token. */
  public static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  /** The byte after the current token. */
  public static int end(JsonParser json) throws IOException {
    json.finishToken();
    return (int) json.currentLocation().getByteOffset();
  }

  /** Whether the error is that a valid text is nested too deeply. */
  public static boolean isTooDeep(IOException e) {
    return e instanceof StreamConstraintsException tooMuch
        && tooMuch.getOriginalMessage().contains("nesting depth");
  }

  /** The position of the error, without quoting the text. */
  public static String where(IOException e) {
    return e instanceof JsonProcessingException p && p.getLocation() != null
        ? " (line "
            + p.getLocation().getLineNr()
            + ", column "
            + p.getLocation().getColumnNr()
            + ")"
        : "";
  }
}
