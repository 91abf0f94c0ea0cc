package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.flow.RecentRequest;
import io.nexus.server.flow.RecentRequests;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ExclusionsJson;
import io.nexus.server.routes.Answers;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /admin/v1/requests?search=gpt&state=running} and {@code /admin/v1/requests/{id}}: the
 * last requests of this gateway, with where they went, why, and what was held for them.
 */
record RequestsRoute(Sources sources) {

  private static final int USUAL = 100;
  private static final Set<String> PARAMETERS = Set.of("limit", "search", "state");
  private static final List<String> STATES = List.of("", "running", "served", "refused");

  void list(ServerRequest request, ServerResponse response) {
    var asked = new ConsoleQuery(request, PARAMETERS);
    int limit = asked.number("limit", USUAL, 1, RecentRequests.KEPT);
    var search = asked.text("search").toLowerCase(Locale.ROOT);
    var state = asked.oneOf("state", STATES, "");
    var found =
        sources.recent().latest().stream()
            .filter(each -> state.isEmpty() || state.equals(state(each.end())))
            .filter(each -> search.isEmpty() || isMeant(each, search))
            .limit(limit)
            .toList();
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var each : found) {
            write(json, each);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  void one(ServerRequest request, ServerResponse response) {
    var id = request.path().pathParameters().get("id");
    var found =
        sources.recent().latest().stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    ApiException.invalid(
                        404,
                        "request_not_found",
                        "It is not among the last requests of this gateway."));
    Answers.json(response, json -> write(json, found));
  }

  private static boolean isMeant(RecentRequest request, String search) {
    var caller = request.caller();
    var served =
        request.tries().stream()
            .flatMap(
                each ->
                    Stream.of(
                        each.hold().candidate().backend().name(), each.hold().candidate().model()));
    return Stream.of(
            Stream.of(request.id(), request.model(), caller.key(), caller.team(), caller.user()),
            caller.tags().stream(),
            served)
        .flatMap(texts -> texts)
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(search));
  }

  private static String state(RecentRequest.@Nullable End end) {
    if (end == null) {
      return "running";
    }
    return end.status() < 400 ? "served" : "refused";
  }

  private static void write(JsonGenerator json, RecentRequest request) throws IOException {
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
