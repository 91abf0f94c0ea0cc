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
    var hold = attempt.hold();
    var candidate = hold.candidate();
    var size = hold.size();
    json.writeStartObject();
    json.writeStringField("backend", candidate.backend().name());
    json.writeStringField("model", candidate.model());
    json.writeStringField("location", candidate.backend().location().label());
    json.writeBooleanField("fallback", candidate.isFallback());
    json.writeStringField("reason", attempt.reason().label());
    json.writeNumberField("estimate_usd", candidate.estimate().expected().toUsd());
    json.writeNumberField("hold_usd", size.amount().toUsd());
    json.writeNumberField("held_usd", hold.held().toUsd());
    json.writeNumberField("worst_case_usd", size.worstCase().toUsd());
    json.writeNumberField("held_tokens", size.coveredTokens());
    json.writeNumberField("covered_tokens", hold.coveredTokens());
    json.writeBooleanField("clamped", size.clamped());
    json.writeStringField("price_source", candidate.offer().price().source());
    json.writeFieldName("record");
    if (attempt.record() == null) {
      json.writeNull();
    } else {
      RecordJson.write(json, attempt.record());
    }
    json.writeEndObject();
  }
}
