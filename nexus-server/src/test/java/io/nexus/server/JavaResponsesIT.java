package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import io.nexus.server.mock.Upstream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Responses API by openai-java against the launched gateway. After each test all together are
 * charged what the upstream bills, and nothing is held.
 */
class JavaResponsesIT {

  private static final String HELLO = "Hello from upstream";

  /** The most that a client which left is charged more than it is billed: fifty tokens. */
  private static final long COUNTED_NANOS = 500_000;

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
    SdkUpstream.assertCharged(gateway, upstream, COUNTED_NANOS);
  }

  private static OpenAIClient openAi(String key) {
    return OpenAIOkHttpClient.builder().baseUrl(gateway.url() + "/v1").apiKey(key).build();
  }

  private static ResponseCreateParams.Builder ask(String text) {
    return ResponseCreateParams.builder().model("m").input(text);
  }

  private static Response hello(OpenAIClient by) {
    return by.responses().create(ask("Hello").build());
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(part -> part.asOutputText().text())
        .collect(Collectors.joining());
  }

  @Test
  void create_isAnswered() {
    var response = hello(client);
    assertEquals(HELLO, text(response));
    assertEquals(7, response.usage().orElseThrow().outputTokens());
  }

  @Test
  void stream_isAnsweredWithItsUsage() {
    var whole = ResponseAccumulator.create();
    try (var events = client.responses().createStreaming(ask("Hello").build())) {
      events.stream().forEach(whole::accumulate);
    }
    assertEquals(HELLO, text(whole.response()));
    assertEquals(7, whole.response().usage().orElseThrow().outputTokens());
  }

  @Test
  void tools_areCalledAndTheirResultsAnswered() {
    var params = ask("Hello").addTool(JavaClientsIT.Weather.class);
    var first = client.responses().create(params.build());
    var call = first.output().getFirst().asFunctionCall();
    assertEquals("Köln", call.arguments(JavaClientsIT.Weather.class).city);
    var result =
        ResponseInputItem.ofFunctionCallOutput(
            ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output("21")
                .build());
    var turn =
        params.inputOfResponse(List.of(ResponseInputItem.ofFunctionCall(call), result)).build();
    assertEquals(HELLO, text(client.responses().create(turn)));
  }

  @Test
  void structuredOutput_isFilledIn() {
    var params = ask("Hello").text(JavaClientsIT.Weather.class).build();
    var weather =
        client.responses().create(params).output().stream()
            .flatMap(item -> item.message().stream())
            .flatMap(message -> message.content().stream())
            .map(part -> part.asOutputText())
            .findFirst()
            .orElseThrow();
    assertEquals("Köln", weather.city);
  }

  @Test
  void keptResponse_isContinuedRetrievedAndDeleted() {
    var first = hello(client);
    var next = ask("more").previousResponseId(first.id()).build();
    assertEquals(first.id(), client.responses().create(next).previousResponseId().orElseThrow());
    assertEquals(HELLO, text(client.responses().retrieve(first.id())));
    assertEquals(1, client.responses().inputItems().list(first.id()).data().size());
    assertThrows(NotFoundException.class, () -> poor.responses().retrieve(first.id()));
    client.responses().delete(first.id());
    assertThrows(NotFoundException.class, () -> client.responses().retrieve(first.id()));
  }

  @Test
  void conversation_isBegunContinuedAndDeleted() {
    var begun = client.conversations().create();
    assertEquals(
        HELLO, text(client.responses().create(ask("Hello").conversation(begun.id()).build())));
    assertEquals(1, client.conversations().items().list(begun.id()).data().size());
    client.conversations().delete(begun.id());
    assertThrows(NotFoundException.class, () -> client.conversations().retrieve(begun.id()));
  }

  @Test
  void backgroundResponse_isMadeOrCancelled() {
    var params = ask("Hello").background(true).build();
    var response = client.responses().create(params);
    while (response.status().orElseThrow().equals(ResponseStatus.QUEUED)) {
      response = client.responses().retrieve(response.id());
    }
    assertEquals(HELLO, text(response));
    var cancelled = client.responses().cancel(client.responses().create(params).id());
    assertEquals(ResponseStatus.CANCELLED, cancelled.status().orElseThrow());
  }

  @Test
  void inputTokens_areCounted() {
    var params = InputTokenCountParams.builder().model("m").input("Hello").build();
    assertEquals(11, client.responses().inputTokens().count(params).inputTokens());
  }

  @Test
  void streamLeft_endsAtTheUpstream() throws Exception {
    int before = upstream.cancelled().size();
    var params = ask("slowly").maxOutputTokens(50).build();
    try (var events = client.responses().createStreaming(params)) {
      assertTrue(events.stream().anyMatch(event -> event.isOutputTextDelta()));
    }
    upstream.awaitCancellation(before + 1);
  }

  @Test
  void overBudget_raisesAtOnce() {
    int before = upstream.chats().size();
    var raised = assertThrows(RateLimitException.class, () -> hello(poor));
    assertEquals("insufficient_quota", raised.code().orElseThrow());
    assertEquals(before, upstream.chats().size());
  }

  @Test
  void wrongModelOrKey_raises() {
    assertThrows(
        NotFoundException.class,
        () -> client.responses().create(ask("Hello").model("nobody-has-this").build()));
    assertThrows(UnauthorizedException.class, () -> hello(stranger));
  }
}
