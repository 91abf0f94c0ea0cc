package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.nexus.server.mock.Upstream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Java's clients, openai-java and LangChain4j, against the launched gateway. After each test all
 * together are charged what the upstream bills, and nothing is held.
 */
class JavaClientsIT {

  private static final String HELLO = "Hello from upstream";
  private static final int AT_ONCE = 100;

  /** A structure that a model fills in. */
  @SuppressWarnings("unused") // written by the client, from JSON
  static final class Weather {
    public String city = "";
    public double degrees;
  }

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static OpenAIClient client;
  private static OpenAIClient poor;
  private static OpenAIClient stranger;

  @BeforeAll
  static void start() throws Exception {
    upstream = SdkUpstream.start();
    gateway = SdkUpstream.gateway(temp.resolve("run"), upstream);
    client = openAi("nx-app");
    poor = openAi("nx-poor");
    stranger = openAi("nx-wrong");
  }

  @AfterAll
  static void stop() throws Exception {
    List.of(client, poor, stranger).forEach(OpenAIClient::close);
    gateway.close();
    upstream.close();
  }

  @AfterEach
  void assertCharged() throws Exception {
    SdkUpstream.assertCharged(gateway, upstream);
  }

  private static OpenAIClient openAi(String key) {
    return OpenAIOkHttpClient.builder().baseUrl(base()).apiKey(key).build();
  }

  private static String base() {
    return gateway.url() + "/v1";
  }

  private static ChatCompletionCreateParams.Builder ask(String text) {
    return ChatCompletionCreateParams.builder().model("m").addUserMessage(text);
  }

  private static String text(ChatCompletion completion) {
    return completion.choices().getFirst().message().content().orElseThrow();
  }

  @Test
  void openAi_chat_isAnswered() {
    var completion = client.chat().completions().create(ask("Hello").build());
    assertEquals(HELLO, text(completion));
    assertEquals(11, completion.usage().orElseThrow().promptTokens());
  }

  @Test
  void openAi_stream_isAnsweredWithItsUsage() {
    var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
    var params = ask("Hello").streamOptions(options).build();
    try (var chunks = client.chat().completions().createStreaming(params)) {
      var all = chunks.stream().toList();
      assertEquals(
          HELLO,
          all.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .map(choice -> choice.delta().content().orElse(""))
              .collect(Collectors.joining()));
      assertEquals(7, all.getLast().usage().orElseThrow().completionTokens());
    }
  }

  @Test
  void openAi_tools_areCalledAndTheirResultsAnswered() {
    var params = ask("Hello").addTool(Weather.class);
    var message = client.chat().completions().create(params.build()).choices().getFirst().message();
    var call = message.toolCalls().orElseThrow().getFirst().asFunction();
    assertEquals("Köln", call.function().arguments(Weather.class).city);
    params
        .addMessage(message)
        .addMessage(
            ChatCompletionToolMessageParam.builder().toolCallId(call.id()).content("21").build());
    assertEquals(HELLO, text(client.chat().completions().create(params.build())));
  }

  @Test
  void openAi_structuredOutput_isFilledIn() {
    var params = ask("Hello").responseFormat(Weather.class).build();
    var weather =
        client.chat().completions().create(params).choices().getFirst().message().content();
    assertEquals("Köln", weather.orElseThrow().city);
    assertEquals(21, weather.orElseThrow().degrees);
  }

  @Test
  void openAi_embeddings_areMade() {
    var params =
        EmbeddingCreateParams.builder()
            .model("m")
            .inputOfArrayOfStrings(List.of("one", "two"))
            .build();
    var data = client.embeddings().create(params).data();
    assertEquals(2, data.size());
    assertEquals(List.of(1f, 2f), data.getLast().embedding());
  }

  @Test
  void openAi_models_areListed() {
    assertTrue(client.models().list().data().stream().map(Model::id).toList().contains("m"));
    assertEquals("m", client.models().retrieve("m").id());
  }

  @Test
  void openAi_streamLeft_endsAtTheUpstream() throws Exception {
    int before = upstream.cancelled().size();
    try (var chunks = client.chat().completions().createStreaming(ask("slowly").build())) {
      assertTrue(chunks.stream().findFirst().isPresent());
    }
    upstream.awaitCancellation(before + 1);
  }

  @Test
  void openAi_hundredAtOnce_areAllServed() throws Exception {
    assertServed(() -> hello(client));
  }

  @Test
  void openAi_overBudget_raisesAtOnce() {
    int before = upstream.chats().size();
    var raised = assertThrows(RateLimitException.class, () -> hello(poor));
    assertEquals("insufficient_quota", raised.code().orElseThrow());
    assertEquals(before, upstream.chats().size());
  }

  @Test
  void openAi_wrongModelOrKey_raises() {
    assertThrows(
        NotFoundException.class,
        () -> client.chat().completions().create(ask("Hello").model("nobody-has-this").build()));
    assertThrows(UnauthorizedException.class, () -> hello(stranger));
  }

  private static String hello(OpenAIClient by) {
    return text(by.chat().completions().create(ask("Hello").build()));
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder langChain(String key) {
    return OpenAiChatModel.builder().baseUrl(base()).apiKey(key).modelName("m").maxRetries(0);
  }

  private static JsonObjectSchema city() {
    return JsonObjectSchema.builder()
        .addStringProperty("city")
        .addNumberProperty("degrees")
        .required("city", "degrees")
        .build();
  }

  @Test
  void langChain_chat_isAnswered() {
    var answer = langChain("nx-app").build().chat(UserMessage.from("Hello"));
    assertEquals(HELLO, answer.aiMessage().text());
    assertEquals(18, answer.tokenUsage().totalTokenCount());
  }

  @Test
  void langChain_stream_isAnsweredWithItsUsage() throws Exception {
    var model =
        OpenAiStreamingChatModel.builder().baseUrl(base()).apiKey("nx-app").modelName("m").build();
    var pieces = new ArrayList<String>();
    var whole = new CompletableFuture<ChatResponse>();
    model.chat(
        "Hello",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            pieces.add(piece);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            whole.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            whole.completeExceptionally(error);
          }
        });
    var answer = whole.get(60, TimeUnit.SECONDS);
    assertEquals(HELLO, String.join("", pieces));
    assertEquals(7, answer.tokenUsage().outputTokenCount());
  }

  @Test
  void langChain_tools_areCalledAndTheirResultsAnswered() {
    var tool = ToolSpecification.builder().name("weather").parameters(city()).build();
    var model = langChain("nx-app").build();
    var question = UserMessage.from("Hello");
    var asked =
        model.chat(ChatRequest.builder().messages(question).toolSpecifications(tool).build());
    var call = asked.aiMessage().toolExecutionRequests().getFirst();
    assertEquals(SdkUpstream.WHERE, call.arguments());
    var told =
        model.chat(
            ChatRequest.builder()
                .messages(question, asked.aiMessage(), ToolExecutionResultMessage.from(call, "21"))
                .toolSpecifications(tool)
                .build());
    assertEquals(HELLO, told.aiMessage().text());
  }

  @Test
  void langChain_structuredOutput_isWritten() {
    var schema = JsonSchema.builder().name("weather").rootElement(city()).build();
    var format = ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();
    var model = langChain("nx-app").strictJsonSchema(true).build();
    var answer =
        model.chat(
            ChatRequest.builder()
                .messages(UserMessage.from("Hello"))
                .responseFormat(format)
                .build());
    assertEquals(SdkUpstream.WHERE, answer.aiMessage().text());
  }

  @Test
  void langChain_embeddings_areMade() {
    var model =
        OpenAiEmbeddingModel.builder().baseUrl(base()).apiKey("nx-app").modelName("m").build();
    var made = model.embedAll(List.of(TextSegment.from("one"), TextSegment.from("two")));
    assertEquals(2, made.content().size());
    assertEquals(List.of(1f, 2f), made.content().getLast().vectorAsList());
  }

  @Test
  void langChain_hundredAtOnce_areAllServed() throws Exception {
    var model = langChain("nx-app").build();
    assertServed(() -> model.chat("Hello"));
  }

  @Test
  void langChain_overBudget_raisesAtOnce() {
    int before = upstream.chats().size();
    assertThrows(
        dev.langchain4j.exception.RateLimitException.class,
        () -> langChain("nx-poor").build().chat("Hello"));
    assertEquals(before, upstream.chats().size());
  }

  private static void assertServed(Callable<String> call) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(java.util.Collections.nCopies(AT_ONCE, call))) {
        assertEquals(HELLO, answer.get());
      }
    }
  }
}
