package io.nexus.config;

import java.util.Optional;

/**
 * A name with a value, which may be a secret: a header of a backend, an option of an extension.
 *
 * @param name its name
 * @param text its value, as it stands in the file; empty if it is a secret
 * @param secret where its value is kept, if it does not stand in the file
 */
public record NamedValue(String name, String text, Optional<Secret> secret) {

  /** The value itself. */
  public String value() {
    return secret.map(Secret::reveal).orElse(text);
  }
}
