package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.ledger.jdbc.testing.FreePort;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands on pages of the guide with the launcher of the distribution. */
@Timeout(700)
class GuidePagesIT {

  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  private record Ran(int exit, String out) {}

  private Ran bash(String script, Map<String, String> environment) throws Exception {
    var file = Files.writeString(folder.resolve("page.sh"), script);
    var out = folder.resolve("out.txt");
    var builder =
        new ProcessBuilder("bash", file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", Distribution.home() + ":/usr/bin:/bin");
    builder.environment().put("NEXUS_JAVA_HOME", System.getProperty("java.home"));
    var process = builder.start();
    assertTrue(process.waitFor(600, TimeUnit.SECONDS), () -> "it goes on: " + text(out));
    return new Ran(process.exitValue(), text(out));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String commands(String page) throws IOException {
    var text = Files.readString(Distribution.home().resolve("docs").resolve(page));
    return COMMANDS
        .matcher(text)
        .results()
        .map(block -> "echo '=== '; " + block.group(1))
        .collect(Collectors.joining());
  }

  @Test
  void team_commandsOfThePage_doWhatItSays() throws Exception {
    int one = FreePort.find();
    int two = FreePort.find();
    var server = new PostgresServer();
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 20)).models("gpt-4o-mini")) {
      var script =
          "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n"
              + commands("team.md")
                  .replace(":8000/", ":" + one + "/")
                  .replace(":8001/", ":" + two + "/")
                  .replace("--port 8000", "--port " + one)
                  .replace("--port 8001", "--port " + two)
                  .replace(
                      "jdbc:postgresql://127.0.0.1:5432/nexus?user=nexus", server.newLedger().url())
                  .replace("=secret", "='" + PostgresServer.PASSWORD + "'")
                  .replaceFirst(
                      "(nexus init --limit 100)",
                      "$1; sed -i 's#https://api.openai.com/v1#"
                          + upstream.url()
                          + "#' nexus.toml");
      var ran = bash(script, Map.of("NEXUS_SERVER__PORT", Integer.toString(one)));
      assertEquals(0, ran.exit(), ran.out());
      var parts = List.of(ran.out().split("=== \n", -1));
      assertTrue(parts.get(1).contains("openai       by OPENAI_API_KEY"), ran.out());
      assertTrue(parts.get(2).contains("no key of the file has the team \"research\""), ran.out());
      assertTrue(parts.get(4).matches("(?s).*alice +research +alice +in force +5 .*"), ran.out());
      assertTrue(parts.get(5).contains("\"id\":\"gpt-4o-mini\""), ran.out());
      assertTrue(parts.get(5).contains("\"content\":\"Hi\""), ran.out());
      assertTrue(parts.get(6).contains("Budget limit exceeded"), ran.out());
      assertTrue(parts.get(7).matches("(?s).*support +.* 10 .*"), ran.out());
      assertTrue(parts.get(7).contains("\"content\":\"Hi\""), ran.out());
      assertTrue(parts.get(8).matches("(?s).*research +alice +1 .*support +bob +1 .*"), ran.out());
      assertTrue(parts.get(9).contains("bob is revoked."), ran.out());
      assertTrue(parts.get(9).contains("The configuration is in force."), ran.out());
      assertEquals(2, upstream.chats().size());
    } finally {
      server.close();
    }
  }

  @Test
  void importLiteLlm_byTheLauncher_readsYaml() throws Exception {
    try (var yaml = getClass().getResourceAsStream("litellm/balanced.yaml")) {
      var text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(folder.resolve("config.yaml"), text.replace("$BASE", "https://a.example"));
    }
    var ran =
        bash(
            """
            set -e
            nexus import litellm config.yaml -o nexus.toml
            nexus check --no-secrets
            if nexus check; then exit 9; fi
            """,
            Map.of());
    assertEquals(0, ran.exit(), ran.out());
    assertTrue(ran.out().contains("config.yaml:36: router_settings.redis_host: has no"), ran.out());
    assertTrue(ran.out().contains("name = \"azure\""), ran.out());
    assertTrue(ran.out().contains("AZURE_EU_KEY is not set"), ran.out());
    assertFalse(ran.out().contains("-secret"), ran.out());
  }
}
