package io.nexus.server.console;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A configuration as TOML in which a comment behind a value says where it comes from: {@code #
 * default}, or the environment's variable that sets it. What has no comment is the file's, or what
 * a table of a list has where the file leaves it out.
 */
final class ConfigurationText {

  private ConfigurationText() {}

  /**
   * Adds the comments.
   *
   * @param toml what is in force, a value a line
   * @param defaults what would be in force without a file
   * @param environment that of the process
   */
  static String of(String toml, String defaults, Map<String, String> environment) {
    var usual = new HashMap<String, String>();
    each(defaults, usual::put);
    var text = new StringBuilder();
    each(
        toml,
        (path, line) -> {
          var variable = "NEXUS_" + path.replace(".", "__").toUpperCase(Locale.ROOT);
          text.append(line);
          if (environment.containsKey(variable)) {
            text.append("  # ").append(variable);
          } else if (!path.isEmpty() && line.equals(usual.get(path))) {
            text.append("  # default");
          }
          text.append('\n');
        });
    return text.toString();
  }

  /** Hands on each line with the path of its value; with none if the line has no value. */
  private static void each(String toml, BiConsumer<String, String> lines) {
    var counts = new HashMap<String, Integer>();
    var section = "";
    for (var line : toml.lines().toList()) {
      int end = line.indexOf(" = ");
      if (line.startsWith("[[")) {
        var name = line.substring(2, line.length() - 2);
        section = name + "." + (counts.merge(name, 1, Integer::sum) - 1) + ".";
      } else if (line.startsWith("[")) {
        section = line.substring(1, line.length() - 1) + ".";
      }
      boolean hasValue = !line.startsWith("[") && end > 0 && !section.isEmpty();
      lines.accept(hasValue ? section + line.substring(0, end) : "", line);
    }
  }
}
