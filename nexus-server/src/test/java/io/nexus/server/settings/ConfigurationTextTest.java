package io.nexus.server.settings;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTextTest {

  @Test
  void of_backends_defaultsAreMarkedAndTheFilesValuesAreNot() {
    var environment = Map.of("NEXUS_BACKENDS__1__TIER", "2");
    var loaded =
        assertInstanceOf(
            Loaded.class,
            NexusConfig.parse(
                "n",
                """
                [[backends]]
                name = "cloud"
                type = "openai"
                url = "https://api.openai.com/v1"
                priority = 7
                [[backends]]
                name = "own"
                type = "ollama"
                url = "http://127.0.0.1:11434/v1"
                """,
                environment));
    var text = ConfigurationText.of(loaded.config().toml(), environment);
    var backends = text.split("\\[\\[backends]]", -1);
    for (var line :
        new String[] {"zone = \"open\"  # default\n", "tier = 1  # default\n", "priority = 7\n"}) {
      assertTrue(backends[1].contains(line), text);
    }
    for (var line :
        new String[] {
          "zone = \"restricted\"  # default\n",
          "priority = 100  # default\n",
          "max_concurrent = 64  # default\n",
          "tier = 2  # NEXUS_BACKENDS__1__TIER\n",
          "name = \"own\"\n",
        }) {
      assertTrue(backends[2].contains(line), text);
    }
    assertTrue(backends[2].lines().anyMatch(line -> line.matches("apis = .*  # default")), text);
    assertFalse(backends[1].contains("openai.com/v1\"  # default"), text);
  }
}
