package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.server.flow.RecentRequest;
import io.nexus.server.http.ExclusionsJson;
import io.nexus.server.spend.RecordJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One of the last requests, as JSON. */
public final class RequestJson {

  private RequestJson() {}

  static String state(RecentRequest.@Nullable End end) {
    if (end == null) {
      return "running";
    }
    return end.status() < 400 ? "served" : "refused";
  }

  /** Writes it as an object. */
  public static void write(JsonGenerator json, RecentRequest request) throws IOException {
    var end = request.end();
    json.writeStartObject();
    json.writeStringField("object", "request");
    json.writeStringField("id", request.id());
    json.writeStringField("at", Instant.ofEpochMilli(request.atMillis()).toString());
    json.writeStringField("state", state(end));
    RecordJson.caller(json, request.caller());
    json.writeStringField("api", request.api());
    json.writeStringField("model", request.model());
    json.writeBooleanField("stream", request.stream());
    if (end == null) {
      json.writeNullField("status");
      json.writeNullField("error");
      json.writeNullField("duration_ms");
    } else {
      json.writeNumberField("status", end.status());
      json.writeStringField("error", RecordJson.orNull(end.error()));
      json.writeNumberField("duration_ms", BigDecimal.valueOf(end.elapsedNanos() / 1000, 3));
    }
    ExclusionsJson.write(json, "excluded", request.excluded());
    json.writeArrayFieldStart("attempts");
    for (var each : request.tries()) {
      attempt(json, each);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void attempt(JsonGenerator json, RecentRequest.Try attempt) throws IOException {
    json.writeStartObject();
    json.writeStringField("backend", attempt.backend());
    json.writeStringField("model", attempt.model());
    json.writeStringField("location", attempt.location().label());
    json.writeBooleanField("fallback", attempt.fallback());
    json.writeStringField("reason", attempt.reason().label());
    json.writeNumberField("estimate_usd", attempt.estimate().toUsd());
    json.writeNumberField("hold_usd", attempt.hold().toUsd());
    json.writeNumberField("held_usd", attempt.held().toUsd());
    json.writeNumberField("worst_case_usd", attempt.worstCase().toUsd());
    json.writeNumberField("held_tokens", attempt.heldTokens());
    json.writeNumberField("covered_tokens", attempt.coveredTokens());
    json.writeBooleanField("clamped", attempt.clamped());
    json.writeStringField("price_source", attempt.priceSource());
    json.writeFieldName("record");
    if (attempt.record() == null) {
      json.writeNull();
    } else {
      RecordJson.write(json, attempt.record());
    }
    json.writeEndObject();
  }
}
