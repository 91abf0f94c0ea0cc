package io.nexus.config;

import java.util.List;
import java.util.Optional;

/**
 * One of {@code [[keys]]}: an API key of a client.
 *
 * @param name unique among the keys
 * @param credential what the client's key is compared with
 * @param team that the key belongs to
 * @param user that the key belongs to
 * @param tags that every request with the key has
 */
public record KeyConfig(
    String name,
    Credential credential,
    Optional<String> team,
    Optional<String> user,
    List<String> tags) {

  /** What a client's key is compared with. */
  public sealed interface Credential {

    /**
     * The key itself.
     *
     * @param key where it is kept
     */
    record Plain(Secret key) implements Credential {}

    /**
     * The key's digest.
     *
     * @param hex the SHA-256 of the key's UTF-8 bytes in 64 lower-case hexadecimal digits
     */
    record Sha256(String hex) implements Credential {}
  }

  /** Copies the list. */
  public KeyConfig {
    tags = List.copyOf(tags);
  }
}
