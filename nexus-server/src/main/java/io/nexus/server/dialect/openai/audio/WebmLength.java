package io.nexus.server.dialect.openai.audio;

/**
 * The duration of WebM: as stated in its head, or the start of its last block plus a second, since
 * browsers record it without a duration.
 */
final class WebmLength {

  private static final long SEGMENT = 0x18538067L;
  private static final long INFO = 0x1549A966L;
  private static final long SCALE = 0x2AD7B1;
  private static final long DURATION = 0x4489;
  private static final long CLUSTER = 0x1F43B675L;
  private static final long TIMECODE = 0xE7;
  private static final long SIMPLE_BLOCK = 0xA3;
  private static final long BLOCK_GROUP = 0xA0;
  private static final long BLOCK = 0xA1;

  /** Longer than any block of audio. */
  private static final long LAST_MILLIS = 1000;

  private WebmLength() {}

  /** The duration in milliseconds, rounded up; 0 if unknown. */
  static long millis(AudioBytes at) {
    long scale = 1_000_000;
    long cluster = 0;
    long last = -1;
    double duration = 0;
    for (long pos = 0; pos < at.length(); ) {
      int idLength = Integer.numberOfLeadingZeros(at.u8(pos)) - 23;
      int sizeLength = Integer.numberOfLeadingZeros(at.u8(pos + idLength)) - 23;
      if (idLength > 4 || sizeLength > 8) {
        break;
      }
      long id = number(at, pos, idLength);
      long size = number(at, pos + idLength, sizeLength) & ((1L << (7 * sizeLength)) - 1);
      pos += idLength + sizeLength;
      if (id == SEGMENT || id == INFO || id == CLUSTER || id == BLOCK_GROUP) {
        continue;
      }
      if (id == SCALE) {
        scale = number(at, pos, (int) Math.min(size, 8));
      } else if (id == DURATION) {
        duration =
            size == 4
                ? Float.intBitsToFloat((int) at.u32(pos))
                : Double.longBitsToDouble(at.u64(pos));
      } else if (id == TIMECODE) {
        cluster = number(at, pos, (int) Math.min(size, 8));
      } else if (id == SIMPLE_BLOCK || id == BLOCK) {
        int track = Integer.numberOfLeadingZeros(at.u8(pos)) - 23;
        last = Math.max(last, cluster + (short) number(at, pos + track, 2));
      }
      if (size > at.length() - pos) {
        break;
      }
      pos += size;
    }
    double millisATick = scale / 1e6;
    double said = duration > 0 ? duration * millisATick : 0;
    double seen = last < 0 ? 0 : last * millisATick + LAST_MILLIS;
    double most = duration > 0 && last * millisATick <= said ? said : seen;
    return most > 0 && most < 1e12 ? (long) Math.ceil(most) : 0;
  }

  private static long number(AudioBytes at, long from, int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number = number << 8 | at.u8(from + i);
    }
    return number;
  }
}
