package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own client takes the gateway for OpenAI. */
class OpenAiSdkTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.01
      hard_limit_action = "reject"
      """
          + GatewayBox.ONE_CLOUD
          + """
          [[keys]]
          name = "app"
          key_env = "APP_KEY"
          """;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);

  private Upstream upstream;
  private GatewayBox box;
  private OpenAIClient client;

  @BeforeEach
  void start() throws Exception {
    upstream = Upstream.answering("Hello from upstream", USAGE).price(Prices.of("2.5", "10"));
    box = GatewayBox.of(CONFIG, upstream).with("APP_KEY", "nx-app").asking("nx-app").start();
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + box.port() + "/v1")
            .apiKey("nx-app")
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    box.close();
    upstream.close();
  }

  private static ChatCompletionCreateParams.Builder hello() {
    return ChatCompletionCreateParams.builder()
        .model("m")
        .maxCompletionTokens(100)
        .addUserMessage("Hello");
  }

  @SuppressWarnings("deprecation") // the client's only access to fields that it does not know
  private static double cost(CompletionUsage usage) {
    return Double.parseDouble(String.valueOf(usage._additionalProperties().get("cost")));
  }

  @Test
  void chat_plain_isAnswered() {
    var completion = client.chat().completions().create(hello().build());
    var choice = completion.choices().getFirst();
    assertEquals("Hello from upstream", choice.message().content().orElseThrow());
    var usage = completion.usage().orElseThrow();
    assertEquals(10, usage.promptTokens());
    assertEquals(0.000075, cost(usage));
  }

  @Test
  void chat_stream_isAnsweredChunkByChunk() {
    var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
    var params = hello().streamOptions(options).build();
    try (var chunks = client.chat().completions().createStreaming(params)) {
      var all = chunks.stream().toList();
      String text =
          all.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .map(choice -> choice.delta().content().orElse(""))
              .collect(Collectors.joining());
      assertEquals("Hello from upstream", text);
      var usage = all.getLast().usage().orElseThrow();
      assertEquals(0.000075, cost(usage));
    }
  }

  @Test
  void chat_tools_comeThrough() {
    String answer =
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
        "finish_reason":"tool_calls","logprobs":null,"message":{"role":"assistant","content":null,\
        "refusal":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather",\
        "arguments":"{\\"city\\":\\"Köln\\"}"}}]}}],"usage":%s}"""
            .formatted(USAGE.json());
    upstream.script(_ -> UpstreamReply.json(200, answer, USAGE));
    var city = Map.of("city", Map.of("type", "string"));
    var weather =
        FunctionDefinition.builder()
            .name("weather")
            .parameters(
                FunctionParameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty("properties", JsonValue.from(city))
                    .build())
            .build();
    var completion = client.chat().completions().create(hello().addFunctionTool(weather).build());
    var call = completion.choices().getFirst().message().toolCalls().orElseThrow().getFirst();
    assertEquals("weather", call.asFunction().function().name());
    assertEquals("{\"city\":\"Köln\"}", call.asFunction().function().arguments());
    assertTrue(upstream.chats().getLast().json().path("tools").path(0).has("function"));
  }

  @Test
  void models_list_isReadable() {
    assertEquals(List.of("m"), client.models().list().data().stream().map(Model::id).toList());
  }

  @Test
  void chat_overBudget_raisesAtOnce() throws Exception {
    var params = hello().addUserMessage("x ".repeat(20_000)).build();
    var raised =
        assertThrows(RateLimitException.class, () -> client.chat().completions().create(params));
    assertEquals(429, raised.statusCode());
    assertEquals("insufficient_quota", raised.code().orElseThrow());
    assertTrue(
        String.valueOf(raised.getMessage()).contains("Budget limit exceeded, request rejected"));
    assertEquals(1, box.idle().path("requests").path("total").asInt(), "one try");
    assertTrue(upstream.chats().isEmpty());
  }

  @Test
  void chat_unknownModel_raisesNotFound() {
    var raised =
        assertThrows(
            NotFoundException.class,
            () -> client.chat().completions().create(hello().model("none").build()));
    assertEquals("model_not_found", raised.code().orElseThrow());
    assertFalse(raised.headers().values("x-request-id").isEmpty());
  }
}
