package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.TokenKinds;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.BoundReader;
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
 * Reads a chat request in one pass, without a tree. It skips everything that the gateway does not
 * need.
 *
 * <p>A key that affects the cost may not occur twice or in another spelling, since the backend
 * might use the other one. One parser reads one request.
 */
final class ChatRequestParser {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "models",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "best_of",
          "user",
          "tools",
          "tool_choice",
          "functions",
          "function_call",
          "max_tool_calls",
          "response_format",
          "modalities",
          "prediction",
          "documents",
          "service_tier",
          "speed",
          "plugins",
          "provider",
          "preset",
          "web_search",
          "web_search_options",
          "search_parameters",
          "enable_search",
          "previous_response_id",
          "conversation",
          "prompt",
          "prompt_id",
          "file_ids",
          "cached_content",
          "data_sources",
          "container",
          "extra_body");

  private final byte[] body;
  private final JsonParser json;
  private final PromptReader prompt;
  private final BoundReader bound;

  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean jsonMode;
  private boolean audio;
  private boolean messages;
  private @Nullable Span modelAt;
  private @Nullable Span maxTokensAt;
  private @Nullable Span maxCompletionTokensAt;
  private StreamOptions streamOptions = StreamOptions.NONE;

  private ChatRequestParser(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
    this.prompt = new PromptReader(body, json);
    this.bound = new BoundReader(json, prompt);
  }

  /**
   * Reads a body.
   *
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static ChatRequest parse(byte[] body) {
    try (var json = Json.parser(body)) {
      return new ChatRequestParser(body, json).parse();
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private ChatRequest parse() throws IOException {
    int end = RequestFields.each(json, NAMES, this::field);
    if (modelAt == null) {
      throw RequestFields.missing("model");
    }
    if (!messages) {
      throw RequestFields.missing("messages");
    }
    var places =
        new Places(
            modelAt,
            maxTokensAt,
            maxCompletionTokensAt,
            streamOptions.at(),
            streamOptions.usageAt(),
            end);
    var read = prompt.read();
    boolean vision = !read.images().isEmpty();
    boolean sound = audio || prompt.audio();
    var needs =
        new Needs(
            Api.CHAT,
            stream,
            vision,
            bound.tools(),
            jsonMode,
            sound,
            bound.read(prompt.kinds(sound)));
    return new ChatRequest(
        new RequestContent(body, read),
        model,
        needs,
        user,
        streamOptions.usageWanted(),
        places,
        Form.CHAT,
        0);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> model();
      case "messages" -> messages();
      case "stream" -> stream = RequestFields.flag(json, name);
      case "stream_options" -> streamOptions = StreamOptions.read(json);
      case "max_tokens" -> maxTokensAt = bound.limit(name);
      case "max_completion_tokens" -> maxCompletionTokensAt = bound.limit(name);
      case "n", "best_of" -> bound.choices(name);
      case "user" -> user = RequestFields.user(json);
      case "tools", "functions" -> bound.tools(name);
      case "max_tool_calls" -> bound.mostCalls(name);
      case "response_format" -> responseFormat();
      case "modalities" -> modalities();
      case "prediction" -> bound.prediction();
      case "documents" -> prompt.everything(name);
      case "service_tier", "speed" -> bound.tier();
      case "models" -> bound.models();
      case "plugins" -> bound.plugins();
      case "provider" -> bound.provider();
      case "web_search", "web_search_options", "search_parameters", "enable_search" ->
          bound.search(name);
      case "previous_response_id",
          "conversation",
          "prompt_id",
          "preset",
          "file_ids",
          "cached_content",
          "data_sources",
          "container" ->
          bound.elsewhere(name);
      case "prompt" -> prompt();
      case "reasoning_effort", "reasoning", "thinking", "enable_thinking" -> bound.thinking();
      case "prompt_cache_retention", "cache_control" -> {
        prompt.kinds(TokenKinds.ALL);
        json.skipChildren();
      }
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
          "logprobs",
          "top_logprobs",
          "store",
          "metadata",
          "parallel_tool_calls",
          "verbosity",
          "safety_identifier",
          "prompt_cache_key",
          "audio",
          "transforms" ->
          json.skipChildren();
      default -> bound.unknown();
    }
  }

  private void model() throws IOException {
    int from = Json.start(json);
    model = RequestFields.model(json);
    modelAt = new Span(from, Json.end(json));
    bound.model(model);
  }

  private void messages() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFields.wrongType("messages", "an array of messages");
    }
    prompt.messages();
    messages = true;
  }

  /** The client's own prompt, or the name of one stored at the provider. */
  private void prompt() throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      bound.elsewhere("prompt");
    } else {
      bound.unknown();
    }
  }

  private void responseFormat() throws IOException {
    boolean object = json.currentToken() == JsonToken.START_OBJECT;
    int from = Json.start(json);
    json.skipChildren();
    if (object) {
      jsonMode = !prompt.definition(from, Json.end(json)).contains("\"text\"");
    }
  }

  private void modalities() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      switch (json.getText()) {
        case "text" -> {}
        case "audio" -> audio = true;
        default -> prompt.kinds(TokenKinds.ALL);
      }
      json.skipChildren();
    }
  }
}
