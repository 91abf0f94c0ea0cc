package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official clients of the Messages and the Responses API, from npm, against the launched
 * gateway with a backend that speaks chat only: each gets what it asks for in its own API, and all
 * are charged what the upstream bills.
 */
class TranslatedClientsIT {

  private static final Path SOURCES = Path.of("src/test/clients/translated").toAbsolutePath();
  private static final Path CLIENTS = Path.of("target/clients-translated").toAbsolutePath();

  /** The most that a counted answer of three words is charged more than it is billed. */
  private static final long COUNTED_NANOS = 100_000;

  private static final String TOML =
      """
      [budget]
      monthly_limit = 100
      [[budgets]]
      name = "poor"
      match = { key = "poor" }
      limit = 0
      hard_limit_action = "reject"
      [[keys]]
      name = "app"
      key_env = "APP_KEY"
      [[keys]]
      name = "poor"
      key_env = "POOR_KEY"
      """
          + GatewayBox.ONE_CLOUD;

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = Upstream.start(SdkUpstream::reply).models("m").price(Prices.of("2.5", "10"));
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"),
            TOML.replace("{0}", upstream.url()),
            Map.of("APP_KEY", "nx-app", "POOR_KEY", "nx-poor"));
    Files.createDirectories(CLIENTS);
    try (var sources = Files.newDirectoryStream(SOURCES)) {
      for (var source : sources) {
        Files.copy(
            source, CLIENTS.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.exists(CLIENTS.resolve("node_modules"))) {
      run("npm", "ci", "--no-audit", "--no-fund");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({"messages, 11", "responses, 11"})
  void client_allOperations_areServedAndCharged(String client, int operations) throws Exception {
    var lines = run("node", "clients.mjs", client).lines().toList();
    for (var line : lines) {
      assertTrue(GatewayBox.parse(line).path("ok").asBoolean(), line);
    }
    assertEquals(operations, lines.size());
    long charged = GatewayBox.nanos(idle().at("/budget/current_spending_usd"));
    long billed = upstream.billNanos();
    long left =
        upstream.cancelled().stream().map(Upstream.Cancellation::request).distinct().count();
    assertTrue(charged >= billed, charged + " charged, " + billed + " billed");
    assertTrue(
        charged - billed <= left * COUNTED_NANOS, charged + " charged, " + billed + " billed");
  }

  /** The stats when nothing is held any more. */
  private static JsonNode idle() throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      var stats = gateway.json("/v1/stats", "Authorization: Bearer nx-app");
      if (stats.at("/budget/held_usd").decimalValue().signum() == 0) {
        return stats;
      }
      assertTrue(System.nanoTime() < end, () -> "still held: " + stats.path("budget"));
      Thread.sleep(20);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    var out = Files.createTempFile(temp, "client", ".out");
    var err = Files.createTempFile(temp, "client", ".err");
    var builder =
        new ProcessBuilder(List.of(command))
            .directory(CLIENTS.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("NEXUS_URL", gateway.url());
    builder.environment().put("NEXUS_KEY", "nx-app");
    builder.environment().put("NEXUS_POOR_KEY", "nx-poor");
    int exit = builder.start().waitFor();
    var said = Files.readString(out);
    assertEquals(0, exit, String.join(" ", command) + ":\n" + said + Files.readString(err));
    return said;
  }
}
