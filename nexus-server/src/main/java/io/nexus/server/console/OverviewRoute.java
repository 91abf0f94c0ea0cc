package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.routes.Answers;
import io.nexus.server.routes.BackendJson;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * {@code GET /admin/v1/overview}: the gateway's state; the answer's size is independent of the
 * number of budgets.
 */
record OverviewRoute(Sources sources) {

  private static final int TIGHTEST = 8;

  /** The largest used share first; of equal shares the one with more spend. */
  static final Comparator<BudgetState> TIGHTEST_FIRST =
      Comparator.comparingLong(BudgetState::spentBasisPoints)
          .thenComparing(BudgetState::spent)
          .reversed()
          .thenComparing(state -> state.terms().name());

  void handle(ServerResponse response) {
    Answers.json(response, this::write);
  }

  private void write(JsonGenerator json) throws IOException {
    long now = sources.clock().millis();
    var states = sources.budgets().budgets().stream().map(budget -> budget.state(now)).toList();
    json.writeStartObject();
    json.writeStringField("object", "overview");
    json.writeStringField("time_zone", sources.zone().getId());
    json.writeNumberField("uptime_seconds", (now - sources.started().toEpochMilli()) / 1000);
    json.writeStringField("ledger_away_since", sources.awaySince());
    requests(json);
    var global = states.stream().filter(OverviewRoute::isGlobal).findFirst();
    json.writeFieldName("budget");
    if (global.isPresent()) {
      StandingJson.write(json, global.get());
    } else {
      json.writeNull();
    }
    json.writeFieldName("budgets");
    StandingsRoute.counts(json, states);
    json.writeArrayFieldStart("tightest");
    for (var state : states.stream().sorted(TIGHTEST_FIRST).limit(TIGHTEST).toList()) {
      StandingJson.write(json, state);
    }
    json.writeEndArray();
    backends(json, sources.registry().backends());
    json.writeArrayFieldStart("alerts");
    for (var message : sources.alerts().get()) {
      json.writeRawValue(message);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static boolean isGlobal(BudgetState state) {
    return state.terms().name().equals(BudgetTerms.GLOBAL);
  }

  private void requests(JsonGenerator json) throws IOException {
    var totals = sources.totals();
    json.writeObjectFieldStart("requests");
    json.writeNumberField("total", totals.total());
    json.writeNumberField("success", totals.success());
    json.writeNumberField("errors", totals.errors());
    json.writeNumberField("blocked", totals.blockedCount());
    json.writeEndObject();
  }

  private void backends(JsonGenerator json, List<LiveBackend> backends) throws IOException {
    json.writeArrayFieldStart("backends");
    for (var live : backends) {
      BackendJson.write(json, live, sources.accounts());
    }
    json.writeEndArray();
  }
}
