package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The model for real clients of a launched gateway, and its bill. */
final class SdkUpstream {

  /** Its structured output, and its arguments of tool calls. */
  static final String WHERE = "{\"city\":\"Köln\",\"degrees\":21}";

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 2);

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
      [[limits]]
      name = "limited"
      match = { tag = "limited" }
      requests = 1
      window = "2s"
      [[keys]]
      name = "app"
      key_env = "APP_KEY"
      [[keys]]
      name = "poor"
      key_env = "POOR_KEY"
      """
          + GatewayBox.ONE_CLOUD.replace(
              "models = [\"m\"]",
              "models = [\"m\"]\nmax_concurrent = 256\napis = [\"chat\", \"completions\", \"embeddings\", \"moderations\", \"responses\"]")
          + UnitModel.BACKENDS;

  private SdkUpstream() {}

  static Upstream start() throws IOException {
    var responses = new ResponsesModel("");
    return Upstream.start(
            request -> {
              if (UnitModel.isAsked(request)) {
                return UnitModel.reply(request);
              }
              return ResponsesModel.isAsked(request) ? responses.reply(request) : reply(request);
            })
        .models("m")
        .price(Prices.of("2.5", "10"));
  }

  /**
   * A gateway before it, with a key {@code nx-app} and one, {@code nx-poor}, that may spend
   * nothing.
   */
  static LaunchedGateway gateway(Path folder, Upstream upstream)
      throws IOException, InterruptedException {
    return LaunchedGateway.start(
        folder,
        TOML.replace("{0}", upstream.url()),
        Map.of("APP_KEY", "nx-app", "POOR_KEY", "nx-poor"));
  }

  /** The model's behaviour: it calls the given tool, and writes the requested JSON. */
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
            + JsonNodeFactory.instance.textNode(WHERE)
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

  /** To the nano-dollar, but for clients that left: what those are charged is counted. */
  static void assertCharged(LaunchedGateway gateway, Upstream upstream) throws Exception {
    assertCharged(gateway, upstream, COUNTED_NANOS);
  }

  /**
   * The same.
   *
   * @param countedNanos the most that a client which left is charged more than it is billed
   */
  static void assertCharged(LaunchedGateway gateway, Upstream upstream, long countedNanos)
      throws Exception {
    long charged = nanos(idle(gateway));
    long billed = upstream.billNanos();
    long left =
        upstream.cancelled().stream().map(Upstream.Cancellation::request).distinct().count();
    assertTrue(charged >= billed, charged + " charged, " + billed + " billed");
    assertTrue(
        charged - billed <= left * countedNanos, charged + " charged, " + billed + " billed");
  }

  /** The stats when nothing is held any more. */
  private static JsonNode idle(LaunchedGateway gateway) throws Exception {
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
}
