package io.nexus.server.dialect.openai.audio;

/**
 * The duration of Ogg with Opus: the sum of its packets, whose first bytes give their durations.
 * Other audio in Ogg does not give them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6716#section-3.1">RFC 6716, 3.1</a>
 */
final class OggOpus {

  private OggOpus() {}

  /** The duration in milliseconds, rounded up; 0 if unknown. */
  static long millis(AudioBytes at) {
    long micros = 0;
    boolean isOpus = false;
    boolean begins = true;
    for (long page = 0; page + 27 <= at.length() && at.is(page, "OggS"); ) {
      int segments = at.u8(page + 26);
      long data = page + 27 + segments;
      if (begins && at.is(data, "OpusHead")) {
        isOpus = true;
      }
      for (int i = 0; i < segments; i++) {
        int size = at.u8(page + 27 + i);
        if (begins && size > 0 && !at.is(data, "OpusHead") && !at.is(data, "OpusTags")) {
          micros += micros(at.u8(data), size > 1 ? at.u8(data + 1) : 0);
        }
        begins = size < 255;
        data += size;
      }
      page = data;
    }
    return isOpus ? Math.ceilDiv(micros, 1000) : 0;
  }

  private static long micros(int head, int second) {
    int config = head >> 3;
    long frame;
    if (config < 12) {
      frame = config % 4 == 3 ? 60_000 : 10_000L << config % 4;
    } else if (config < 16) {
      frame = 10_000L << config % 2;
    } else {
      frame = 2_500L << config % 4;
    }
    return switch (head & 3) {
      case 0 -> frame;
      case 1, 2 -> 2 * frame;
      default -> frame * (second & 63);
    };
  }
}
