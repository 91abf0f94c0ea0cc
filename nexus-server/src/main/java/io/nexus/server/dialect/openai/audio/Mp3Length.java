package io.nexus.server.dialect.openai.audio;

/**
 * The duration of MPEG audio, layer III: the sum of its frames. Each frame gives the position of
 * the next.
 */
final class Mp3Length {

  private static final int[] RATES = {44_100, 48_000, 32_000};
  private static final int[] KBITS_1 = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] KBITS_2 = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };

  /** The lowest rate of a frame, 8 kbit/s; bytes outside frames last at most as long. */
  private static final long STRAY_BYTES_A_SECOND = 1000;

  private Mp3Length() {}

  /** The duration in milliseconds, rounded up; 0 if there is no frame near the beginning. */
  static long millis(AudioBytes at) {
    long pos = afterTag(at);
    long micros = 0;
    long stray = 0;
    boolean any = false;
    while (pos + 4 <= at.length()) {
      long head = at.u32(pos);
      int version = (int) (head >> 19 & 3);
      int bits = (int) (head >> 12 & 15);
      int rateAt = (int) (head >> 10 & 3);
      boolean isFrame =
          head >>> 21 == 0x7FF
              && version != 1
              && (head >> 17 & 3) == 1
              && bits > 0
              && bits < 15
              && rateAt < 3;
      if (!isFrame) {
        pos++;
        stray++;
        if (!any && stray > 4096) {
          return 0;
        }
        continue;
      }
      any = true;
      boolean isFirst = version == 3;
      int rate = RATES[rateAt] >> (isFirst ? 0 : version == 2 ? 1 : 2);
      int samples = isFirst ? 1152 : 576;
      int kbits = isFirst ? KBITS_1[bits] : KBITS_2[bits];
      micros += Math.ceilDiv(samples * 1_000_000L, rate);
      pos += samples / 8L * kbits * 1000 / rate + (head >> 9 & 1);
    }
    return any ? Math.ceilDiv(micros, 1000) + stray * 1000 / STRAY_BYTES_A_SECOND : 0;
  }

  private static long afterTag(AudioBytes at) {
    if (!at.is(0, "ID3")) {
      return 0;
    }
    long size = (long) at.u8(6) << 21 | at.u8(7) << 14 | at.u8(8) << 7 | at.u8(9);
    return 10 + size;
  }
}
