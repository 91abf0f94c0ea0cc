package io.nexus.server;

import io.nexus.server.mock.Upstream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official clients that programs use, from npm and PyPI, against the launched gateway: each
 * gets what it asks for, and all together are charged what the upstream bills.
 *
 * <p>The clients are installed on first use, in the versions that {@code src/test/clients} names. A
 * machine without Node.js and Python fails the test: none is skipped.
 */
class SdkClientsIT {

  /** The most that a client which left is charged more than it is billed: fifty tokens. */
  private static final long COUNTED_NANOS = 500_000;

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static ClientPrograms clients;

  @BeforeAll
  static void start() throws Exception {
    upstream = SdkUpstream.start();
    gateway = SdkUpstream.gateway(temp.resolve("run"), upstream);
    clients =
        new ClientPrograms(
            Path.of("src/test/clients").toAbsolutePath(),
            Path.of("target/clients").toAbsolutePath(),
            temp,
            Map.of("NEXUS_URL", gateway.url(), "NEXUS_KEY", "nx-app", "NEXUS_POOR_KEY", "nx-poor"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "openai.mjs,     22",
    "langchain.mjs,  10",
    "ai.mjs,         18",
    "agents.mjs,      7",
    "responses.mjs,  42",
    "units.mjs,       9",
  })
  void nodeClient_allOperations_areServedAndCharged(String program, int operations)
      throws Exception {
    clients.node(operations, program);
    SdkUpstream.assertCharged(gateway, upstream, COUNTED_NANOS);
  }

  @ParameterizedTest
  @CsvSource({
    "clients.py openai,    15",
    "clients.py langchain,  9",
    "responses.py,         38",
    "units.py,              6",
  })
  void pythonClient_allOperations_areServedAndCharged(String program, int operations)
      throws Exception {
    clients.python(operations, program.split(" "));
    SdkUpstream.assertCharged(gateway, upstream, COUNTED_NANOS);
  }
}
