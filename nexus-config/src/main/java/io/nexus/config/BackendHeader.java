package io.nexus.config;

import java.util.Optional;

/**
 * A header that every request to a backend carries.
 *
 * @param name its name
 * @param text its value, as it stands in the file; empty if it is a secret
 * @param secret where its value is kept, if it does not stand in the file
 */
public record BackendHeader(String name, String text, Optional<Secret> secret) {

  /** What is sent. */
  public String value() {
    return secret.map(Secret::reveal).orElse(text);
  }
}
