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
 * A configuration as TOML with comments on the source of each value: {@code # default}, or the
 * environment variable. Values without a comment are the file's, or defaults of list tables other
 * than backends.
 */
public final class ConfigurationText {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String BACKEND = "backends\\.\\d+\\.";
  private static final List<String> REQUIRED = List.of("name", "url", "type");

  private ConfigurationText() {}

  /**
   * Adds the comments.
   *
   * @param toml the configuration in force, one value per line
   * @param environment the process's environment
   */
  public static String of(String toml, Map<String, String> environment) {
    var usual = new HashMap<String, String>();
    each(defaults(required(toml)), usual::put);
    REQUIRED.forEach(key -> usual.keySet().removeIf(path -> path.matches(BACKEND + key)));
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

  /** The backends of a configuration with nothing but what each must have. */
  private static String required(String toml) {
    var text = new StringBuilder();
    each(
        toml,
        (path, line) -> {
          if (line.equals("[[backends]]")
              || REQUIRED.stream().anyMatch(key -> path.matches(BACKEND + key))) {
            text.append(line).append('\n');
          }
        });
    return text.toString();
  }

  /** The configuration of a file with nothing else, without variables. */
  private static String defaults(String toml) {
    return NexusConfig.parse("defaults", toml, Map.of()) instanceof ConfigResult.Loaded loaded
        ? loaded.config().toml()
        : "";
  }

  /**
   * Comments on everything that the admin API has created or overridden, without secrets.
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

  /** Passes each line with the path of its value, or an empty path. */
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
