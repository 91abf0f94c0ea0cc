package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that were made while gateways run, beside the same in the file. */
class KeptKeyTest {

  private static final String NAMED =
      "\"name\":\"k\",\"sha256\":\"" + "0123456789abcdef".repeat(4) + "\"";

  @TempDir private Path folder;

  /** As the file has it: JSON's spelling of all but its separators is TOML's. */
  private KeyConfig inFile(String fields) throws IOException {
    var file = folder.resolve("nexus.toml");
    var toml =
        (NAMED + fields).replaceAll(",\"(\\w+)\":", "\n$1 = ").replace("\"name\":", "name = ");
    Files.writeString(
        file,
        "[[keys]]\n"
            + toml
            + "\n[[backends]]\nname = \"b\"\ntype = \"openai\"\nurl ="
            + " \"http://127.0.0.1:1\"\n");
    return switch (NexusConfig.load(file, Map.of())) {
      case Loaded loaded -> loaded.config().keys().getFirst();
      case ConfigResult.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"team\":\"t\",\"user\":\"u\",\"tags\":[\"a\",\"b\"],\"notes\":\"n\"",
        ",\"models\":[\"gpt-*\"],\"apis\":[\"chat\"],\"limit\":5",
        ",\"limit\":0.25,\"window\":\"daily\",\"priority\":\"high\",\"over_budget_status\":402",
        ",\"disabled\":true,\"trust_user\":true,\"may_tag\":false",
        ",\"expires_at\":\"2030-01-31T12:00:00Z\"",
        ",\"former_sha256\":\"1123456789abcdef1123456789abcdef1123456789abcdef1123456789abcdef\""
            + ",\"former_until\":\"2030-01-31T12:00:00Z\"",
      })
  void read_aKeyAsItWasMade_isTheFilesKey(String fields) throws Exception {
    var kept = KeptKey.read("{" + NAMED + fields + "}");
    assertEquals(inFile(fields), kept.orElseThrow());
    assertTrue(SettingConfig.key("{" + NAMED + fields + "}").problems().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"window\":\"daily\"",
        ",\"limit\":-1",
        ",\"colour\":1",
        ",\"team\":[\"t\"]",
        ",\"tags\":\"t\"",
        ",\"tags\":[1]",
        ",\"former_until\":\"2030-01-31T12:00:00Z\"",
        ",\"name\":\"other\"",
        ",\"expires_at\":\"soon\"",
      })
  void read_whatIsUnusual_isLeftToTheFilesReader(String fields) {
    assertTrue(KeptKey.read("{" + NAMED + fields + "}").isEmpty());
  }

  @Test
  void key_withMistakes_tellsThemAsBefore() {
    var checked = SettingConfig.key("{" + NAMED + ",\"limit\":-1,\"colour\":1}");
    assertEquals(2, checked.problems().size(), checked::toString);
    assertFalse(SettingConfig.key("{\"name\":\"k\"}").problems().isEmpty());
    var limits = SettingConfig.key("{" + NAMED + ",\"limits\":{\"requests\":5}}");
    assertTrue(limits.problems().isEmpty() && limits.value().limits().isPresent());
  }
}
