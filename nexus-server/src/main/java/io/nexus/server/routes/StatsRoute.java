package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.money.Money;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Totals;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.http.Clients;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/stats}: figures of requests, budgets, backends and models.
 *
 * <p>An admin key shows all budgets, a client's key those that its requests may belong to.
 */
public record StatsRoute(
    Clients clients,
    Predicate<ServerRequestHeaders> isAdmin,
    Instant started,
    Totals totals,
    Budgets budgets,
    BudgetReconciliationLoop loop,
    BackendRegistry registry,
    Accounts accounts,
    InstantSource clock) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var shown = shown(request);
    Answers.json(response, json -> write(json, shown));
  }

  private List<Budget> shown(ServerRequest request) {
    if (isAdmin.test(request.headers()) || !clients.asksForKeys()) {
      return budgets.budgets();
    }
    var client = clients.authenticate(request);
    long now = clock.millis();
    var own = new ArrayList<>(budgets.always(client, now));
    own.addAll(budgets.sometimes(client, now));
    return own;
  }

  private void write(JsonGenerator json, List<Budget> shown) throws IOException {
    long now = clock.millis();
    json.writeStartObject();
    json.writeNumberField("uptime_seconds", (now - started.toEpochMilli()) / 1000);
    requests(json);
    BudgetState global = null;
    for (var budget : budgets.budgets()) {
      if (budget.terms().name().equals(BudgetTerms.GLOBAL)) {
        global = budget.state(now);
      }
    }
    json.writeFieldName("budget");
    budget(json, global);
    json.writeArrayFieldStart("budgets");
    for (var budget : shown) {
      budget(json, budget.state(now));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("backends");
    for (var live : registry.backends()) {
      backend(json, live);
    }
    json.writeEndArray();
    models(json);
    json.writeEndObject();
  }

  private void requests(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("requests");
    json.writeNumberField("total", totals.total());
    json.writeNumberField("success", totals.success());
    json.writeNumberField("errors", totals.errors());
    json.writeNumberField("blocked", totals.blockedCount());
    json.writeEndObject();
  }

  private void budget(JsonGenerator json, @Nullable BudgetState state) throws IOException {
    if (state == null) {
      json.writeNull();
      return;
    }
    var terms = state.terms();
    json.writeStartObject();
    json.writeStringField("name", terms.name());
    json.writeStringField("status", state.status().label());
    json.writeNumberField("current_spending_usd", state.spent().toUsd());
    json.writeNumberField("held_usd", state.held().toUsd());
    json.writeNumberField("monthly_limit_usd", state.limit().toUsd());
    json.writeNumberField("remaining_usd", state.remaining().toUsd());
    json.writeNumberField("utilization_percent", BigDecimal.valueOf(state.spentBasisPoints(), 2));
    json.writeNumberField("soft_limit_percent", terms.softLimitPercent());
    json.writeStringField("hard_limit_action", terms.action().label());
    json.writeStringField("cycle_start", state.cycle().start().toString());
    var end = state.cycle().end();
    json.writeStringField("next_reset", end.equals(Instant.MAX) ? null : end.toString());
    json.writeStringField("last_reconciliation", loop.lastRun().toString());
    json.writeEndObject();
  }

  private void backend(JsonGenerator json, LiveBackend live) throws IOException {
    var backend = live.backend();
    var load = live.load();
    var sums = accounts.backend(backend.name());
    json.writeStartObject();
    json.writeStringField("name", backend.name());
    json.writeStringField("type", backend.type());
    json.writeStringField("location", backend.location().label());
    json.writeBooleanField("healthy", load.healthy());
    json.writeBooleanField("circuit_open", live.circuit().isOpen());
    json.writeNumberField("requests", sums.requests());
    json.writeNumberField("errors", sums.errors());
    json.writeNumberField("pending", load.pending());
    json.writeNumberField("latency_ms", BigDecimal.valueOf(load.latencyNanos() / 1000, 3));
    json.writeNumberField("spend_usd", new Money(sums.spendNanos()).toUsd());
    json.writeEndObject();
  }

  private void models(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("models");
    for (var entry : new TreeMap<>(accounts.models()).entrySet()) {
      var sums = entry.getValue();
      json.writeStartObject();
      json.writeStringField("name", entry.getKey());
      json.writeNumberField("requests", sums.requests());
      json.writeNumberField("input_tokens", sums.inputTokens());
      json.writeNumberField("output_tokens", sums.outputTokens());
      json.writeNumberField("spend_usd", new Money(sums.spendNanos()).toUsd());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
