package io.nexus.metrics;

import java.util.List;

/** Formats labels for the page: {@code backend="openai",model="gpt-4o"}. */
final class LabelText {
  private LabelText() {}

  /**
   * Names with their values, escaped, without the braces.
   *
   * @throws IllegalArgumentException if the numbers of values and names differ
   */
  static String render(List<String> names, String... values) {
    if (names.size() != values.length) {
      throw new IllegalArgumentException(
          "labels " + names + " need as many values, not " + values.length);
    }
    var text = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        text.append(',');
      }
      text.append(names.get(i)).append("=\"");
      escape(values[i], text);
      text.append('"');
    }
    return text.toString();
  }

  private static void escape(String value, StringBuilder into) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> into.append("\\\\");
        case '"' -> into.append("\\\"");
        case '\n' -> into.append("\\n");
        default -> into.append(c);
      }
    }
  }
}
