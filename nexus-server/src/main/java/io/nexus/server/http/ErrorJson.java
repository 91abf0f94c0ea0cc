package io.nexus.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.BudgetViolation;
import java.io.IOException;
import java.time.Instant;

/** OpenAI's error envelope, as JSON, and the parts that it shares with other formats. */
public final class ErrorJson {

  private ErrorJson() {}

  static String write(ApiError error) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeStringField("message", error.message());
          json.writeStringField("type", error.type());
          json.writeStringField("param", error.param());
          json.writeStringField("code", error.code());
          why(json, error);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  /** Writes the details for an envelope without fields for them; only those present. */
  public static void details(JsonGenerator json, ApiError error) throws IOException {
    if (error.param() != null) {
      json.writeStringField("param", error.param());
    }
    if (error.code() != null) {
      json.writeStringField("code", error.code());
    }
    why(json, error);
  }

  private static void why(JsonGenerator json, ApiError error) throws IOException {
    if (error.violation() != null) {
      violation(json, error.violation());
    }
    if (!error.reasons().isEmpty()) {
      ExclusionsJson.write(json, "reasons", error.reasons());
    }
  }

  private static void violation(JsonGenerator json, BudgetViolation violation) throws IOException {
    var budget = violation.budget();
    json.writeObjectFieldStart("budget");
    json.writeStringField("name", budget.terms().name());
    json.writeNumberField("limit", budget.limit().toUsd());
    json.writeNumberField("spent", budget.spent().toUsd());
    json.writeNumberField("held", budget.held().toUsd());
    json.writeNumberField("remaining", budget.remaining().toUsd());
    json.writeNumberField("required", violation.required().toUsd());
    var end = budget.cycle().end();
    json.writeStringField("resets_at", end.equals(Instant.MAX) ? null : end.toString());
    json.writeEndObject();
  }
}
