package io.nexus.bench.load;

import java.nio.charset.StandardCharsets;

/**
 * A request's parameters for the mock upstream, found in its body by search, without parsing JSON.
 *
 * @param stream whether to stream
 * @param includeUsage whether a stream ends with a usage chunk
 * @param chunks events in a stream
 * @param gapNanos time between two events
 * @param latencyNanos time before the answer begins
 */
record MockRequest(
    boolean stream, boolean includeUsage, int chunks, long gapNanos, long latencyNanos) {
  static final String CHUNKS = "bench_chunks";
  static final String GAP_MICROS = "bench_gap_micros";
  static final String LATENCY_MICROS = "bench_latency_micros";

  private static final int DEFAULT_CHUNKS = 16;
  private static final int MAX_CHUNKS = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final byte[] STREAM = key("stream");
  private static final byte[] INCLUDE_USAGE = key("include_usage");
  private static final byte[] BENCH = "\"bench_".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKS_KEY = key(CHUNKS);
  private static final byte[] GAP_KEY = key(GAP_MICROS);
  private static final byte[] LATENCY_KEY = key(LATENCY_MICROS);

  /** Reads the first {@code length} bytes of the body. */
  static MockRequest of(byte[] body, int length) {
    boolean steered = ByteText.indexOf(body, 0, length, BENCH) >= 0;
    long latency = steered ? number(body, length, LATENCY_KEY, 0) * NANOS_PER_MICRO : 0;
    if (!isTrue(body, length, STREAM)) {
      return new MockRequest(false, false, 0, 0, latency);
    }
    long chunks = steered ? number(body, length, CHUNKS_KEY, DEFAULT_CHUNKS) : DEFAULT_CHUNKS;
    long gap = steered ? number(body, length, GAP_KEY, 0) * NANOS_PER_MICRO : 0;
    return new MockRequest(
        true,
        isTrue(body, length, INCLUDE_USAGE),
        (int) Math.min(chunks, MAX_CHUNKS),
        gap,
        latency);
  }

  private static boolean isTrue(byte[] body, int length, byte[] key) {
    int value = valueOf(body, length, key);
    return value >= 0 && body[value] == 't';
  }

  private static long number(byte[] body, int length, byte[] key, long otherwise) {
    int value = valueOf(body, length, key);
    return value < 0 ? otherwise : ByteText.number(body, value, length);
  }

  /** Where the key's value begins, or -1. */
  private static int valueOf(byte[] body, int length, byte[] key) {
    int at = ByteText.indexOf(body, 0, length, key);
    if (at < 0) {
      return -1;
    }
    at += key.length;
    while (at < length && (body[at] == ' ' || body[at] == ':')) {
      at++;
    }
    return at < length ? at : -1;
  }

  private static byte[] key(String name) {
    return ('"' + name + '"').getBytes(StandardCharsets.US_ASCII);
  }
}
