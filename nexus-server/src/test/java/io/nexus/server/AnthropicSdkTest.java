package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Anthropic's own client takes the gateway for Anthropic. */
class AnthropicSdkTest {

  private static final String CONFIG =
      Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0.01")
          + """
          [[keys]]
          name = "app"
          key_env = "APP_KEY"
          """;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);
  private static final long NANOS = 10 * 2_500 + 5 * 10_000;

  private Upstream upstream;
  private GatewayBox box;
  private AnthropicClient client;

  @BeforeEach
  void start() throws Exception {
    upstream =
        Upstream.start(request -> Messages.reply(request, "Hello from upstream", USAGE))
            .price(Prices.of("2.5", "10"));
    box = GatewayBox.of(CONFIG, upstream).with("APP_KEY", "nx-app").asking("nx-app").start();
    client = client("nx-app");
  }

  private AnthropicClient client(String key) {
    return AnthropicOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + box.port())
        .apiKey(key)
        .build();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    box.close();
    upstream.close();
  }

  private static MessageCreateParams.Builder hello() {
    return MessageCreateParams.builder().model("m").maxTokens(100).addUserMessage("Hello");
  }

  @Test
  void message_plain_isAnsweredAndCharged() throws Exception {
    var message = client.messages().create(hello().build());
    assertEquals("Hello from upstream", message.content().getFirst().asText().text());
    assertEquals(5, message.usage().outputTokens());
    assertEquals(NANOS, MessagesTest.spent(box.idle()));
  }

  @Test
  void message_stream_isAnsweredEventByEvent() throws Exception {
    var whole = MessageAccumulator.create();
    try (var events = client.messages().createStreaming(hello().build())) {
      events.stream().forEach(whole::accumulate);
    }
    var message = whole.message();
    assertEquals("Hello from upstream", message.content().getFirst().asText().text());
    assertEquals(StopReason.END_TURN, message.stopReason().orElseThrow());
    assertEquals(5, message.usage().outputTokens());
    assertEquals(NANOS, MessagesTest.spent(box.idle()));
  }

  @Test
  void message_tools_comeThrough() {
    var call =
        "[{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{\"city\":\"Köln\"}}]";
    var answer = Messages.message(call, "\"tool_use\"", Messages.usage(USAGE, 5));
    upstream.script(_ -> UpstreamReply.json(200, answer, USAGE));
    var schema =
        Tool.InputSchema.builder()
            .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of())))
            .build();
    var weather = Tool.builder().name("weather").inputSchema(schema).build();
    var message = client.messages().create(hello().addTool(weather).build());
    var made = message.content().getFirst().asToolUse();
    assertEquals("weather", made.name());
    assertTrue(made._input().toString().contains("Köln"), made::toString);
    assertTrue(upstream.chats().getLast().json().at("/tools/0").has("input_schema"));
  }

  @Test
  void tokens_areCountedForNothing() throws Exception {
    upstream.script(_ -> UpstreamReply.refuse(200, "{\"input_tokens\":14}"));
    var asked = MessageCountTokensParams.builder().model("m").addUserMessage("Hello").build();
    assertEquals(14, client.messages().countTokens(asked).inputTokens());
    assertEquals(0, MessagesTest.spent(box.idle()));
  }

  @Test
  void models_list_isReadable() {
    assertEquals("m", client.models().list().items().getFirst().id());
  }

  @Test
  void message_overBudget_raisesAtOnce() throws Exception {
    var params = hello().addUserMessage("x ".repeat(20_000)).build();
    var raised =
        assertThrows(AnthropicServiceException.class, () -> client.messages().create(params));
    assertEquals(402, raised.statusCode());
    assertTrue(
        String.valueOf(raised.getMessage()).contains("Budget limit exceeded, request rejected"));
    assertEquals(1, box.idle().path("requests").path("total").asInt(), "one try");
    assertTrue(upstream.chats().isEmpty());
  }

  @Test
  void message_ofAnUnknownModel_orWithAWrongKey_raisesWhatItIs() {
    var unknown = hello().model("none").build();
    assertThrows(NotFoundException.class, () -> client.messages().create(unknown));
    var other = client("nx-wrong");
    assertThrows(UnauthorizedException.class, () -> other.messages().create(hello().build()));
    other.close();
  }
}
