package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
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

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 2);
  private static final String WHERE = "{\"city\":\"Köln\",\"degrees\":21}";

  /** What each program that is cut off has for that. */
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
    upstream =
        Upstream.start(GoogleClientsIT::reply)
            .models("m")
            .price(Prices.of("2.5", "0.25", "10", "10"));
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

  /** What a model does: calls the tool that it is given, writes the JSON that is asked for. */
  private static UpstreamReply reply(UpstreamRequest request) {
    var json = request.json();
    if (request.path().endsWith(":countTokens")) {
      return Gemini.whole("{\"totalTokens\":31}", NONE);
    }
    if (request.path().contains("mbedContent")) {
      return vectors(request.path().contains("batch") ? json.path("requests").size() : 0);
    }
    var contents = json.path("contents");
    var last = contents.path(contents.size() - 1);
    if (json.path("tools").toString().contains("unctionDeclarations")
        && !last.toString().contains("functionResponse")) {
      return generated(request, "{\"functionCall\":{\"name\":\"weather\",\"args\":" + WHERE + "}}");
    }
    if (json.at("/generationConfig/responseMimeType").asText().equals("application/json")) {
      return generated(request, Gemini.text(WHERE));
    }
    if (request.text().contains("endless")) {
      return Gemini.stream(Collections.nCopies(20_000, "word "), UpstreamUsage.of(11, 20_000))
          .paced(Pace.everyMillis(1));
    }
    if (request.text().contains("break")) {
      return Gemini.stream(List.of("one ", "two ", "three"), USAGE).breakingAfter(2, Break.CLOSE);
    }
    if (request.text().contains("inlineData")) {
      return Gemini.reply(request, "Hello from upstream", new UpstreamUsage(269, 0, 7, 2));
    }
    return request.text().contains("slowly")
        ? Gemini.stream(List.of("one ", "two ", "three"), USAGE).paced(Pace.everyMillis(200))
        : Gemini.reply(request, "Hello from upstream", USAGE);
  }

  private static UpstreamReply generated(UpstreamRequest request, String part) {
    var chunk = Gemini.chunk(part, "STOP", USAGE);
    return request.path().contains(":stream")
        ? Gemini.events(List.of(new UpstreamReply.Chunk(chunk, 7)), USAGE)
        : Gemini.whole(chunk, USAGE);
  }

  /** The vector (1, 2) for each of a batch, or for the only one. */
  private static UpstreamReply vectors(int count) {
    var vector = "{\"values\":[1.0,2.0]}";
    var body =
        count == 0
            ? "\"embedding\":" + vector
            : Collections.nCopies(count, vector).stream()
                .collect(Collectors.joining(",", "\"embeddings\":[", "]"));
    return Gemini.whole(
        "{" + body + ",\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9}}",
        UpstreamUsage.of(9, 0));
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

  /** To the nano-dollar; answers that nobody heard to their end have keys of their own. */
  private static void assertCharged() throws Exception {
    long billed = 0;
    for (var request : upstream.chats()) {
      boolean whole = !request.text().matches("(?s).*(endless|slowly|break).*");
      billed += whole ? upstream.billNanos(request.number()) : 0;
    }
    var stats = idle();
    assertEquals(billed, nanos(stats, "app"));
    for (var program : PROGRAMS) {
      assertTrue(nanos(stats, program) <= SHORT_NANOS, stats::toString);
    }
    assertEquals(0, nanos(stats, "poor"));
    long all = nanos(stats, "global");
    assertTrue(upstream.billNanos() <= all, () -> upstream.billNanos() + " billed, " + all);
  }

  private static long nanos(JsonNode stats, String budget) {
    for (var each : stats.path("budgets")) {
      if (each.path("name").asText().equals(budget)) {
        return GatewayBox.nanos(each.path("current_spending_usd"));
      }
    }
    throw new AssertionError("no budget " + budget + " in " + stats);
  }

  /** The stats when nothing is held any more, with the budgets of all keys. */
  private static JsonNode idle() throws Exception {
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
