package io.nexus.server;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.FinishReason;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import io.nexus.server.mock.Upstream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Google's own client for Java against the launched gateway. After each test all together are
 * charged what the upstream bills, and nothing is held.
 */
class JavaGeminiIT {

  private static final String HELLO = "Hello from upstream";
  private static final GenerateContentConfig PLAIN = GenerateContentConfig.builder().build();

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
          name = "leaver"
          key_env = "LEAVER_KEY"
          """;

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static Client client;
  private static Client poor;
  private static Client leaver;
  private static Client stranger;

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
                "LEAVER_KEY", "nx-leaver"));
    client = by("nx-app");
    poor = by("nx-poor");
    leaver = by("nx-leaver");
    stranger = by("nx-wrong");
  }

  @AfterAll
  static void stop() throws Exception {
    List.of(client, poor, leaver, stranger).forEach(Client::close);
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void assertCharged() throws Exception {
    var stats = GoogleClientsIT.idle(gateway);
    assertEquals(GeminiModel.billNanos(upstream), GoogleClientsIT.nanos(stats, "app"));
    assertEquals(0, GoogleClientsIT.nanos(stats, "poor"));
    assertTrue(upstream.billNanos() <= GoogleClientsIT.nanos(stats, "global"), stats::toString);
  }

  private static Client by(String key) {
    return Client.builder()
        .apiKey(key)
        .httpOptions(HttpOptions.builder().baseUrl(gateway.url()).build())
        .build();
  }

  private static GenerateContentResponse hello(Client by) {
    return by.models.generateContent("m", "Hello", PLAIN);
  }

  private static void assertStatus(int status, Executable call) {
    assertEquals(status, assertThrows(ApiException.class, call).code());
  }

  @Test
  void generate_isAnswered() {
    var answer = hello(client);
    assertEquals(HELLO, answer.text());
    assertEquals(FinishReason.Known.STOP, answer.finishReason().knownEnum());
    assertEquals(2, answer.usageMetadata().orElseThrow().thoughtsTokenCount().orElseThrow());
  }

  @Test
  void stream_isAnsweredWithItsUsage() {
    var text = new StringBuilder();
    long tokens = 0;
    try (var chunks = client.models.generateContentStream("m", "Hello", PLAIN)) {
      for (var chunk : chunks) {
        text.append(chunk.text());
        tokens = chunk.usageMetadata().flatMap(usage -> usage.totalTokenCount()).orElse(0);
      }
    }
    assertEquals(HELLO, text.toString());
    assertTrue(tokens > 0);
  }

  @Test
  void tools_areCalledAndTheirResultsAnswered() {
    var weather = FunctionDeclaration.builder().name("weather").description("Tells it").build();
    var config =
        GenerateContentConfig.builder()
            .tools(Tool.builder().functionDeclarations(weather).build())
            .build();
    var turns = new ArrayList<>(List.of(Content.fromParts(Part.fromText("Hello"))));
    var first = client.models.generateContent("m", turns, config);
    var call = requireNonNull(first.functionCalls()).getFirst();
    assertEquals("Köln", call.args().orElseThrow().get("city"));
    turns.add(first.candidates().orElseThrow().getFirst().content().orElseThrow());
    turns.add(Content.fromParts(Part.fromFunctionResponse("weather", Map.of("degrees", 21))));
    assertEquals(HELLO, client.models.generateContent("m", turns, config).text());
  }

  @Test
  void structuredOutput_isFilledIn() {
    var config =
        GenerateContentConfig.builder()
            .responseMimeType("application/json")
            .responseJsonSchema(
                Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))))
            .build();
    var text = client.models.generateContent("m", "Hello", config).text();
    assertTrue(text != null && text.contains("\"city\":\"Köln\""), text);
  }

  @Test
  void thinking_isAnswered() {
    var config =
        GenerateContentConfig.builder()
            .systemInstruction(Content.fromParts(Part.fromText("Be nice")))
            .thinkingConfig(ThinkingConfig.builder().thinkingBudget(100).includeThoughts(true))
            .build();
    assertEquals(HELLO, client.models.generateContent("m", "Hello", config).text());
  }

  @Test
  void chat_goesOn() {
    var chat = client.chats.create("m");
    assertEquals(HELLO, chat.sendMessage("Hello").text());
    assertEquals(HELLO, chat.sendMessage("Hello again").text());
  }

  @Test
  void tokensAndVectors_areTold() {
    var count = client.models.countTokens("m", "Hello", null);
    assertEquals(31, count.totalTokens().orElseThrow());
    var vectors =
        client.models.embedContent(
            "m", List.of("Hello", "again"), EmbedContentConfig.builder().build());
    assertEquals(2, vectors.embeddings().orElseThrow().size());
  }

  @Test
  void models_areListedAndGotten() {
    var names = new ArrayList<String>();
    client
        .models
        .list(ListModelsConfig.builder().build())
        .forEach(model -> names.add(model.name().orElse("")));
    assertTrue(names.contains("models/m"), names::toString);
    assertEquals("models/m", client.models.get("m", null).name().orElseThrow());
  }

  @Test
  void streamThatIsLeft_endsAndIsCharged() {
    try (var chunks = leaver.models.generateContentStream("m", "slowly", PLAIN)) {
      assertEquals("one ", chunks.iterator().next().text());
    }
    assertEquals(HELLO, hello(client).text());
  }

  @Test
  void hundredAtOnce_areAllAnswered() throws Exception {
    Callable<String> call = () -> String.valueOf(hello(client).text());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(Collections.nCopies(100, call))) {
        assertEquals(HELLO, answer.get());
      }
    }
  }

  @Test
  void overBudget_isToldInItsOwnWords() {
    var refused = assertThrows(ApiException.class, () -> hello(poor));
    assertEquals(402, refused.code());
    assertTrue(refused.message().contains("Budget limit exceeded"), refused.message());
    assertStatus(402, () -> poor.models.generateContentStream("m", "Hello", PLAIN).close());
  }

  @Test
  void wrongModelAndWrongKey_areTold() {
    assertStatus(404, () -> client.models.generateContent("nobody-has-this", "Hello", PLAIN));
    assertStatus(401, () -> hello(stranger));
  }
}
