package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the guide against what the configuration reads and writes. */
class ConfigurationGuideTest {

  /** Tests run in the module's folder. */
  private static final Path FILE = Path.of("..", "docs", "configuration.md");

  private static final Pattern SECTION = Pattern.compile("\\[\\[?([a-z_.]+)]]?");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern LINE = Pattern.compile("([a-z0-9_]+) = (.*)");

  /** The guide's default for each key of each section, as it is written there. */
  private static final Map<String, String> GUIDE = new TreeMap<>();

  @BeforeAll
  static void readGuide() throws IOException {
    var section = "";
    for (var line : Files.readAllLines(FILE)) {
      if (line.startsWith("#")) {
        var named = SECTION.matcher(line);
        section = named.find() ? named.group(1) : "";
      } else if (line.startsWith("| `")) {
        var cells = line.split(" \\| ", -1);
        var keys = QUOTED.matcher(cells[0]);
        while (keys.find()) {
          GUIDE.put(section + "." + keys.group(1), cells[1]);
        }
      }
    }
  }

  @Test
  void guide_everyKeyOfTheEffectiveConfiguration_isNamedInItsSection() {
    var missing = new ArrayList<String>();
    lines(Example.loaded(Example.TOML, Example.ENVIRONMENT).config().toml())
        .forEach(
            (key, value) -> {
              // A scoped budget has the keys of the global one, listed once.
              var inherited = key.replaceFirst("^budgets\\.", "budget.");
              if (!GUIDE.containsKey(key) && !GUIDE.containsKey(inherited)) {
                missing.add(key);
              }
            });

    assertEquals(List.of(), missing);
  }

  @Test
  void guide_everyDefault_isTheOneInForce() {
    var wrong = new ArrayList<String>();
    var defaults = lines(Example.loaded("", Map.of()).config().toml());
    defaults.forEach(
        (key, value) -> {
          if (!("`" + value + "`").equals(GUIDE.get(key))) {
            wrong.add(key + " is " + value + ", the guide says " + GUIDE.get(key));
          }
        });

    assertEquals(List.of(), wrong);
    assertEquals("8000", defaults.get("server.port"), "the sections are told apart");
  }

  /** The values of a configuration by section and key; names that users choose are left out. */
  private static Map<String, String> lines(String toml) {
    var values = new TreeMap<String, String>();
    var section = "";
    for (var line : toml.lines().toList()) {
      var header = SECTION.matcher(line);
      var pair = LINE.matcher(line);
      if (header.matches()) {
        section = header.group(1);
      } else if (pair.matches() && !section.matches(".*\\.(options|headers)")) {
        values.put(section + "." + pair.group(1), pair.group(2));
      }
    }
    return values;
  }
}
