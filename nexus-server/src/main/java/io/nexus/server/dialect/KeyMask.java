package io.nexus.server.dialect;

import io.nexus.server.http.PlainHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Masks a backend's key where the backend repeats it. Each byte becomes an asterisk, so that
 * lengths stay. Very short keys, such as dummy keys for local servers, are not masked, because they
 * occur in other text.
 */
public final class KeyMask {

  private static final int LEAST_BYTES = 8;
  private static final byte[] NONE = {};

  private final byte[] key;
  private final @Nullable KeyMask next;

  /**
   * A mask of a key.
   *
   * @param key empty if the backend has none
   */
  public KeyMask(String key) {
    this(key, null);
  }

  private KeyMask(String key, @Nullable KeyMask next) {
    this.next = next;
    var bytes = key.getBytes(StandardCharsets.UTF_8);
    this.key = bytes.length < LEAST_BYTES ? NONE : bytes;
  }

  /** A mask of several secrets. */
  public static KeyMask of(List<String> secrets) {
    KeyMask mask = null;
    for (var secret : secrets) {
      mask = new KeyMask(secret, mask);
    }
    return mask == null ? new KeyMask("") : mask;
  }

  /** The text with the key masked. */
  public String covered(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    cover(bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Masks the key in a range of bytes, in place. */
  public void cover(byte[] bytes, int from, int to) {
    if (next != null) {
      next.cover(bytes, from, to);
    }
    if (key.length == 0) {
      return;
    }
    for (int i = from; i <= to - key.length; i++) {
      if (bytes[i] == key[0] && isAt(bytes, i)) {
        Arrays.fill(bytes, i, i + key.length, (byte) '*');
      }
    }
  }

  /**
   * A backend's header value to pass on: the key is masked, and characters not allowed in headers
   * are removed, since the server refuses to send them.
   */
  public String header(String value) {
    var clean = covering(PlainHeader.isPlain(value) ? value : plain(value));
    return next == null ? clean : next.header(clean);
  }

  private String covering(String clean) {
    for (int i = 0; i <= clean.length() - key.length && key.length > 0; i++) {
      int end = endOfKey(clean, i);
      if (end > 0) {
        return clean.substring(0, i) + "*".repeat(key.length) + covering(clean.substring(end));
      }
    }
    return clean;
  }

  /**
   * The end of a key that begins there; -1 if none. Invalid bytes within it may have become spaces,
   * as HTTP allows.
   */
  private int endOfKey(String value, int from) {
    int same = 0;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == key[same]) {
        same++;
        if (same == key.length) {
          return i + 1;
        }
      } else if (same == 0 || c != ' ') {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7F;
  }

  /** Removes control characters, which may be within the key. */
  private static String plain(String value) {
    var plain = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isPlain(c)) {
        plain.append(c);
      } else if (c > 0x7F) {
        plain.append('?');
      }
    }
    return plain.toString();
  }

  private boolean isAt(byte[] bytes, int at) {
    return Arrays.equals(bytes, at, at + key.length, key, 0, key.length);
  }
}
