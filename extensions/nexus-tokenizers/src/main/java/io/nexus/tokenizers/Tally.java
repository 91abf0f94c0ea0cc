package io.nexus.tokenizers;

/**
 * Tokens counted so far over several texts, and the work that may still be spent on counting. For
 * one thread.
 */
final class Tally {
  /** What a byte of a long piece weighs: such pieces are counted exactly up to a fourth. */
  static final int LONG_PIECE_FACTOR = 4;

  /** Text whose length is not counted is taken to have one token for this number of bytes. */
  private static final int BYTES_PER_TOKEN = 4;

  /** A sample of fewer bytes says too little about the rest. */
  private static final int SAMPLE_BYTES = 1024;

  final PieceMerger merger;
  long tokens;
  private long workLeft;
  private long countedBytes;
  private long uncountedBytes;

  Tally(PieceMerger merger, long work) {
    this.merger = merger;
    this.workLeft = work;
  }

  long workLeft() {
    return workLeft;
  }

  /** The work of a piece of {@code bytes}. */
  static long work(int bytes) {
    return bytes <= PieceMerger.SHORT ? bytes : (long) LONG_PIECE_FACTOR * bytes;
  }

  /** Adds tokens, and sets the work that may still be spent. */
  void counted(long more, long left) {
    tokens += more;
    workLeft = left;
  }

  void add(long counted, long uncounted) {
    countedBytes += counted;
    uncountedBytes += uncounted;
  }

  /** Whether every byte was counted. */
  boolean isComplete() {
    return uncountedBytes == 0;
  }

  /** UTF-8 bytes of all texts, which no byte-level vocabulary exceeds in tokens. */
  long bytes() {
    return countedBytes + uncountedBytes;
  }

  /** The tokens counted, and for what was not counted as many a byte as in what was. */
  long expectedTokens() {
    if (uncountedBytes == 0) {
      return tokens;
    }
    long rest =
        countedBytes < SAMPLE_BYTES
            ? uncountedBytes / BYTES_PER_TOKEN
            : uncountedBytes / countedBytes * tokens
                + Math.ceilDiv(uncountedBytes % countedBytes * tokens, countedBytes);
    return tokens + Math.min(rest, uncountedBytes);
  }

  /** The tokens counted, and a token for each byte not counted. */
  long mostTokens() {
    return tokens + uncountedBytes;
  }
}
