package io.nexus.server.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backend without a model: it speaks OpenAI's chat API on a free port of the loopback and answers
 * every prompt with words, the same ones for the same prompt.
 *
 * <p>It counts its own bill by its models' prices, as a provider would, so that the gateway's
 * accounts can be held against it. A stream that the client leaves is billed for what was sent.
 * Safe for many threads.
 */
public final class SimulatedBackend implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> WORDS =
      List.of(
          ("A budget is a promise about the future: every token spends some of it, and what is held"
                  + " first cannot be spent twice.")
              .split(" "));

  private final Map<String, ModelPricing> models;
  private final Duration perToken;
  private final AtomicLong billNanos = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final WebServer server;

  private record Answer(String id, String model, List<String> tokens, Usage usage, String finish) {}

  private SimulatedBackend(Map<String, ModelPricing> models, Duration perToken) {
    this.models = new TreeMap<>(models);
    this.perToken = perToken;
    this.server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            // Without it small events wait for the acknowledgement of the one before.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .routing(
                routing ->
                    routing.get("/v1/models", this::list).post("/v1/chat/completions", this::chat))
            .build()
            .start();
  }

  /**
   * Starts one on a free port.
   *
   * @param models the models that it has, and what each costs
   * @param perToken how long a token takes; not negative
   */
  public static SimulatedBackend start(Map<String, ModelPricing> models, Duration perToken) {
    return new SimulatedBackend(models, perToken);
  }

  /** The base URL for a backend's configuration, with {@code /v1}. */
  public String url() {
    return "http://127.0.0.1:" + server.port() + "/v1";
  }

  /** What all answers so far cost; complete for an answer before its last byte is sent. */
  public Money bill() {
    return new Money(billNanos.get());
  }

  /** The number of chat requests that were answered, refusals not among them. */
  public long requests() {
    return requests.get();
  }

  @Override
  public void close() {
    server.stop();
  }

  private void list(ServerRequest request, ServerResponse response) {
    ObjectNode list = JSON.createObjectNode().put("object", "list");
    for (String model : models.keySet()) {
      list.withArray("data")
          .addObject()
          .put("id", model)
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", "simulated");
    }
    send(response, 200, list);
  }

  private void chat(ServerRequest request, ServerResponse response) {
    JsonNode chat;
    try {
      chat = JSON.readTree(request.content().as(byte[].class));
    } catch (IOException e) {
      refuse(response, 400, "The body is not JSON.");
      return;
    }
    if (!models.containsKey(chat.path("model").asText())) {
      refuse(response, 404, "There is no such model here.");
      return;
    }
    Answer answer = answer(chat);
    if (chat.path("stream").asBoolean()) {
      stream(response, answer, chat.path("stream_options").path("include_usage").asBoolean());
    } else {
      pause(answer.tokens().size());
      bill(answer.model(), answer.usage());
      send(response, 200, completion(answer));
    }
  }

  /** Some four characters a token for the prompt, a word a token for the answer. */
  private Answer answer(JsonNode chat) {
    String prompt = chat.path("messages").toString();
    int seed = prompt.hashCode() & 0xffff;
    int wanted = 160 + seed % 240;
    int cap = chat.path("max_completion_tokens").asInt(chat.path("max_tokens").asInt(wanted));
    int count = Math.clamp(cap, 0, wanted);
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add((i == 0 ? "" : " ") + WORDS.get((seed + i) % WORDS.size()));
    }
    return new Answer(
        "chatcmpl-sim-" + requests.incrementAndGet(),
        chat.path("model").asText(),
        List.copyOf(tokens),
        Usage.of((prompt.length() + 3) / 4, count),
        count < wanted ? "length" : "stop");
  }

  private static ObjectNode completion(Answer answer) {
    ObjectNode completion = envelope(answer, "chat.completion");
    ObjectNode choice = completion.withArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", String.join("", answer.tokens()));
    choice.put("finish_reason", answer.finish());
    completion.set("usage", usage(answer.usage()));
    return completion;
  }

  private void stream(ServerResponse response, Answer answer, boolean includeUsage) {
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    int sent = 0;
    boolean billed = false;
    try (OutputStream out = response.outputStream()) {
      for (String token : answer.tokens()) {
        pause(1);
        ObjectNode chunk = envelope(answer, "chat.completion.chunk");
        ObjectNode choice = chunk.withArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", token);
        choice.putNull("finish_reason");
        event(out, chunk.toString());
        sent++;
      }
      ObjectNode last = envelope(answer, "chat.completion.chunk");
      ObjectNode choice = last.withArray("choices").addObject().put("index", 0);
      choice.putObject("delta");
      choice.put("finish_reason", answer.finish());
      event(out, last.toString());
      bill(answer.model(), answer.usage());
      billed = true;
      if (includeUsage) {
        ObjectNode chunk = envelope(answer, "chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage(answer.usage()));
        event(out, chunk.toString());
      }
      event(out, "[DONE]");
    } catch (IOException | UncheckedIOException e) {
      // The client has gone, which ends the answer: no one is left to tell.
    } finally {
      if (!billed && sent > 0) {
        bill(answer.model(), Usage.of(answer.usage().inputTokens(), sent));
      }
    }
  }

  private void bill(String model, Usage used) {
    billNanos.addAndGet(models.getOrDefault(model, ModelPricing.FREE).cost(used).nanos());
  }

  private void pause(int tokens) {
    try {
      Thread.sleep(perToken.multipliedBy(tokens));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static ObjectNode envelope(Answer answer, String object) {
    return JSON.createObjectNode()
        .put("id", answer.id())
        .put("object", object)
        .put("created", 0)
        .put("model", answer.model());
  }

  private static ObjectNode usage(Usage usage) {
    return JSON.createObjectNode()
        .put("prompt_tokens", usage.inputTokens())
        .put("completion_tokens", usage.outputTokens())
        .put("total_tokens", usage.inputTokens() + usage.outputTokens());
  }

  private static void refuse(ServerResponse response, int status, String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error").put("message", message).put("type", "invalid_request_error");
    send(response, status, body);
  }

  private static void send(ServerResponse response, int status, ObjectNode body) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json");
    try {
      response.send(JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
