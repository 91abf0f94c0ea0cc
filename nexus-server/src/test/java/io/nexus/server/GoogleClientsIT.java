package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The clients of Google's API, from npm and PyPI, against the launched gateway: each gets what it
 * asks for, and all together are charged what the upstream bills.
 */
class GoogleClientsIT {

  /** The money of each program that is cut off. */
  private static final long SHORT_NANOS = 30_000_000;

  private static final List<String> PROGRAMS = List.of("genai.mjs", "ai.mjs", "genai");
  private static final String TOML =
      "[server]\nadmin_key_env = \"ADMIN_KEY\"\n"
          + Gemini.CONFIG.replace("monthly_limit = 1", "monthly_limit = 100")
          + """
          [[budgets]]
          name = "app"
          match = { key = "app" }
          limit = 100
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
          [[keys]]
          name = "unheard"
          key_env = "UNHEARD_KEY"
          """
          + PROGRAMS.stream().map(GoogleClientsIT::shortOfMoney).collect(Collectors.joining());

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static ClientPrograms clients;

  private static String shortOfMoney(String program) {
    return """
    [[keys]]
    name = "%1$s"
    sha256 = "%2$s"
    [[budgets]]
    name = "%1$s"
    match = { key = "%1$s" }
    limit = 0.03
    hard_limit_action = "reject"
    """
        .formatted(program, HexFormat.of().formatHex(sha256("nx-short-" + program)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = GeminiModel.start();
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"),
            TOML.replace("{0}", upstream.url()),
            Map.of(
                "ADMIN_KEY", "nx-admin",
                "APP_KEY", "nx-app",
                "POOR_KEY", "nx-poor",
                "UNHEARD_KEY", "nx-unheard"));
    clients =
        new ClientPrograms(
            Path.of("src/test/clients/google").toAbsolutePath(),
            Path.of("target/clients-google").toAbsolutePath(),
            temp,
            Map.of(
                "NEXUS_URL", gateway.url(),
                "NEXUS_KEY", "nx-app",
                "NEXUS_POOR_KEY", "nx-poor",
                "NEXUS_UNHEARD_KEY", "nx-unheard",
                "NEXUS_SHORT_KEY", "nx-short-"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({"genai.mjs, 31", "ai.mjs, 10", "langchain.mjs, 6"})
  void nodeClient_allOperations_areServedAndCharged(String program, int operations)
      throws Exception {
    clients.node(operations, program);
    assertCharged();
  }

  @ParameterizedTest
  @CsvSource({"genai, 19", "langchain, 7"})
  void pythonClient_allOperations_areServedAndCharged(String client, int operations)
      throws Exception {
    clients.python(operations, "clients.py", client);
    assertCharged();
  }

  /** Exact to the nano-dollar; answers that were not read to their end have separate keys. */
  private static void assertCharged() throws Exception {
    var stats = idle();
    assertEquals(GeminiModel.billNanos(upstream), nanos(stats, "app"));
    for (var program : PROGRAMS) {
      assertTrue(nanos(stats, program) <= SHORT_NANOS, stats::toString);
    }
    assertEquals(0, nanos(stats, "poor"));
    long all = nanos(stats, "global");
    assertTrue(upstream.billNanos() <= all, () -> upstream.billNanos() + " billed, " + all);
  }

  static long nanos(JsonNode stats, String budget) {
    for (var each : stats.path("budgets")) {
      if (each.path("name").asText().equals(budget)) {
        return GatewayBox.nanos(each.path("current_spending_usd"));
      }
    }
    throw new AssertionError("no budget " + budget + " in " + stats);
  }

  /** The stats when nothing is held any more, with the budgets of all keys. */
  private static JsonNode idle() throws Exception {
    return idle(gateway);
  }

  static JsonNode idle(LaunchedGateway gateway) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      var stats = gateway.json("/v1/stats", "Authorization: Bearer nx-admin");
      if (stats.path("budget").path("held_usd").decimalValue().signum() == 0) {
        return stats;
      }
      assertTrue(System.nanoTime() < end, () -> "still held: " + stats.path("budget"));
      Thread.sleep(20);
    }
  }
}
