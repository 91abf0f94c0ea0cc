package io.nexus.server.litellm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of the proxy's configuration. It remembers the keys read, so that all others are noted at
 * the end: nothing is skipped silently.
 */
final class Part {

  private static final int MOST_DIGITS = 40;

  private final Yaml.Table table;
  private final String path;
  private final Notes notes;
  private final Set<String> read = new HashSet<>();

  Part(Yaml.Table table, String path, Notes notes) {
    this.table = table;
    this.path = path;
    this.notes = notes;
  }

  int line() {
    return table.line();
  }

  /** The line of a key; that of the table if it has none. */
  int line(String key) {
    var entry = table.entries().get(key);
    return entry == null ? table.line() : entry.line();
  }

  boolean has(String key) {
    return value(key).isPresent();
  }

  private Optional<Yaml> value(String key) {
    read.add(key);
    return Optional.ofNullable(table.entries().get(key))
        .map(Yaml.Entry::value)
        .filter(value -> !(value instanceof Yaml.Text text && isNone(text.text())));
  }

  private static boolean isNone(String text) {
    return text.isBlank() || text.equals("~") || text.equalsIgnoreCase("null");
  }

  /** A single value. */
  Optional<Yaml.Text> text(String key) {
    return value(key)
        .flatMap(
            value -> {
              if (value instanceof Yaml.Text text) {
                return Optional.of(text);
              }
              note(key, "is not a single value and is skipped");
              return Optional.empty();
            });
  }

  /** A number. */
  Optional<BigDecimal> number(String key) {
    return text(key)
        .flatMap(
            text -> {
              var number = decimal(text.text().replace("_", ""));
              if (number.isEmpty()) {
                note(key, "is not a number and is skipped");
              }
              return number;
            });
  }

  /** The exponent is untrusted input: a number such as 1e999999999 must not be expanded. */
  private static Optional<BigDecimal> decimal(String text) {
    try {
      var number = new BigDecimal(text);
      return Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= MOST_DIGITS
          ? Optional.of(number)
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A whole number, limited to the bounds. */
  Optional<Integer> whole(String key, int least, int most) {
    return number(key)
        .map(
            number -> {
              int within =
                  number
                      .max(BigDecimal.valueOf(least))
                      .min(BigDecimal.valueOf(most))
                      .setScale(0, RoundingMode.CEILING)
                      .intValue();
              if (BigDecimal.valueOf(within).compareTo(number) != 0) {
                note(key, "becomes " + within);
              }
              return within;
            });
  }

  /** Whether it is true. */
  boolean flag(String key) {
    return text(key)
        .map(text -> Set.of("true", "yes", "on").contains(text.text().toLowerCase(Locale.ROOT)))
        .orElse(false);
  }

  /** A table in it. */
  Optional<Part> part(String key) {
    return value(key)
        .flatMap(
            value -> {
              if (value instanceof Yaml.Table inner) {
                return Optional.of(new Part(inner, child(key), notes));
              }
              note(key, "is not a table and is skipped");
              return Optional.empty();
            });
  }

  /** Whether the value is a table. */
  boolean isTable(String key) {
    return value(key).filter(Yaml.Table.class::isInstance).isPresent();
  }

  /** The tables of a list in it. */
  List<Part> parts(String key) {
    var parts = new ArrayList<Part>();
    for (var item : items(key)) {
      var at = child(key) + "[" + parts.size() + "]";
      if (item instanceof Yaml.Table inner) {
        parts.add(new Part(inner, at, notes));
      } else {
        notes.add(item.line(), at, "is not a table and is skipped");
      }
    }
    return parts;
  }

  /** The texts of a list in it; a single one counts as a list of one. */
  List<Yaml.Text> texts(String key) {
    return items(key).stream()
        .filter(Yaml.Text.class::isInstance)
        .map(Yaml.Text.class::cast)
        .toList();
  }

  private List<Yaml> items(String key) {
    return value(key)
        .map(value -> value instanceof Yaml.Items list ? list.items() : List.of(value))
        .orElse(List.of());
  }

  /** All keys. */
  Set<String> keys() {
    return table.entries().keySet();
  }

  /** This table, completed by another. */
  Part or(Part other) {
    Map<String, Yaml.Entry> all = new LinkedHashMap<>(table.entries());
    other.table.entries().forEach(all::putIfAbsent);
    return new Part(new Yaml.Table(table.line(), all), path, notes);
  }

  /** Ignores keys without an effect here. */
  void ignore(String... keys) {
    read.addAll(List.of(keys));
  }

  /** Adds a note about a key. */
  void note(String key, String text) {
    notes.add(line(key), child(key), text);
  }

  void noCounterpart(String key, String instead) {
    read.add(key);
    notes.noCounterpart(line(key), child(key), instead);
  }

  /** Adds notes about all unread keys. */
  void rest() {
    for (var key : table.entries().keySet()) {
      if (!read.contains(key)) {
        noCounterpart(key, Counterparts.instead(key));
      }
    }
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
