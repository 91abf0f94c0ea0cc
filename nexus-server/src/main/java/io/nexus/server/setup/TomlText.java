package io.nexus.server.setup;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a {@code nexus.toml} for people to read and edit, in the order of the calls. */
public final class TomlText {

  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

  private final StringBuilder text = new StringBuilder();

  /** An empty one. */
  public TomlText() {}

  /** A comment on its own lines. */
  public TomlText remark(String lines) {
    lines.lines().forEach(line -> line((line.isEmpty() ? "#" : "# ") + oneLine(line)));
    return this;
  }

  /** An empty line, except at the beginning. */
  public TomlText gap() {
    return text.isEmpty() ? this : line("");
  }

  /** Starts a table. */
  public TomlText table(String path) {
    return line("[" + path + "]");
  }

  /** Starts the next table of a list. */
  public TomlText element(String path) {
    return line("[[" + path + "]]");
  }

  /** A text. */
  public TomlText put(String key, String value) {
    return plain(key, quoted(value));
  }

  /** A list of texts. */
  public TomlText put(String key, List<String> values) {
    return plain(
        key, values.stream().map(TomlText::quoted).collect(Collectors.joining(", ", "[", "]")));
  }

  /** A value written as it is, such as a number or boolean. */
  public TomlText plain(String key, String value) {
    return line(key(key) + " = " + value);
  }

  /** A value with a comment after it. */
  public TomlText plain(String key, String value, String remark) {
    return line("%-30s # %s".formatted(key(key) + " = " + value, remark));
  }

  private TomlText line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /** A key, in quotes where it needs them. */
  public static String key(String name) {
    return BARE.matcher(name).matches() ? name : quoted(name);
  }

  /** A text in quotes. */
  public static String quoted(String value) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        quoted.append("\\u%04X".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String oneLine(String line) {
    return line.replaceAll("\\p{Cntrl}", " ");
  }

  /** All of it. */
  @Override
  public String toString() {
    return text.toString();
  }
}
