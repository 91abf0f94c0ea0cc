package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();
  private static final Path CLIENTS = Path.of("target/clients").toAbsolutePath();

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = SdkUpstream.start();
    gateway = SdkUpstream.gateway(temp.resolve("run"), upstream);
    install("package-lock.json", "npm", "ci", "--no-audit", "--no-fund");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "openai.mjs,     20",
    "langchain.mjs,  10",
    "ai.mjs,         18",
    "agents.mjs,      7",
  })
  void nodeClient_allOperations_areServedAndCharged(String program, int operations)
      throws Exception {
    assertServed(operations, "node", program);
  }

  @ParameterizedTest
  @CsvSource({"openai, 15", "langchain, 9"})
  void pythonClient_allOperations_areServedAndCharged(String client, int operations)
      throws Exception {
    var python = CLIENTS.resolve("venv/bin/python");
    if (!Files.exists(python)) {
      run(List.of("python3", "-m", "venv", "venv"));
    }
    install(
        "requirements.txt",
        python.toString(),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-r",
        "requirements.txt");
    assertServed(operations, python.toString(), "clients.py", client);
  }

  private static void assertServed(int operations, String... command) throws Exception {
    var lines = new ArrayList<JsonNode>();
    for (var line : run(List.of(command)).lines().toList()) {
      if (line.startsWith("{\"client\"")) {
        lines.add(JSON.readTree(line));
      }
    }
    for (var line : lines) {
      assertTrue(line.path("ok").asBoolean(), line.toPrettyString());
    }
    assertEquals(operations, lines.size(), String.join(" ", command));
    SdkUpstream.assertCharged(gateway, upstream);
  }

  /** Installs clients unless those that the file names are there. */
  private static void install(String file, String... command) throws Exception {
    Files.createDirectories(CLIENTS);
    var installed = CLIENTS.resolve(file + ".installed");
    var wanted = Files.readAllBytes(SOURCES.resolve(file));
    try (var sources = Files.newDirectoryStream(SOURCES, "*.*")) {
      for (var source : sources) {
        Files.copy(
            source, CLIENTS.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.exists(installed) || !Arrays.equals(wanted, Files.readAllBytes(installed))) {
      run(List.of(command));
      Files.write(installed, wanted);
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var out = Files.createTempFile(temp, "client", ".out");
    var err = Files.createTempFile(temp, "client", ".err");
    var builder =
        new ProcessBuilder(command)
            .directory(CLIENTS.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("NEXUS_URL", gateway.url());
    builder.environment().put("NEXUS_KEY", "nx-app");
    builder.environment().put("NEXUS_POOR_KEY", "nx-poor");
    int exit = builder.start().waitFor();
    assertEquals(0, exit, () -> String.join(" ", command) + ":\n" + read(out) + read(err));
    return Files.readString(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
