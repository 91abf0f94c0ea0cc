package io.nexus.config;

import java.util.Optional;

/**
 * A name with a value, which may be a secret: a header of a backend, an option of an extension.
 *
 * @param name its name
 * @param text its value in the file; empty if it is a secret
 * @param secret the place of its value if it is a secret
 */
public record NamedValue(String name, String text, Optional<Secret> secret) {

  /** The value, revealed if it is a secret. */
  public String value() {
    return secret.map(Secret::reveal).orElse(text);
  }
}
