package io.nexus.server;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.nio.file.Path;
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
  private static ClientPrograms clients;

  @BeforeAll
  static void start() throws Exception {
    upstream = Upstream.start(SdkUpstream::reply).models("m").price(Prices.of("2.5", "10"));
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"),
            TOML.replace("{0}", upstream.url()),
            Map.of("APP_KEY", "nx-app", "POOR_KEY", "nx-poor"));
    clients =
        new ClientPrograms(
            Path.of("src/test/clients/translated").toAbsolutePath(),
            Path.of("target/clients-translated").toAbsolutePath(),
            temp,
            Map.of("NEXUS_URL", gateway.url(), "NEXUS_KEY", "nx-app", "NEXUS_POOR_KEY", "nx-poor"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({"messages, 11", "responses, 11"})
  void client_allOperations_areServedAndCharged(String client, int operations) throws Exception {
    clients.node(operations, "clients.mjs", client);
    SdkUpstream.assertCharged(gateway, upstream);
  }
}
