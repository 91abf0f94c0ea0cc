package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;

/** The way this package reads JSON: by tokens, over bytes, with places counted in bytes. */
public final class Json {

  // Buffers that all threads share: the usual pool keeps some with each thread, and each stream has
  // one of its own.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(200)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxDocumentLength(-1)
                  .build())
          .build();

  private Json() {}

  public static JsonParser parser(byte[] bytes) throws IOException {
    return parser(bytes, 0, bytes.length);
  }

  /** A parser that takes UTF-8 as it comes. */
  public static JsonParser nonBlocking() throws IOException {
    return FACTORY.createNonBlockingByteArrayParser();
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
    return FACTORY.createParser(bytes, from, to - from);
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

  /** Where the text is wrong, without a word of it. */
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
