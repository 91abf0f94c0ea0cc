package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.TokenKinds;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.openai.chat.ChatRequest.Places;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chat request in one pass, without a tree: what the gateway does not need it passes over.
 *
 * <p>A key that decides over money must not stand there twice or in another spelling, since the
 * upstream might go by the other one. One parser reads one request.
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
  private static final FieldNames STREAM_OPTIONS = new FieldNames("include_usage");

  private final byte[] body;
  private final JsonParser json;
  private final PromptReader prompt;
  private final BoundReader bound;

  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean jsonMode;
  private boolean audio;
  private boolean usageWanted;
  private boolean messages;
  private @Nullable Span modelAt;
  private @Nullable Span maxTokensAt;
  private @Nullable Span maxCompletionTokensAt;
  private @Nullable Span streamOptionsAt;
  private @Nullable Span includeUsageAt;

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
      throw ApiException.badRequest(
          null, "The body is not valid JSON in UTF-8" + Json.where(e) + ".");
    }
  }

  private ChatRequest parse() throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw ApiException.badRequest(null, "The body must be a JSON object.");
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = NAMES.note(name, seen, "");
      field(name);
    }
    int end = Json.start(json);
    if (json.nextToken() != null) {
      throw ApiException.badRequest(null, "There is more than one JSON value in the body.");
    }
    if (modelAt == null) {
      throw ApiException.badRequest("model", "You must provide a model parameter.");
    }
    if (!messages) {
      throw ApiException.badRequest("messages", "You must provide a messages parameter.");
    }
    var places =
        new Places(
            modelAt, maxTokensAt, maxCompletionTokensAt, streamOptionsAt, includeUsageAt, end);
    var read = prompt.read();
    boolean vision = !read.images().isEmpty();
    boolean sound = audio || prompt.audio();
    var needs =
        new Needs(stream, vision, bound.tools(), jsonMode, sound, bound.read(prompt.kinds(sound)));
    return new ChatRequest(new RequestContent(body, read), model, needs, user, usageWanted, places);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> model();
      case "messages" -> messages();
      case "stream" -> stream = flag(name);
      case "stream_options" -> streamOptions();
      case "max_tokens" -> maxTokensAt = bound.limit(name);
      case "max_completion_tokens" -> maxCompletionTokensAt = bound.limit(name);
      case "n", "best_of" -> bound.choices(name);
      case "user" -> {
        user = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        json.skipChildren();
      }
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
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongType("model", "a string");
    }
    int from = Json.start(json);
    model = json.getText();
    modelAt = new Span(from, Json.end(json));
    if (model.isBlank()) {
      throw ApiException.badRequest("model", "You must provide a model parameter.");
    }
    bound.model(model);
  }

  private void messages() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrongType("messages", "an array of messages");
    }
    prompt.messages();
    messages = true;
  }

  /** A text of the client's, or the name of one that the provider keeps. */
  private void prompt() throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      bound.elsewhere("prompt");
    } else {
      bound.unknown();
    }
  }

  private void streamOptions() throws IOException {
    int from = Json.start(json);
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        seen = STREAM_OPTIONS.note(name, seen, "stream_options.");
        if (name.equals("include_usage")) {
          usageWanted = flag("stream_options.include_usage");
          includeUsageAt = new Span(Json.start(json), Json.end(json));
        } else {
          json.skipChildren();
        }
      }
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      throw wrongType("stream_options", "an object");
    }
    streamOptionsAt = new Span(from, Json.end(json));
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

  private boolean flag(String name) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw wrongType(name, "true or false");
    };
  }

  private static ApiException wrongType(String name, String wanted) {
    return ApiException.badRequest(name, "'%s' must be %s.".formatted(name, wanted));
  }
}
