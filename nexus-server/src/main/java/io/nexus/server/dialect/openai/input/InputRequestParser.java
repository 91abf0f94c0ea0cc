package io.nexus.server.dialect.openai.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.BoundReader;
import io.nexus.server.dialect.openai.InputReader;
import io.nexus.server.dialect.openai.PromptReader;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a request with an input in one pass. One parser reads one request. */
final class InputRequestParser {

  private static final FieldNames NAMES =
      new FieldNames("model", "input", "user", "service_tier", "extra_body");

  private final JsonParser json;
  private final PromptReader prompt;
  private final BoundReader bound;
  private final InputReader inputs;
  private String model;
  private String user = "";
  private @Nullable Span modelAt;
  private boolean hasInput;

  private InputRequestParser(byte[] body, JsonParser json, String usualModel) {
    this.json = json;
    this.prompt = new PromptReader(body, json);
    this.bound = new BoundReader(json, prompt);
    this.inputs = new InputReader(json, prompt);
    this.model = usualModel;
  }

  /**
   * Reads a body.
   *
   * @param usualModel the default model; empty if a request must name one
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static InputRequest parse(byte[] body, Api api, String usualModel) {
    try (var json = Json.parser(body)) {
      return new InputRequestParser(body, json, usualModel).parse(body, api);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private InputRequest parse(byte[] body, Api api) throws IOException {
    RequestFields.begin(json);
    int first = Json.end(json);
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = NAMES.note(name, seen, "");
      field(name);
    }
    var _ = RequestFields.end(json);
    if (model.isEmpty()) {
      throw RequestFields.missing("model");
    }
    if (!hasInput) {
      throw RequestFields.missing("input");
    }
    if (inputs.inputs() == 0) {
      throw ApiException.badRequest("input", "'input' must have at least one text.");
    }
    var read = prompt.read();
    var needs =
        new Needs(
            api,
            false,
            !read.images().isEmpty(),
            false,
            false,
            prompt.audio(),
            bound.read(prompt.kinds(prompt.audio())));
    var at = modelAt == null ? new Span(first, first) : modelAt;
    return new InputRequest(new RequestContent(body, read), model, needs, user, at);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> {
        int from = Json.start(json);
        model = RequestFields.model(json);
        modelAt = new Span(from, Json.end(json));
        bound.model(model);
      }
      case "input" -> {
        hasInput = true;
        inputs.read(name);
      }
      case "user" -> user = RequestFields.user(json);
      case "service_tier" -> bound.tier();
      case "dimensions",
          "encoding_format",
          "input_type",
          "task",
          "truncate",
          "truncate_prompt_tokens",
          "normalized",
          "output_dtype",
          "keep_alive" ->
          json.skipChildren();
      default -> bound.unknown();
    }
  }
}
