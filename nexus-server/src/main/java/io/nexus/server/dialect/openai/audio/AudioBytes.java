package io.nexus.server.dialect.openai.audio;

/**
 * The bytes of a file within an array; bytes after its end read as zeros.
 *
 * @param bytes the array
 * @param from the first byte of the file
 * @param to the byte after its last
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
record AudioBytes(byte[] bytes, int from, int to) {

  long length() {
    return (long) to - from;
  }

  int u8(long at) {
    return at < 0 || at >= length() ? 0 : bytes[from + (int) at] & 0xFF;
  }

  boolean is(long at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (u8(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  long u32(long at) {
    return (long) u8(at) << 24 | u8(at + 1) << 16 | u8(at + 2) << 8 | u8(at + 3);
  }

  long u64(long at) {
    return u32(at) << 32 | u32(at + 4);
  }

  long u16Little(long at) {
    return (long) u8(at + 1) << 8 | u8(at);
  }

  long u32Little(long at) {
    return u16Little(at + 2) << 16 | u16Little(at);
  }
}
