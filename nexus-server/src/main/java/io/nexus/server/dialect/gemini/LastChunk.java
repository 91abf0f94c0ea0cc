package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.ChoiceStates;
import io.nexus.server.http.JsonText;
import java.io.IOException;

/** The chunk with which the gateway ends a stream itself. */
final class LastChunk {

  private LastChunk() {}

  /**
   * A regular end, as if the answer had reached its output limit.
   *
   * @param candidates the candidates, some of which the backend has ended
   * @param model the model
   * @param id the answer's id
   * @param cost the charge
   */
  static String cutOff(ChoiceStates candidates, String model, String id, AnswerCost cost) {
    var used = cost.usage();
    return JsonText.write(
        json -> {
          json.writeStartObject();
          if (!candidates.areFinished()) {
            candidates(json, candidates);
          }
          usage(json, used, cost);
          json.writeStringField("modelVersion", model);
          json.writeStringField("responseId", id);
          json.writeObjectFieldStart("nexus");
          json.writeNumberField("max_tokens_clamped", used.outputTokens());
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void candidates(JsonGenerator json, ChoiceStates candidates) throws IOException {
    json.writeArrayFieldStart("candidates");
    for (int i = 0; i <= candidates.last(); i++) {
      if (!candidates.hasEnded(i)) {
        json.writeStartObject();
        json.writeObjectFieldStart("content");
        json.writeArrayFieldStart("parts");
        json.writeStartObject();
        json.writeStringField("text", "");
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("role", "model");
        json.writeEndObject();
        json.writeStringField("finishReason", "MAX_TOKENS");
        json.writeNumberField("index", i);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void usage(JsonGenerator json, Usage used, AnswerCost cost) throws IOException {
    json.writeObjectFieldStart("usageMetadata");
    json.writeNumberField("promptTokenCount", used.inputTokens());
    if (used.cachedInputTokens() > 0) {
      json.writeNumberField("cachedContentTokenCount", used.cachedInputTokens());
    }
    json.writeNumberField("candidatesTokenCount", used.outputTokens() - used.reasoningTokens());
    if (used.reasoningTokens() > 0) {
      json.writeNumberField("thoughtsTokenCount", used.reasoningTokens());
    }
    json.writeNumberField("totalTokenCount", used.inputTokens() + used.outputTokens());
    json.writeNumberField("cost", cost.amount().toUsd());
    json.writeEndObject();
  }
}
