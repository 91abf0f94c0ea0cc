package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.request.BoundParts;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads a request with an input and no generated output: one or several contents to embed, or a
 * prompt to count. One parser reads one request.
 */
final class InputRequestParser {

  private static final FieldNames NAMES =
      FieldNames.ofProtobuf(
          "model",
          "content",
          "contents",
          "requests",
          "generateContentRequest",
          "title",
          "taskType",
          "outputDimensionality",
          "embedContentConfig");

  private final byte[] body;
  private final JsonParser json;
  private final ContentReader prompt;
  private final BoundParts bound;
  private final ModelNames models;

  private InputRequestParser(byte[] body, JsonParser json, String model) {
    this.body = body;
    this.json = json;
    this.prompt = new ContentReader(body, json);
    this.bound = new BoundParts(json, prompt);
    this.models = new ModelNames(model);
  }

  /**
   * Reads a body.
   *
   * @param model the model that the path names
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static InputRequest parse(byte[] body, String model, Verb verb) {
    try (var json = Json.parser(body)) {
      return new InputRequestParser(body, json, model).parse(verb);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private InputRequest parse(Verb verb) throws IOException {
    RequestFields.begin(json);
    object("", verb);
    var _ = RequestFields.end(json);
    if (prompt.messageCount() == 0) {
      throw RequestFields.missing(
          switch (verb) {
            case EMBED -> "content";
            case EMBED_BATCH -> "requests";
            case COUNT, GENERATE, STREAM -> "contents";
          });
    }
    var read = prompt.read();
    var needs =
        new Needs(
            verb.api(),
            false,
            !read.images().isEmpty(),
            false,
            false,
            prompt.audio(),
            bound.read(prompt.kinds(prompt.audio())));
    return new InputRequest(new RequestContent(body, read), models, verb, needs);
  }

  private void object(String within, Verb verb) throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = NAMES.note(spelt, seen, within);
      var name = NAMES.plainly(spelt);
      switch (name) {
        case "model" -> models.read(json, within + name);
        case "content" -> prompt.content(within + name);
        case "contents" -> prompt.contents(within + name);
        case "requests" -> requests(verb);
        case "generateContentRequest" -> inner(name, verb);
        case "title" -> prompt.nested(within + name, false);
        case "taskType", "outputDimensionality" -> json.skipChildren();
        default -> other();
      }
    }
  }

  /** Reads another field. The model sees it if it is text; counting is always free. */
  private void other() throws IOException {
    bound.unknown();
    json.skipChildren();
  }

  private void requests(Verb verb) throws IOException {
    if (verb != Verb.EMBED_BATCH || json.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFields.wrongType("requests", "an array of a batch's requests");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      inner("requests", Verb.EMBED);
    }
  }

  private void inner(String name, Verb verb) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw RequestFields.wrongType(name, "an object");
    }
    object(name + ".", verb);
  }
}
