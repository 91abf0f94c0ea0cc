package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the generation settings: length, number and kind of answers. For one request. */
final class ConfigReader {

  private static final FieldNames CONFIG =
      FieldNames.ofProtobuf(
          "maxOutputTokens",
          "candidateCount",
          "thinkingConfig",
          "responseMimeType",
          "responseSchema",
          "responseJsonSchema",
          "_responseJsonSchema",
          "responseModalities",
          "serviceTier",
          "imageConfig",
          "speechConfig");
  private static final FieldNames THINKING =
      FieldNames.ofProtobuf("thinkingBudget", "thinkingLevel", "includeThoughts");
  private static final String WITHIN = "generationConfig.";

  private final JsonParser json;
  private final PromptParts prompt;
  private final ToolsReader bound;

  private @Nullable Span at;
  private @Nullable Span maxTokensAt;
  private @Nullable Span thinkingAt;
  private long thinkingBudget;
  private boolean jsonMode;
  private boolean modalitiesNamed;
  private boolean audio;
  private boolean pictures;

  /** A reader on the parser of the body. */
  ConfigReader(JsonParser json, PromptParts prompt, ToolsReader bound) {
    this.json = json;
    this.prompt = prompt;
    this.bound = bound;
  }

  /**
   * The positions of the limits.
   *
   * @param config the whole object, or a JSON null; null if not given
   * @param maxTokens the output limit, a number or a JSON null; null if not given
   * @param thinking the reasoning budget, a part of the output limit; null if not given
   * @param thinkingBudget the value of the reasoning budget, in tokens; 0 or less if there is none
   */
  record Limits(
      @Nullable Span config,
      @Nullable Span maxTokens,
      @Nullable Span thinking,
      long thinkingBudget) {}

  Limits limits() {
    return new Limits(at, maxTokensAt, thinkingAt, thinkingBudget);
  }

  /** Whether the answer must be JSON. */
  boolean jsonMode() {
    return jsonMode;
  }

  /** Whether audio is generated. */
  boolean audio() {
    return audio;
  }

  /**
   * The kinds of tokens that can be made: an image model generates images unless the request
   * disables it.
   */
  TokenKinds kinds(TokenKinds others) {
    return modalitiesNamed && !pictures
        ? others
        : others.with(PriceKind.OUTPUT_IMAGE).with(PriceKind.OUTPUT_VIDEO);
  }

  /** Reads the object; the parser stands at it. */
  void read() throws IOException {
    int from = Json.start(json);
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var spelt = json.currentName();
        json.nextToken();
        seen = CONFIG.note(spelt, seen, WITHIN);
        field(CONFIG.plainly(spelt));
      }
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      throw ApiException.badRequest("generationConfig", "'generationConfig' must be an object.");
    }
    at = new Span(from, Json.end(json));
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "maxOutputTokens" -> maxTokensAt = bound.limit(WITHIN + name);
      case "candidateCount" -> bound.choices(WITHIN + name);
      case "thinkingConfig" -> thinking();
      case "responseMimeType" -> {
        jsonMode |=
            json.currentToken() == JsonToken.VALUE_STRING && !json.getText().startsWith("text/");
        json.skipChildren();
      }
      case "responseSchema", "responseJsonSchema", "_responseJsonSchema" -> schema();
      case "responseModalities" -> modalities();
      case "serviceTier" -> bound.tier();
      case "temperature",
          "topP",
          "top_p",
          "topK",
          "top_k",
          "seed",
          "stopSequences",
          "stop_sequences",
          "presencePenalty",
          "presence_penalty",
          "frequencyPenalty",
          "frequency_penalty",
          "responseLogprobs",
          "response_logprobs",
          "logprobs",
          "mediaResolution",
          "media_resolution",
          "imageConfig",
          "speechConfig" ->
          json.skipChildren();
      default -> bound.unknown();
    }
  }

  private void schema() throws IOException {
    int from = Json.start(json);
    boolean given = json.currentToken() != JsonToken.VALUE_NULL;
    json.skipChildren();
    if (given) {
      jsonMode = true;
      var _ = prompt.definition(from, Json.end(json));
    }
  }

  private void thinking() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var spelt = json.currentName();
      json.nextToken();
      seen = THINKING.note(spelt, seen, WITHIN + "thinkingConfig.");
      switch (THINKING.plainly(spelt)) {
        case "thinkingBudget" -> {
          if (json.currentToken() != JsonToken.VALUE_NULL) {
            thinkingBudget = bound.integer(WITHIN + "thinkingConfig.thinkingBudget", -1);
            thinkingAt = new Span(Json.start(json), Json.end(json));
            if (thinkingBudget != 0) {
              bound.thinks();
            }
          }
        }
        case "thinkingLevel" -> {
          if (json.currentToken() == JsonToken.VALUE_STRING
              && !json.getText().endsWith("UNSPECIFIED")) {
            bound.thinks();
          }
        }
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void modalities() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      modalitiesNamed = true;
      switch (json.getText().toUpperCase(Locale.ROOT)) {
        case "TEXT" -> {}
        case "AUDIO" -> audio = true;
        default -> pictures = true;
      }
      json.skipChildren();
    }
  }
}
