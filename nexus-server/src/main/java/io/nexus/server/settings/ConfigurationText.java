package io.nexus.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.config.ConfigResult;
import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A configuration as TOML in which a comment behind a value says where it comes from: {@code #
 * default}, or the environment's variable that sets it. What has no comment is the file's, or what
 * a table of a list has where the file leaves it out.
 */
public final class ConfigurationText {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private ConfigurationText() {}

  /**
   * Adds the comments.
   *
   * @param toml what is in force, a value a line
   * @param environment that of the process
   */
  public static String of(String toml, Map<String, String> environment) {
    var usual = new HashMap<String, String>();
    each(defaults(), usual::put);
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

  /** What is in force where there is neither a file nor a variable. */
  private static String defaults() {
    return NexusConfig.defaults(Map.of()) instanceof ConfigResult.Loaded loaded
        ? loaded.config().toml()
        : "";
  }

  /**
   * A comment for each thing that the admin API has made or overrides, without what is secret.
   *
   * @param settings those of a ledger
   */
  public static String made(List<Setting> settings) {
    var text = new StringBuilder();
    for (var setting : settings) {
      if (!setting.isRemoved()) {
        text.append("# admin API: ").append(setting.kind()).append(' ').append(setting.name());
        text.append(' ').append(shown(setting)).append('\n');
      }
    }
    return text.toString();
  }

  private static String shown(Setting setting) {
    try {
      var value = JSON.readTree(setting.value());
      for (var each : List.of(value, value.path("made"))) {
        if (each instanceof ObjectNode fields) {
          fields.remove(List.of("sha256", "former", "former_sha256"));
        }
      }
      return value.toString();
    } catch (JsonProcessingException e) {
      return "is not as this version keeps it";
    }
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
