package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.BoundReader;
import io.nexus.server.dialect.openai.InputReader;
import io.nexus.server.dialect.openai.PromptReader;
import io.nexus.server.dialect.openai.chat.ChatRequest.Places;
import io.nexus.server.dialect.openai.chat.FinalChunks.Form;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of the Completions API in one pass. Each prompt of a list gets {@code n} or
 * {@code best_of} answers. One parser reads one request.
 */
final class CompletionRequestParser {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "models",
          "prompt",
          "suffix",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "best_of",
          "echo",
          "user",
          "service_tier",
          "provider",
          "plugins",
          "file_ids",
          "extra_body");

  private final JsonParser json;
  private final PromptReader prompt;
  private final BoundReader bound;
  private final InputReader inputs;
  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean echo;
  private StreamOptions streamOptions = StreamOptions.NONE;
  private @Nullable Span modelAt;
  private @Nullable Span maxTokensAt;
  private @Nullable Span maxCompletionTokensAt;

  private CompletionRequestParser(byte[] body, JsonParser json) {
    this.json = json;
    this.prompt = new PromptReader(body, json);
    this.bound = new BoundReader(json, prompt);
    this.inputs = new InputReader(json, prompt);
  }

  /**
   * Reads a body.
   *
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static Asked parse(byte[] body) {
    try (var json = Json.parser(body)) {
      return new CompletionRequestParser(body, json).parseAll(body);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private Asked parseAll(byte[] body) throws IOException {
    int end = RequestFields.each(json, NAMES, this::field);
    if (modelAt == null) {
      throw RequestFields.missing("model");
    }
    bound.answersEach(Math.max(1, inputs.inputs()));
    var read = prompt.read();
    var needs =
        new Needs(
            Api.COMPLETIONS, stream, false, false, false, false, bound.read(prompt.kinds(false)));
    var places =
        new Places(
            modelAt,
            maxTokensAt,
            maxCompletionTokensAt,
            streamOptions.at(),
            streamOptions.usageAt(),
            end);
    return new ChatRequest(
        new RequestContent(body, read),
        model,
        needs,
        user,
        streamOptions.usageWanted(),
        places,
        Form.COMPLETION,
        echo ? prompt.chars() * needs.choices() : 0);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> {
        int from = Json.start(json);
        model = RequestFields.model(json);
        modelAt = new Span(from, Json.end(json));
        bound.model(model);
      }
      case "prompt" -> {
        if (json.currentToken() != JsonToken.VALUE_NULL) {
          inputs.read(name);
        }
      }
      case "suffix" -> suffix();
      case "stream" -> stream = RequestFields.flag(json, name);
      case "stream_options" -> streamOptions = StreamOptions.read(json);
      case "echo" -> echo = RequestFields.flag(json, name);
      case "max_tokens" -> maxTokensAt = bound.limit(name);
      case "max_completion_tokens" -> maxCompletionTokensAt = bound.limit(name);
      case "n", "best_of" -> bound.choices(name);
      case "user" -> user = RequestFields.user(json);
      case "service_tier" -> bound.tier();
      case "models" -> bound.models();
      case "provider" -> bound.provider();
      case "plugins" -> bound.plugins();
      case "file_ids" -> bound.elsewhere(name);
      case "temperature",
          "top_p",
          "top_k",
          "min_p",
          "frequency_penalty",
          "presence_penalty",
          "repetition_penalty",
          "seed",
          "stop",
          "logit_bias",
          "logprobs" ->
          json.skipChildren();
      default -> bound.unknown();
    }
  }

  private void suffix() throws IOException {
    switch (json.currentToken()) {
      case VALUE_NULL -> {}
      case VALUE_STRING -> prompt.text(json.getText());
      default -> throw RequestFields.wrongType("suffix", "a string");
    }
  }
}
