package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads a generateContent request in one pass, without a tree. A field that affects the cost counts
 * in both of its spellings, and may occur in only one of them, since a server may use either. One
 * parser reads one request.
 */
final class GenerateRequestParser {

  private static final FieldNames NAMES =
      FieldNames.ofProtobuf(
          "model",
          "contents",
          "systemInstruction",
          "tools",
          "toolConfig",
          "safetySettings",
          "generationConfig",
          "cachedContent",
          "serviceTier",
          "store");

  private final byte[] body;
  private final JsonParser json;
  private final ContentReader prompt;
  private final ToolsReader bound;
  private final ConfigReader config;
  private final ModelNames models;

  private ServiceTier tier = ServiceTier.STANDARD;

  private GenerateRequestParser(byte[] body, JsonParser json, String model) {
    this.body = body;
    this.json = json;
    this.prompt = new ContentReader(body, json);
    this.bound = new ToolsReader(json, prompt, model);
    this.config = new ConfigReader(json, prompt, bound);
    this.models = new ModelNames(model);
  }

  /**
   * Reads a body.
   *
   * @param model the model that the path names
   * @param asArray whether a stream is requested as one array
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static GenerateRequest parse(byte[] body, String model, Verb verb, boolean asArray) {
    try (var json = Json.parser(body)) {
      return new GenerateRequestParser(body, json, model).parse(verb, asArray);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private GenerateRequest parse(Verb verb, boolean asArray) throws IOException {
    int end = RequestFields.each(json, NAMES, name -> field(NAMES.plainly(name)));
    if (prompt.messageCount() == 0) {
      throw RequestFields.missing("contents");
    }
    var read = prompt.read();
    boolean sound = config.audio() || prompt.audio();
    var needs =
        new Needs(
            verb.api(),
            verb == Verb.STREAM,
            !read.images().isEmpty(),
            bound.tools(),
            config.jsonMode(),
            sound,
            bound.read(config.kinds(prompt.kinds(sound))));
    return new GenerateRequest(
        new RequestContent(body, read), models, verb, needs, asArray, config.limits(), tier, end);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> models.read(json, name);
      case "contents" -> prompt.contents(name);
      case "systemInstruction" -> prompt.content(name);
      case "tools" -> bound.definitions();
      case "generationConfig" -> config.read();
      case "cachedContent" -> bound.elsewhere(name);
      case "serviceTier" -> tier();
      case "safetySettings", "store", "labels" -> json.skipChildren();
      default -> bound.unknown();
    }
  }

  private void tier() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      tier = ServiceTier.of(json.getText());
    }
    bound.tier();
  }
}
