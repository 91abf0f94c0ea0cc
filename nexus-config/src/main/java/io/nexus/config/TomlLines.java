package io.nexus.config;

import io.helidon.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The lines of the keys of a TOML document. The document must have been parsed before: this class
 * trusts its syntax and only finds keys, headers and the elements of a key's array. Keys of inline
 * tables and whatever is inside an element have the line of what contains them.
 *
 * <p>Paths are those of Helidon Config: {@code backends.0.url}, with dots inside a name escaped.
 */
final class TomlLines {

  private final String text;
  private final Map<String, Integer> lines = new HashMap<>();
  private final Map<String, Integer> arrayLengths = new HashMap<>();
  private String table = "";
  private int at;
  private int line = 1;

  private TomlLines(String text) {
    this.text = text;
  }

  /** Indexes a document. */
  static TomlLines of(String toml) {
    var index = new TomlLines(toml);
    while (index.at < toml.length()) {
      index.expression();
    }
    return index;
  }

  /** The line of the key itself. */
  OptionalInt lineOf(String path) {
    var found = lines.get(path);
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  private void expression() {
    char c = text.charAt(at);
    if (c == '#') {
      skipComment();
    } else if (c == '[') {
      header();
    } else if (Character.isWhitespace(c) || c == '\uFEFF') {
      step();
    } else {
      keyAndValue();
    }
  }

  private void header() {
    boolean array = text.startsWith("[[", at);
    at += array ? 2 : 1;
    var parts = keyParts(']');
    at += array ? 2 : 1;
    var path = "";
    for (int i = 0; i < parts.size(); i++) {
      path = child(path, parts.get(i));
      boolean last = i == parts.size() - 1;
      if (last && array) {
        arrayLengths.merge(path, 1, Integer::sum);
        lines.putIfAbsent(path, line);
      }
      var length = arrayLengths.get(path);
      path = length == null ? path : child(path, String.valueOf(length - 1));
      lines.putIfAbsent(path, line);
    }
    table = path;
  }

  private void keyAndValue() {
    var path = table;
    for (var part : keyParts('=')) {
      path = child(path, part);
      lines.putIfAbsent(path, line);
    }
    at++;
    skipValue(path);
  }

  private static String child(String path, String escapedName) {
    return path.isEmpty() ? escapedName : path + "." + escapedName;
  }

  /** The escaped parts of a dotted key, up to but without the end. */
  private List<String> keyParts(char end) {
    var parts = new ArrayList<String>();
    while (at < text.length() && text.charAt(at) != end) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        int start = at;
        skipString();
        parts.add(Config.Key.escapeName(unquoted(text.substring(start + 1, at - 1), c)));
      } else if (c == '.' || Character.isWhitespace(c)) {
        step();
      } else {
        int start = at;
        while (at < text.length() && isBare(text.charAt(at))) {
          at++;
        }
        parts.add(text.substring(start, at));
        at = Math.max(at, start + 1);
      }
    }
    return parts;
  }

  private static boolean isBare(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  /** A name with other escape sequences than these two has no line number. */
  private static String unquoted(String name, char quote) {
    return quote == '\'' ? name : name.replace("\\\"", "\"").replace("\\\\", "\\");
  }

  private void skipValue(String path) {
    int depth = 0;
    int element = -1;
    boolean begins = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (depth == 0 && c == '[') {
        element = 0;
        begins = true;
      } else if (depth == 1 && element >= 0 && c == ',') {
        element++;
        begins = true;
      } else if (begins && c != '#' && c != ']' && !Character.isWhitespace(c)) {
        lines.putIfAbsent(child(path, String.valueOf(element)), line);
        begins = false;
      }
      switch (c) {
        case '\n' -> {
          if (depth == 0) {
            return;
          }
          step();
        }
        case '#' -> skipComment();
        case '"', '\'' -> skipString();
        case '[', '{' -> {
          depth++;
          at++;
        }
        case ']', '}' -> {
          depth--;
          at++;
        }
        default -> at++;
      }
    }
  }

  private void skipComment() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void skipString() {
    char quote = text.charAt(at);
    var triple = String.valueOf(quote).repeat(3);
    boolean multiLine = text.startsWith(triple, at);
    at += multiLine ? 3 : 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && quote == '"') {
        at++;
        step();
      } else if (c == quote && !multiLine) {
        at++;
        return;
      } else if (c == quote && text.startsWith(triple, at)) {
        // Up to two quotes before the closing three may belong to the text.
        at += 3;
        while (at < text.length() && text.charAt(at) == quote) {
          at++;
        }
        return;
      } else {
        step();
      }
    }
  }

  private void step() {
    if (at < text.length()) {
      line += text.charAt(at) == '\n' ? 1 : 0;
      at++;
    }
  }
}
