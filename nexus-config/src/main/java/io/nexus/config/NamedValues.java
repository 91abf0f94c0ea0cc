package io.nexus.config;

import io.helidon.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tables of names with values. A name that ends in {@code _env} or {@code _file} refers to a
 * secret.
 */
final class NamedValues {

  private NamedValues() {}

  /** Reads a table; a missing secret is a mistake. */
  static List<NamedValue> read(TableReader in, String table) {
    var values = new ArrayList<NamedValue>();
    for (var pair : in.texts(table).entrySet()) {
      var value = value(in, Config.Key.unescapeName(pair.getKey()), pair.getValue());
      value
          .secret()
          .filter(secret -> in.needsSecrets() && !secret.isSet())
          .ifPresent(
              secret ->
                  in.problem(
                      table + "." + pair.getKey(),
                      SecretKeys.unset(secret),
                      "provide the secret there"));
      values.add(value);
    }
    return List.copyOf(values);
  }

  /** Reads one of them. */
  static NamedValue value(TableReader in, String key, String value) {
    for (var kind : Secret.Kind.values()) {
      if (key.endsWith(kind.suffix())) {
        var name = key.substring(0, key.length() - kind.suffix().length());
        var secret =
            switch (kind) {
              case ENVIRONMENT -> Secret.inEnvironment(value, in.environment());
              case FILE -> Secret.inFile(Path.of(value));
            };
        return new NamedValue(name, "", Optional.of(secret));
      }
    }
    return new NamedValue(key, value, Optional.empty());
  }

  /** Writes them as a table, with the places of secrets; writes nothing if empty. */
  static void write(TomlWriter out, String table, List<NamedValue> values) {
    if (values.isEmpty()) {
      return;
    }
    Map<String, String> pairs = new TreeMap<>();
    for (var each : values) {
      var secret = each.secret();
      pairs.put(
          each.name() + secret.map(place -> place.kind().suffix()).orElse(""),
          secret.map(Secret::place).orElse(each.text()));
    }
    out.table(table).texts(pairs);
  }
}
