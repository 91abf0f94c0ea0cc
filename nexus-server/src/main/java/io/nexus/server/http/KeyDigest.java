package io.nexus.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 digest of an API key: all that the gateway keeps of one.
 *
 * <p>Comparison takes constant time, so that response times reveal nothing about existing keys.
 */
public final class KeyDigest {

  private static final int FINGERPRINT_BYTES = 4;

  private final byte[] sha256;

  private KeyDigest(byte[] sha256) {
    this.sha256 = sha256;
  }

  /** The digest of a key's UTF-8 bytes. */
  public static KeyDigest of(String key) {
    try {
      return new KeyDigest(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * A digest from a configuration.
   *
   * @param sha256 64 hexadecimal digits
   * @throws IllegalArgumentException if it is anything else
   */
  public static KeyDigest ofSha256(String sha256) {
    if (sha256.length() != 64) {
      throw new IllegalArgumentException("a SHA-256 digest has 64 hexadecimal digits");
    }
    return new KeyDigest(HexFormat.of().parseHex(sha256));
  }

  /** The digest in 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(sha256);
  }

  /** Identifies keys in logs and lists: the first eight hexadecimal digits. */
  public String fingerprint() {
    return HexFormat.of().formatHex(sha256, 0, FINGERPRINT_BYTES);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyDigest that && MessageDigest.isEqual(sha256, that.sha256);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(sha256).getInt();
  }

  /** The fingerprint only. */
  @Override
  public String toString() {
    return fingerprint();
  }
}
