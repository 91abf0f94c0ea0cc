package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.limit.LimitState;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.server.flow.Foreseen;
import io.nexus.server.http.ExclusionsJson;
import io.nexus.server.http.JsonText;
import io.nexus.server.http.LimitJson;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A routing decision as JSON. */
public final class DecisionJson {

  private DecisionJson() {}

  /** Where a request goes, the candidates in order, and each exclusion with its reason. */
  public static String write(Foreseen foreseen) {
    var decision = foreseen.decision();
    return JsonText.write(
        json -> {
          json.useDefaultPrettyPrinter();
          json.writeStartObject();
          json.writeStringField("model", decision.intent().request().model());
          json.writeStringField("resolved_model", decision.intent().resolvedModel());
          outcome(json, foreseen);
          ExclusionsJson.write(json, "excluded", decision.why());
          json.writeEndObject();
        });
  }

  private static void outcome(JsonGenerator json, Foreseen foreseen) throws IOException {
    switch (foreseen.decision()) {
      case Route route -> {
        var chosen = route.order().getFirst();
        json.writeStringField("decision", "route");
        json.writeStringField("backend", chosen.backend().name());
        json.writeStringField("reason", RouteReason.of(route.intent(), chosen, false).label());
        candidates(json, foreseen, route.order());
      }
      case Queue queue -> {
        json.writeStringField("decision", "queue");
        json.writeStringField("budget", queue.violation().budget().terms().name());
        candidates(json, foreseen, List.of());
      }
      case Reject reject -> {
        json.writeStringField("decision", "reject");
        json.writeStringField("reason", reject.cause().name().toLowerCase(Locale.ROOT));
        candidates(json, foreseen, List.of());
      }
    }
  }

  private static void candidates(JsonGenerator json, Foreseen foreseen, List<Candidate> candidates)
      throws IOException {
    var api = foreseen.decision().intent().request().needs().api();
    json.writeArrayFieldStart("candidates");
    for (var candidate : candidates) {
      var estimate = candidate.estimate();
      var size = foreseen.sizes().apply(candidate);
      json.writeStartObject();
      json.writeStringField("backend", candidate.backend().name());
      json.writeStringField("model", candidate.model());
      json.writeStringField("location", candidate.backend().location().label());
      json.writeBooleanField("fallback", candidate.isFallback());
      var asked = candidate.backend().asked(api);
      if (asked != null && asked != api) {
        json.writeStringField("translated", api.label() + '>' + asked.label());
      }
      json.writeNumberField("input_tokens", estimate.inputTokens());
      json.writeNumberField("input_tokens_upper_bound", estimate.inputUpperBound());
      json.writeNumberField("output_tokens", estimate.outputTokens());
      json.writeNumberField("max_output_tokens", size.limit());
      json.writeBooleanField("clamped", size.clamped());
      json.writeStringField("token_count", estimate.tier().label());
      json.writeNumberField("estimate_usd", estimate.expected().toUsd());
      json.writeNumberField("hold_usd", size.amount().toUsd());
      json.writeNumberField("worst_case_usd", size.worstCase().toUsd());
      json.writeStringField("price_source", candidate.offer().price().source());
      limits(json, foreseen.limits().apply(candidate));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void limits(JsonGenerator json, List<LimitState> states) throws IOException {
    if (states.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("limits");
    for (var state : states) {
      LimitJson.write(json, state);
    }
    json.writeEndArray();
  }
}
