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
 * An API key of a client: one of {@code [[keys]]}, or created at run time.
 *
 * @param name unique among the keys
 * @param credential the key or its digest
 * @param former the replaced credential, accepted for a time
 * @param team the team of the key
 * @param user the user of the key
 * @param tags the tags of every request with the key
 * @param rules what requests with it may do
 * @param allowance its own budget
 * @param limits its own limits other than money
 * @param notes free text for people
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
   * A replaced key that is accepted for a time.
   *
   * @param credential the key or its digest
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

  /** The key or its digest. */
  public sealed interface Credential {

    /**
     * The digest that a client's key must have, for {@link MessageDigest#isEqual}.
     *
     * @return the SHA-256 of the key's UTF-8 bytes in 64 lower-case hexadecimal digits
     * @throws IllegalStateException if the key is kept in a variable that is not set
     * @throws java.io.UncheckedIOException if the key's file cannot be read
     */
    String sha256();

    /** Whether this credential is that secret; false if either is missing. */
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
     * @param key the place of the secret
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
