package io.nexus.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One of {@code [[keys]]}, or a key that was made while gateways run: an API key of a client.
 *
 * @param name unique among the keys
 * @param credential what the client's key is compared with
 * @param former what it was compared with until it was changed, for a time
 * @param team that the key belongs to
 * @param user that the key belongs to
 * @param tags that every request with the key has
 * @param rules what requests with it may do
 * @param allowance the budget of its own
 * @param limits what it may do in a while, beside money
 * @param notes whatever people should know of it
 */
public record KeyConfig(
    String name,
    Credential credential,
    Optional<Former> former,
    Optional<String> team,
    Optional<String> user,
    List<String> tags,
    KeyRules rules,
    Optional<Allowance> allowance,
    Optional<LimitConfig.Own> limits,
    Optional<String> notes) {

  /**
   * A key that has been replaced and is taken for a time.
   *
   * @param credential what it is compared with
   * @param until the first instant at which it is refused
   */
  public record Former(Credential credential, Instant until) {}

  /**
   * A budget in one line.
   *
   * @param limit the most that a cycle may cost
   * @param window how long a cycle is
   */
  public record Allowance(Money limit, Window window) {}

  /** What a client's key is compared with. */
  public sealed interface Credential {

    /**
     * The digest that a client's key must have, for {@link MessageDigest#isEqual}.
     *
     * @return the SHA-256 of the key's UTF-8 bytes in 64 lower-case hexadecimal digits
     * @throws IllegalStateException if the key is kept in a variable that is not set
     * @throws java.io.UncheckedIOException if the key's file cannot be read
     */
    String sha256();

    /** Whether a client's key may be this secret; not so where either is not there. */
    default boolean isOf(Secret secret) {
      boolean there =
          switch (this) {
            case Plain(var key) -> key.isSet();
            case Digest(var digest) -> !digest.isEmpty();
          };
      return there && sha256().equals(new Plain(secret).sha256());
    }

    /**
     * The key itself.
     *
     * @param key where it is kept
     */
    record Plain(Secret key) implements Credential {
      @Override
      public String sha256() {
        try {
          var digest = MessageDigest.getInstance("SHA-256");
          return HexFormat.of().formatHex(digest.digest(key.reveal().getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException("every Java platform has SHA-256", e);
        }
      }
    }

    /**
     * The key's digest.
     *
     * @param sha256 of the key's UTF-8 bytes in 64 lower-case hexadecimal digits
     */
    record Digest(String sha256) implements Credential {}
  }

  /** Copies the list. */
  public KeyConfig {
    tags = List.copyOf(tags);
  }
}
