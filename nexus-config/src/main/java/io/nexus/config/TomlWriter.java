package io.nexus.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a configuration as TOML, in the order of the calls. */
final class TomlWriter {

  private final StringBuilder text = new StringBuilder();

  /** Starts a table. */
  TomlWriter table(String path) {
    return line((text.isEmpty() ? "" : "\n") + "[" + path + "]");
  }

  /** Starts the next table of a list. */
  TomlWriter element(String path) {
    return line((text.isEmpty() ? "" : "\n") + "[[" + path + "]]");
  }

  <T> TomlWriter put(Key<T> key, T value) {
    return line(key.name() + " = " + key.type().toml().apply(value));
  }

  <T> TomlWriter put(Key<T> key, Optional<T> value) {
    value.ifPresent(present -> put(key, present));
    return this;
  }

  /** Writes the place of a secret, never its value. */
  TomlWriter secret(String stem, Secret secret) {
    return line(stem + secret.kind().suffix() + " = " + Toml.text(secret.place()));
  }

  TomlWriter secret(String stem, Optional<Secret> secret) {
    secret.ifPresent(present -> secret(stem, present));
    return this;
  }

  /** Writes a list; an empty one is left out. */
  <T> TomlWriter list(String name, Type<T> type, List<T> values) {
    return values.isEmpty() ? this : line(Toml.key(name) + " = " + array(type, values));
  }

  /** Writes the pairs of a table in the order of their keys. */
  TomlWriter texts(Map<String, String> pairs) {
    new TreeMap<>(pairs).forEach((name, value) -> line(Toml.key(name) + " = " + Toml.text(value)));
    return this;
  }

  /** Writes the pairs of a table in the order of their keys. */
  TomlWriter lists(Map<String, List<String>> pairs) {
    new TreeMap<>(pairs)
        .forEach((name, values) -> line(Toml.key(name) + " = " + array(Types.text(), values)));
    return this;
  }

  private static <T> String array(Type<T> type, List<T> values) {
    return values.stream().map(type.toml()).collect(Collectors.joining(", ", "[", "]"));
  }

  private TomlWriter line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /** The text so far. */
  @Override
  public String toString() {
    return text.toString();
  }
}
