package io.nexus.server.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.routing.Needs;
import io.nexus.server.chat.ChatRequest.Places;
import io.nexus.server.dialect.Json;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chat request in one pass, without a tree: what the gateway does not need it passes over.
 *
 * <p>A key that decides over money must not stand there twice, since the upstream might go by the
 * other one. One parser reads one request.
 */
final class ChatRequestParser {

  private static final int MAX_CHOICES = 128;

  private final byte[] body;
  private final JsonParser json;
  private final PromptReader prompt;
  private final Set<String> seen = new HashSet<>();

  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean tools;
  private boolean jsonMode;
  private boolean audio;
  private boolean usageWanted;
  private boolean messages;
  private long maxOutput;
  private int choices = 1;
  private @Nullable Span modelAt;
  private @Nullable Span maxTokensAt;
  private @Nullable Span maxCompletionTokensAt;
  private @Nullable Span streamOptionsAt;
  private @Nullable Span includeUsageAt;

  private ChatRequestParser(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
    this.prompt = new PromptReader(body, json);
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
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
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
    var needs =
        new Needs(stream, vision, tools, jsonMode, audio || prompt.audio(), maxOutput, choices);
    return new ChatRequest(new RequestContent(body, read), model, needs, user, usageWanted, places);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> model();
      case "messages" -> messages();
      case "stream" -> stream = once(name) && flag(name);
      case "stream_options" -> streamOptions();
      case "max_tokens" -> maxTokensAt = limit(name);
      case "max_completion_tokens" -> maxCompletionTokensAt = limit(name);
      case "n" -> choices = choices();
      case "user" -> {
        user = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
        json.skipChildren();
      }
      case "tools", "functions" -> tools();
      case "response_format" -> responseFormat();
      case "modalities" -> modalities();
      default -> json.skipChildren();
    }
  }

  private void model() throws IOException {
    once("model");
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongType("model", "a string");
    }
    int from = Json.start(json);
    model = json.getText();
    modelAt = new Span(from, Json.end(json));
    if (model.isBlank()) {
      throw ApiException.badRequest("model", "You must provide a model parameter.");
    }
  }

  private void messages() throws IOException {
    once("messages");
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrongType("messages", "an array of messages");
    }
    prompt.messages();
    messages = true;
  }

  private Span limit(String name) throws IOException {
    once(name);
    if (json.currentToken() != JsonToken.VALUE_NULL) {
      maxOutput = Math.max(maxOutput, integer(name, 1, Integer.MAX_VALUE));
    }
    return new Span(Json.start(json), Json.end(json));
  }

  private int choices() throws IOException {
    once("n");
    return json.currentToken() == JsonToken.VALUE_NULL ? 1 : (int) integer("n", 1, MAX_CHOICES);
  }

  private void streamOptions() throws IOException {
    once("stream_options");
    int from = Json.start(json);
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("include_usage")) {
          once("stream_options.include_usage");
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

  private void tools() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrongType("tools", "an array");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      tools = true;
      prompt.definition();
    }
  }

  private void responseFormat() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    jsonMode = !prompt.definition().contains("\"text\"");
  }

  private void modalities() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      audio |= "audio".equals(json.getText());
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

  private long integer(String name, long least, long most) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      var number = json.getBigIntegerValue();
      if (number.bitLength() < Long.SIZE) {
        long value = number.longValueExact();
        if (value >= least && value <= most) {
          return value;
        }
      }
    }
    throw ApiException.badRequest(
        name, "'%s' must be an integer from %d to %d.".formatted(name, least, most));
  }

  private boolean once(String name) {
    if (!seen.add(name)) {
      throw ApiException.badRequest(
          name, "'%s' stands in the body more than once.".formatted(name));
    }
    return true;
  }

  private static ApiException wrongType(String name, String wanted) {
    return ApiException.badRequest(name, "'%s' must be %s.".formatted(name, wanted));
  }
}
