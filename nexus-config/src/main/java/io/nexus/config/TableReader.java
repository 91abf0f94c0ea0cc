package io.nexus.config;

import io.helidon.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads one table. Reading a key makes it known; keys that were never read are reported as unknown.
 * A mistake is recorded and replaced by a placeholder, so that reading continues and finds the
 * next.
 */
final class TableReader {

  /** Tables that are easily confused, with the other's spelling. */
  private static final Map<String, String> MISTAKABLE =
      Map.of(
          "budget", ", or [[budgets]] for those beside the global one",
          "budgets", ", or [budget] for the global one");

  private record Found(Config node, UnaryOperator<String> value) {
    boolean exists() {
      return node.exists();
    }
  }

  private final Config node;
  private final String kind;
  private final Reading reading;
  private final Set<String> known = new HashSet<>();

  /**
   * @param node the table, which need not exist
   * @param kind its path without list positions; empty for the whole file
   */
  TableReader(Config node, String kind, Reading reading) {
    this.node = node;
    this.kind = kind;
    this.reading = reading;
  }

  /** The value of a key, or its default. */
  <T> T get(Key<T> key) {
    return get(key, key.fallback());
  }

  /** The value of a key, or another default. */
  <T> T get(Key<T> key, T fallback) {
    return optional(key).orElse(fallback);
  }

  /** The value of a key that may be left out. */
  <T> Optional<T> optional(Key<T> key) {
    var found = find(key.name());
    return found.exists() ? Optional.of(single(found, key.name(), key.type())) : Optional.empty();
  }

  /** The value of a key that may not be left out. */
  <T> T required(Key<T> key) {
    return optional(key)
        .orElseGet(
            () -> {
              problem(key.name(), "is missing", key.type().allowed());
              return key.type().placeholder();
            });
  }

  /** The values of a list; none if it is left out. */
  <T> List<T> list(String name, Type<T> type) {
    return list(find(name), name, type);
  }

  private <T> List<T> list(Found found, String name, Type<T> type) {
    if (!found.exists()) {
      return List.of();
    }
    if (!found.node.isList() || found.node.hasValue()) {
      misshapen(found.node, "give a list, as in " + name + " = [...]");
      return List.of();
    }
    var values = new ArrayList<T>();
    for (var element : found.node.asNodeList().get()) {
      values.add(single(new Found(element, found.value), name, type));
    }
    return List.copyOf(values);
  }

  /** The pairs of a table whose keys are free. */
  Map<String, String> texts(String name) {
    return pairs(
        name, child -> single(new Found(child, UnaryOperator.identity()), name, Types.text()));
  }

  /** The pairs of a table whose keys are free and whose values are lists. */
  Map<String, List<String>> lists(String name) {
    return pairs(
        name,
        child ->
            list(new Found(child, UnaryOperator.identity()), Toml.key(child.name()), Types.text()));
  }

  /**
   * The values of a table whose keys are the given names, optionally with a suffix after a
   * separator.
   */
  <T> Map<String, T> values(String name, Type<T> type, List<String> names, String separator) {
    var values = new LinkedHashMap<String, T>();
    children(name)
        .forEach(
            (key, child) -> {
              int end = key.indexOf(separator);
              if (isOneOf(end < 0 ? key : key.substring(0, end), names, child)) {
                values.put(key, single(new Found(child, UnaryOperator.identity()), key, type));
              }
            });
    return values;
  }

  /** The tables in a table, for the given names. */
  <T> Map<String, T> tablesByName(String name, List<String> names, Function<TableReader, T> read) {
    var tables = new LinkedHashMap<String, T>();
    children(name)
        .forEach(
            (key, child) -> {
              if (!isOneOf(key, names, child)) {
                return;
              }
              if (!child.isObject() || child.hasValue()) {
                misshapen(child, "write [" + kindOf(name) + "." + key + "]");
                return;
              }
              var table = new TableReader(child, kindOf(name) + "." + key, reading);
              tables.put(key, read.apply(table));
              table.rejectUnknown();
            });
    return tables;
  }

  private Map<String, Config> children(String name) {
    var children = new LinkedHashMap<String, Config>();
    var found = find(name);
    if (isTable(found, name)) {
      for (var child : found.node.asNodeList().get()) {
        children.put(Config.Key.unescapeName(child.name()), child);
      }
    }
    return children;
  }

  private boolean isOneOf(String given, List<String> names, Config child) {
    if (names.contains(given)) {
      return true;
    }
    reading.problem(
        child.key().toString(),
        "unknown key",
        "did you mean " + Nearest.to(given, names).orElse("none") + "?");
    return false;
  }

  private <T> Map<String, T> pairs(String name, Function<Config, T> read) {
    var pairs = new LinkedHashMap<String, T>();
    var found = find(name);
    if (isTable(found, name)) {
      for (var child : found.node.asNodeList().get()) {
        pairs.put(child.name(), read.apply(child));
      }
    }
    return pairs;
  }

  /** A table in this one; if it is omitted, all its keys are. */
  <T> T table(String name, Function<TableReader, T> read) {
    var found = find(name);
    var table =
        new TableReader(
            isTable(found, name) ? found.node : Config.empty().get(found.node.key()),
            kindOf(name),
            reading);
    var value = read.apply(table);
    table.rejectUnknown();
    return value;
  }

  /** The tables of a list; none if it is left out. */
  <T> List<T> tables(String name, Function<TableReader, T> read) {
    var found = find(name);
    if (!found.exists()) {
      return List.of();
    }
    var allowed = "write [[" + kindOf(name) + "]]" + MISTAKABLE.getOrDefault(name, "");
    if (!found.node.isList() || found.node.hasValue()) {
      misshapen(found.node, allowed);
      return List.of();
    }
    var values = new ArrayList<T>();
    for (var element : found.node.asNodeList().get()) {
      if (!element.isObject() || element.hasValue()) {
        misshapen(element, allowed);
        continue;
      }
      var table = new TableReader(element, kindOf(name), reading);
      values.add(read.apply(table));
      table.rejectUnknown();
    }
    return List.copyOf(values);
  }

  /** The variables with secrets. */
  Map<String, String> environment() {
    return reading.environment();
  }

  /** Whether missing secrets are mistakes. */
  boolean needsSecrets() {
    return reading.needsSecrets();
  }

  /** Whether the file or the environment contains the table. */
  boolean exists() {
    return node.exists();
  }

  /** Records a mistake in a key of this table. */
  void problem(String name, String wrong, String allowed) {
    reading.problem(path(name), wrong, allowed);
  }

  /** The path of a key of this table. */
  String path(String name) {
    return node.get(name).key().toString();
  }

  /** Records a notice about a key of this table. */
  void notice(String name, String text) {
    reading.notice(path(name), text);
  }

  /** Records every unread key as unknown. */
  void rejectUnknown() {
    if (!node.exists()) {
      return;
    }
    for (var child : node.asNodeList().get()) {
      var path = child.key().toString();
      if (!known.contains(child.name()) && !reading.isReadByOldName(path)) {
        rejectUnknown(child.name(), path);
      }
    }
  }

  private void rejectUnknown(String name, String path) {
    if (known.contains(name + Secret.Kind.ENVIRONMENT.suffix())) {
      reading.problemEverywhere(
          path,
          "the file must not contain secrets",
          "name an environment variable in %1$s_env or a file in %1$s_file".formatted(name));
    } else {
      reading.problemEverywhere(
          path, "unknown key", "did you mean " + Nearest.to(name, known).orElse("none") + "?");
    }
  }

  private Found find(String name) {
    known.add(name);
    var found = new Found(node.get(name), UnaryOperator.identity());
    for (var spelling : OldSpellings.ofKey(kindOf(name), name)) {
      var old = node.get(spelling.old());
      if (!old.exists()) {
        continue;
      }
      var path = old.key().toString();
      reading.readByOldName(path);
      if (found.exists()) {
        reading.problem(path, "is the same as " + Reading.shown(path(name)), "keep the latter");
      } else {
        reading.oldSpelling(
            path, kindOf(spelling.old()), "is an older spelling: write " + kindOf(name));
        found = new Found(old, spelling.value());
      }
    }
    if (found.exists()) {
      reading.given(kindOf(name));
    }
    return found;
  }

  private <T> T single(Found found, String name, Type<T> type) {
    var path = found.node.key().toString();
    if (!found.node.isLeaf()) {
      misshapen(found.node, type.allowed());
      return type.placeholder();
    }
    var given = found.value.apply(found.node.asString().get());
    var text = OldSpellings.presentValue(name, given);
    if (!text.equals(given)) {
      reading.oldSpelling(
          path,
          kindOf(name) + "=" + given,
          "%s is an older spelling: write %s".formatted(Toml.text(given), Toml.text(text)));
    }
    return switch (type.parse().apply(text)) {
      case Parsed.Ok<T>(var value) -> value;
      case Parsed.Wrong<T>(var wrong) -> {
        reading.problem(path, wrong, type.allowed());
        yield type.placeholder();
      }
    };
  }

  private boolean isTable(Found found, String name) {
    if (!found.exists() || (found.node.isObject() && !found.node.hasValue())) {
      return found.exists();
    }
    misshapen(found.node, "write [" + kindOf(name) + "]" + MISTAKABLE.getOrDefault(name, ""));
    return false;
  }

  private void misshapen(Config found, String allowed) {
    var shape =
        switch (found.type()) {
          case OBJECT -> "is a table";
          case LIST -> "is a list";
          case VALUE -> "is a single value";
          case MISSING -> "is missing";
        };
    reading.problem(found.key().toString(), shape, allowed);
  }

  private String kindOf(String name) {
    return kind.isEmpty() ? name : kind + "." + name;
  }
}
