package io.nexus.server.dialect.openai.audio;

/**
 * The duration of audio as its container states it: WAV, MP3, Ogg with Opus, FLAC, MP4 and WebM.
 * For other files, and those that do not state it, it is the duration of their bytes at the lowest
 * rate in use for speech.
 */
final class AudioLength {

  /** 6 kbit/s is the lowest rate of Opus. */
  private static final long LEAST_BYTES_A_SECOND = 750;

  private AudioLength() {}

  /** The longest possible duration, in milliseconds. */
  static long mostMillis(byte[] bytes, int from, int to) {
    long known = knownMillis(bytes, from, to);
    return known > 0 ? known : Math.ceilDiv((to - from) * 1000L, LEAST_BYTES_A_SECOND);
  }

  /** The duration stated by the container, in milliseconds, rounded up; 0 if unknown. */
  static long knownMillis(byte[] bytes, int from, int to) {
    var at = new AudioBytes(bytes, from, to);
    if (at.is(0, "RIFF") && at.is(8, "WAVE")) {
      return wav(at);
    }
    if (at.is(0, "fLaC")) {
      return flac(at);
    }
    if (at.is(0, "OggS")) {
      return OggOpus.millis(at);
    }
    if (at.is(4, "ftyp")) {
      return mp4(at);
    }
    if (at.u32(0) == 0x1A45DFA3L) {
      return WebmLength.millis(at);
    }
    return Mp3Length.millis(at);
  }

  /**
   * The duration of plain samples. All bytes after the head of the data count, whatever length it
   * states.
   */
  private static long wav(AudioBytes at) {
    long bytesASecond = 0;
    for (long chunk = 12; chunk + 8 <= at.length(); ) {
      long size = at.u32Little(chunk + 4);
      if (at.is(chunk, "fmt ")) {
        long format = at.u16Little(chunk + 8);
        boolean isPlain = format == 1 || format == 3 || format == 0xFFFE;
        long bits = at.u16Little(chunk + 22);
        long frame = at.u16Little(chunk + 10) * Math.ceilDiv(bits, 8);
        bytesASecond = isPlain ? at.u32Little(chunk + 12) * frame : 0;
      } else if (at.is(chunk, "data")) {
        return bytesASecond == 0 ? 0 : Math.ceilDiv((at.length() - chunk - 8) * 1000, bytesASecond);
      }
      chunk += 8 + size + (size & 1);
    }
    return 0;
  }

  private static long flac(AudioBytes at) {
    long word = at.u32(18) << 32 | at.u32(22);
    long rate = word >>> 44;
    long samples = word & 0xF_FFFF_FFFFL;
    return rate == 0 || samples == 0 ? 0 : Math.ceilDiv(samples * 1000, rate);
  }

  /** The longest of the durations of the file and its tracks. */
  private static long mp4(AudioBytes at) {
    return mp4(at, 0, at.length(), 0);
  }

  private static long mp4(AudioBytes at, long from, long to, int depth) {
    long most = 0;
    for (long box = from; box + 8 <= to && depth < 8; ) {
      long size = at.u32(box);
      long head = 8;
      if (size == 1) {
        size = at.u64(box + 8);
        head = 16;
      } else if (size == 0) {
        size = to - box;
      }
      if (size < head || size > to - box) {
        break;
      }
      if (at.is(box + 4, "moov") || at.is(box + 4, "trak") || at.is(box + 4, "mdia")) {
        most = Math.max(most, mp4(at, box + head, box + size, depth + 1));
      } else if (at.is(box + 4, "mvhd") || at.is(box + 4, "mdhd")) {
        boolean isLong = at.u8(box + head) == 1;
        long place = box + head + (isLong ? 20 : 12);
        long scale = at.u32(place);
        long duration = isLong ? at.u64(place + 4) : at.u32(place + 4);
        boolean isKnown = scale > 0 && duration > 0 && duration < 1L << 40;
        most = Math.max(most, isKnown ? Math.ceilDiv(duration * 1000, scale) : 0);
      }
      box += size;
    }
    return most;
  }
}
