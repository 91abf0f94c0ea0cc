package io.nexus.config;

import java.util.OptionalInt;

/**
 * One mistake in the configuration. It never contains a secret's value.
 *
 * @param file the file or the environment variable with the mistake
 * @param line the line, counted from 1; empty if not known
 * @param key the path of the key, such as {@code backends[0].url}; empty for the whole file
 * @param wrong what is wrong
 * @param allowed what to write instead
 */
public record ConfigProblem(
    String file, OptionalInt line, String key, String wrong, String allowed) {

  /**
   * All of it on one line: {@code nexus.toml:12: budget.monthly_limit: what is wrong: what to do}.
   */
  @Override
  public String toString() {
    var text = new StringBuilder(file);
    line.ifPresent(n -> text.append(':').append(n));
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    return text.append(wrong).append(": ").append(allowed).toString();
  }
}
