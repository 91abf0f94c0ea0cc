package io.nexus.server.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Covers a backend's key wherever the backend itself repeats it. Each byte of it becomes an
 * asterisk, so that nothing else moves.
 */
public final class KeyMask {

  private final byte[] key;

  /**
   * A mask of a key.
   *
   * @param key empty if the backend has none
   */
  public KeyMask(String key) {
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  /** Covers the key in a part of the bytes, in place. */
  public void cover(byte[] bytes, int from, int to) {
    if (key.length == 0) {
      return;
    }
    for (int i = from; i <= to - key.length; i++) {
      if (bytes[i] == key[0] && isAt(bytes, i)) {
        Arrays.fill(bytes, i, i + key.length, (byte) '*');
      }
    }
  }

  private boolean isAt(byte[] bytes, int at) {
    return Arrays.equals(bytes, at, at + key.length, key, 0, key.length);
  }
}
