package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.TokenKinds;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.EarlierAnswers;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.responses.ResponsesRequest.Places;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request in one pass, without a tree. It skips everything that the gateway does not need.
 * One parser reads one request.
 */
final class RequestParser {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "models",
          "input",
          "instructions",
          "stream",
          "background",
          "store",
          "max_output_tokens",
          "max_tokens",
          "max_completion_tokens",
          "max_tool_calls",
          "tools",
          "tool_choice",
          "text",
          "reasoning",
          "previous_response_id",
          "conversation",
          "prompt",
          "service_tier",
          "speed",
          "user",
          "plugins",
          "provider",
          "n",
          "file_ids",
          "extra_body");

  private static final FieldNames CONVERSATION = new FieldNames("id");

  private final byte[] body;
  private final RequestKind kind;
  private final JsonParser json;
  private final Continued earlier;
  private final InputItems input;
  private final CostParts bound;

  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean background;
  private boolean stored = true;
  private boolean jsonMode;
  private @Nullable Span modelAt;
  private @Nullable Span limitAt;
  private @Nullable Span callsAt;

  private RequestParser(byte[] body, RequestKind kind, EarlierAnswers earlier, JsonParser json) {
    this.body = body;
    this.kind = kind;
    this.json = json;
    this.earlier = new Continued(earlier);
    this.input = new InputItems(body, json, this.earlier);
    this.bound = new CostParts(json, input);
  }

  /**
   * Reads a body.
   *
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static ResponsesRequest parse(byte[] body, RequestKind kind, EarlierAnswers earlier) {
    try (var json = Json.parser(body)) {
      return new RequestParser(body, kind, earlier, json).parse();
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private ResponsesRequest parse() throws IOException {
    int end = RequestFields.each(json, NAMES, this::field);
    if (modelAt == null) {
      throw RequestFields.missing("model");
    }
    input.more(earlier.tokens());
    var read = input.read();
    var needs =
        new Needs(
            kind.api(),
            stream && !background,
            !read.images().isEmpty(),
            bound.tools(),
            jsonMode,
            input.audio(),
            bound.read(input.kinds(input.audio())));
    return new ResponsesRequest(
        new RequestContent(body, read),
        kind,
        model,
        needs,
        user,
        new Places(modelAt, limitAt, callsAt, end),
        new Wishes(background, stored, bound.hostedCalls(), bound.search()),
        earlier.backend());
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> model();
      case "input" -> input.items(name);
      case "instructions" -> input.items(name);
      case "stream" -> stream = RequestFields.flag(json, name);
      case "background" -> background = RequestFields.flag(json, name);
      case "store" -> stored = json.currentToken() != JsonToken.VALUE_FALSE;
      case "max_output_tokens" -> limitAt = bound.limit(name);
      case "max_tool_calls" -> {
        bound.mostCalls(name);
        callsAt = new Span(Json.start(json), Json.end(json));
      }
      case "tools" -> bound.hostedTools();
      case "text" -> text();
      case "reasoning" -> bound.reasoning();
      case "previous_response_id" -> continues(name);
      case "file_ids" -> bound.elsewhere(name);
      case "conversation" -> conversation();
      case "prompt" -> bound.elsewhere(name);
      case "service_tier", "speed" -> bound.tier();
      case "models" -> bound.models();
      case "plugins" -> bound.plugins();
      case "provider" -> bound.provider();
      case "n" -> bound.choices(name);
      case "user" -> user = RequestFields.user(json);
      case "prompt_cache_retention", "prompt_cache_options" -> {
        input.kinds(TokenKinds.ALL);
        json.skipChildren();
      }
      case "include",
          "metadata",
          "client_metadata",
          "stream_options",
          "temperature",
          "top_p",
          "top_logprobs",
          "truncation",
          "parallel_tool_calls",
          "prompt_cache_key",
          "safety_identifier" ->
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

  /** A conversation: its id, or an object with the id. */
  private void conversation() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      continues("conversation");
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = CONVERSATION.note(name, seen, "conversation.");
      if (name.equals("id")) {
        continues("conversation");
      } else {
        bound.elsewhere("conversation");
      }
    }
  }

  /** The earlier answer that it continues; its size is known if the gateway forwarded it. */
  private void continues(String field) throws IOException {
    boolean known =
        json.currentToken() == JsonToken.VALUE_STRING && earlier.isKnown(json.getText(), field);
    if (!known) {
      bound.elsewhere(field);
    }
  }

  /** The format of the text; the model sees the schema of structured output. */
  private void text() throws IOException {
    boolean object = json.currentToken() == JsonToken.START_OBJECT;
    int from = Json.start(json);
    boolean structured = false;
    if (object) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        structured |= name.equals("format") && isStructured();
        json.skipChildren();
      }
      jsonMode = structured;
      var _ = input.definition(from, Json.end(json));
    } else {
      bound.unknown();
    }
  }

  /** Whether the format is other than plain text. The parser stays within it. */
  private boolean isStructured() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    boolean structured = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("type") && json.currentToken() == JsonToken.VALUE_STRING) {
        structured = !json.getText().equals("text");
      }
      json.skipChildren();
    }
    return structured;
  }
}
