package io.nexus.server.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of the Standard Webhooks scheme, version 1: HMAC-SHA256 over the id, the timestamp
 * and the body, joined by dots (https://www.standardwebhooks.com).
 */
public final class Signature {

  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /**
   * Decodes the key of a secret.
   *
   * @param secret {@code whsec_} and the key in Base64
   * @throws IllegalArgumentException if it has another form; the message does not quote it
   */
  public static byte[] key(String secret) {
    try {
      var key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      if (secret.startsWith(PREFIX) && key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      // Reported below: the decoder's message quotes the secret.
    }
    throw new IllegalArgumentException("a signing secret is whsec_ and a key in Base64");
  }

  /**
   * The value of the header {@code webhook-signature}.
   *
   * @param timestamp seconds of the epoch
   */
  public static String of(byte[] key, String id, long timestamp, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
