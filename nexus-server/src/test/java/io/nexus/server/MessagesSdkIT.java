package io.nexus.server;

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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that speak Anthropic's Messages API, from npm and PyPI, against the launched gateway:
 * each gets what it asks for, and all together are charged what the upstream bills.
 *
 * <p>The clients are installed on first use, in the versions that {@code
 * src/test/clients/anthropic} names. A machine without Node.js and Python fails the test: none is
 * skipped.
 */
class MessagesSdkIT {

  private static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 0);
  private static final String WHERE = "{\"city\":\"Köln\",\"degrees\":21}";

  /**
   * The most that a client which left, or was cut off, is charged more than it is billed: what it
   * asked for, 4,000 tokens, since the time counts in which nothing came.
   */
  private static final long COUNTED_NANOS = 40_000_000;

  static final String TOML =
      Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 100")
          + """
          [[budgets]]
          name = "poor"
          match = { key = "poor" }
          limit = 0
          hard_limit_action = "reject"
          [[budgets]]
          name = "short"
          match = { key = "short" }
          limit = 0.01
          hard_limit_action = "reject"
          [[keys]]
          name = "app"
          key_env = "APP_KEY"
          [[keys]]
          name = "poor"
          key_env = "POOR_KEY"
          [[keys]]
          name = "short"
          key_env = "SHORT_KEY"
          """;
  static final Map<String, String> KEYS =
      Map.of("APP_KEY", "nx-app", "POOR_KEY", "nx-poor", "SHORT_KEY", "nx-short");

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static ClientPrograms clients;

  @BeforeAll
  static void start() throws Exception {
    upstream = startUpstream();
    gateway = LaunchedGateway.start(temp.resolve("run"), TOML.replace("{0}", upstream.url()), KEYS);
    clients =
        new ClientPrograms(
            Path.of("src/test/clients/anthropic").toAbsolutePath(),
            Path.of("target/clients-anthropic").toAbsolutePath(),
            temp,
            Map.of(
                "NEXUS_URL", gateway.url(),
                "NEXUS_KEY", "nx-app",
                "NEXUS_POOR_KEY", "nx-poor",
                "NEXUS_SHORT_KEY", "nx-short"));
  }

  static Upstream startUpstream() throws IOException {
    return Upstream.start(MessagesSdkIT::reply).price(Prices.of("2.5", "0.25", "10", "10"));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  /** The model's behaviour: it calls the given tool, and writes the requested JSON. */
  private static UpstreamReply reply(UpstreamRequest request) {
    if (request.method().equals("GET")) {
      return Messages.models("m");
    }
    if (request.path().contains("count_tokens")) {
      return UpstreamReply.refuse(200, "{\"input_tokens\":14}");
    }
    var json = request.json();
    var tool = json.at("/tools/0/name").asText();
    if (!tool.isEmpty() && !request.text().contains("tool_result")) {
      return toolCall(request, tool);
    }
    if (request.text().contains("json_schema")) {
      return Messages.reply(request, WHERE, USAGE);
    }
    if (request.text().contains("endless")) {
      int most = json.path("max_tokens").asInt();
      var all = Messages.stream(Collections.nCopies(most, "word "), UpstreamUsage.of(8, most));
      var chunks = new ArrayList<>(all.chunks());
      chunks.set(chunks.size() - 2, Messages.end("max_tokens", "{\"output_tokens\":" + most + "}"));
      return Messages.events(chunks, all.usage()).paced(Pace.perSecond(500));
    }
    return request.text().contains("slowly")
        ? Messages.stream(List.of("one ", "two ", "three"), USAGE).paced(Pace.everyMillis(200))
        : Messages.reply(request, "Hello from upstream", USAGE);
  }

  private static UpstreamReply toolCall(UpstreamRequest request, String name) {
    var call = "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"%s\",\"input\":%s}";
    if (!request.json().path("stream").asBoolean()) {
      var content = "[" + call.formatted(name, WHERE) + "]";
      var usage = Messages.usage(USAGE, USAGE.completion());
      return UpstreamReply.json(200, Messages.message(content, "\"tool_use\"", usage), USAGE);
    }
    var chunks = new ArrayList<Chunk>();
    chunks.add(Messages.start(USAGE));
    chunks.add(
        Messages.event(
            "content_block_start",
            "\"index\":0,\"content_block\":" + call.formatted(name, "{}"),
            0));
    for (var part : List.of(WHERE.substring(0, 9), WHERE.substring(9))) {
      chunks.add(
          Messages.delta(
              "{\"type\":\"input_json_delta\",\"partial_json\":" + Messages.quoted(part) + "}"));
    }
    chunks.add(Messages.event("content_block_stop", "\"index\":0", 0));
    chunks.add(Messages.end("tool_use", "{\"output_tokens\":" + USAGE.completion() + "}"));
    chunks.add(Messages.event("message_stop", "", 0));
    return Messages.events(chunks, USAGE);
  }

  @ParameterizedTest
  @CsvSource({"sdk, 15", "ai, 8", "langchain, 8"})
  void nodeClient_allOperations_areServedAndCharged(String client, int operations)
      throws Exception {
    clients.node(operations, "clients.mjs", client);
    SdkUpstream.assertCharged(gateway, upstream, COUNTED_NANOS);
  }

  @Test
  void pythonClient_allOperations_areServedAndCharged() throws Exception {
    clients.python(11, "clients.py");
    SdkUpstream.assertCharged(gateway, upstream, COUNTED_NANOS);
  }
}
