package io.nexus.config;

import java.util.regex.Pattern;

/** Writes TOML strings and keys. */
final class Toml {

  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

  private Toml() {}

  /** A quoted string. */
  static String text(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append("\\u%04X".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** A key, quoted if necessary. */
  static String key(String name) {
    return BARE.matcher(name).matches() ? name : text(name);
  }
}
