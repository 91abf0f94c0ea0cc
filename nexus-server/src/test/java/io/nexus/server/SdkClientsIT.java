package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.UpstreamReply.Chunk;
import io.nexus.server.UpstreamReply.Pace;
import io.nexus.server.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();
  private static final Path CLIENTS = Path.of("target/clients").toAbsolutePath();
  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 2);

  /** The most that a counted answer of three words is charged more than it is billed. */
  private static final long COUNTED_NANOS = 100_000;

  private static final String WHERE = "{\"city\":\"Köln\",\"degrees\":21}";
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
          + GatewayBox.ONE_CLOUD.replace(
              "models = [\"m\"]",
              "models = [\"m\"]\nmax_concurrent = 256\napis = [\"chat\", \"completions\", \"embeddings\", \"moderations\"]");

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = Upstream.start(SdkClientsIT::reply).models("m").price(Prices.of("2.5", "10"));
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"),
            TOML.replace("{0}", upstream.url()),
            Map.of("APP_KEY", "nx-app", "POOR_KEY", "nx-poor"));
    install("package-lock.json", "npm", "ci", "--no-audit", "--no-fund");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  /** What a model does: calls the tool that it is given, writes the JSON that is asked for. */
  static UpstreamReply reply(UpstreamRequest request) {
    var json = request.json();
    if (request.path().endsWith("/completions") && json.has("prompt")) {
      return completion(request);
    }
    if (request.path().endsWith("/embeddings")) {
      return embedding(json.path("encoding_format").asText().equals("base64"), json.path("input"));
    }
    if (request.path().endsWith("/moderations")) {
      return UpstreamReply.json(
          200, "{\"id\":\"m1\",\"model\":\"m\",\"results\":[{\"flagged\":false}]}", NONE);
    }
    var messages = json.path("messages");
    boolean answered = messages.path(messages.size() - 1).path("role").asText().equals("tool");
    if (json.has("tools") && !answered) {
      return toolCall(request);
    }
    if (json.has("response_format")) {
      return UpstreamReply.chat(request, WHERE, USAGE);
    }
    return request.text().contains("slowly")
        ? UpstreamReply.stream(request, List.of("one ", "two ", "three"), USAGE)
            .paced(Pace.everyMillis(200))
        : UpstreamReply.chat(request, "Hello from upstream", USAGE);
  }

  private static UpstreamReply completion(UpstreamRequest request) {
    var form =
        "{\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"text\":\"%s\",\"finish_reason\":%s}]%s}";
    return request.streaming()
        ? UpstreamReply.events(
            List.of(
                new Chunk(form.formatted("Hello from ", "null", ""), 4),
                new Chunk(form.formatted("upstream", "\"stop\"", ""), 3)),
            USAGE)
        : UpstreamReply.json(
            200,
            form.formatted("Hello from upstream", "\"stop\"", ",\"usage\":" + USAGE.json()),
            USAGE);
  }

  /** The vector (1, 2) for each input. */
  private static UpstreamReply embedding(boolean packed, JsonNode input) {
    int count = input.isArray() && !input.path(0).isNumber() ? input.size() : 1;
    var vector = packed ? "\"AACAPwAAAEA=\"" : "[1.0,2.0]";
    var data = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      data.add("{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":" + vector + "}");
    }
    return UpstreamReply.json(
        200,
        "{\"object\":\"list\",\"model\":\"m\",\"data\":["
            + String.join(",", data)
            + "],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}",
        UpstreamUsage.of(9, 0));
  }

  private static UpstreamReply toolCall(UpstreamRequest request) {
    var call =
        "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"arguments\":"
            + JSON.getNodeFactory().textNode(WHERE)
            + "}}";
    var head =
        "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"object\":\"chat.completion%s\","
            + "\"choices\":[{\"index\":0,\"%s\":{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":["
            + call
            + "]},\"finish_reason\":%s}]%s}";
    return request.streaming()
        ? UpstreamReply.events(
            List.of(
                new Chunk(head.formatted(".chunk", "delta", "null", ""), 7),
                new Chunk(
                    "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"object\":\"chat.completion.chunk\","
                        + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}",
                    0)),
            USAGE)
        : UpstreamReply.json(
            200,
            head.formatted("", "message", "\"tool_calls\"", ",\"usage\":" + USAGE.json()),
            USAGE);
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
    assertCharged();
  }

  /** To the nano-dollar, but for clients that left: what those are charged is counted. */
  private static void assertCharged() throws Exception {
    long charged = nanos(idle());
    long billed = upstream.billNanos();
    long left =
        upstream.cancelled().stream().map(Upstream.Cancellation::request).distinct().count();
    assertTrue(charged >= billed, charged + " charged, " + billed + " billed");
    assertTrue(
        charged - billed <= left * COUNTED_NANOS, charged + " charged, " + billed + " billed");
  }

  /** The stats when nothing is held any more. */
  private static JsonNode idle() throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      var stats = gateway.json("/v1/stats", "Authorization: Bearer nx-app");
      if (stats.path("budget").path("held_usd").decimalValue().signum() == 0) {
        return stats;
      }
      assertTrue(System.nanoTime() < end, () -> "still held: " + stats.path("budget"));
      Thread.sleep(20);
    }
  }

  private static long nanos(JsonNode stats) {
    return GatewayBox.nanos(stats.path("budget").path("current_spending_usd"));
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
