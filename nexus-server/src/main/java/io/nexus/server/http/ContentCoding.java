package io.nexus.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The compression of a request's body. */
enum ContentCoding {
  /** Uncompressed. */
  NONE,
  /** Gzip. */
  GZIP,
  /** What HTTP calls deflate: zlib, or, as some send it, without zlib's head. */
  DEFLATE,
  /** Anything else. */
  UNKNOWN;

  private static final int BUFFER_BYTES = 8192;

  /** The coding named in the headers. */
  static ContentCoding of(ServerRequestHeaders headers) {
    if (!headers.contains(HeaderNames.CONTENT_ENCODING)) {
      return NONE;
    }
    var coding = headers.get(HeaderNames.CONTENT_ENCODING).values().strip();
    return switch (coding.toLowerCase(Locale.ROOT)) {
      case "", "identity" -> NONE;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> UNKNOWN;
    };
  }

  /**
   * The uncompressed body.
   *
   * @throws IOException if it does not have this coding
   */
  InputStream unpacked(InputStream packed) throws IOException {
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GZIPInputStream(packed, BUFFER_BYTES);
      case DEFLATE -> inflated(packed);
      case UNKNOWN -> throw new IOException("its coding is not known");
    };
  }

  /** Detects zlib's header: by RFC 1950 a multiple of 31, with method 8. */
  private static InputStream inflated(InputStream packed) throws IOException {
    var buffered = new BufferedInputStream(packed, BUFFER_BYTES);
    buffered.mark(2);
    int first = buffered.read();
    int second = buffered.read();
    buffered.reset();
    boolean hasHead = (first & 0x0F) == 8 && ((first << 8) + second) % 31 == 0;
    return new InflaterInputStream(buffered, new Inflater(!hasHead), BUFFER_BYTES);
  }
}
