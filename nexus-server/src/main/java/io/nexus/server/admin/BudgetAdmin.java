package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetChange;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Budgets;
import io.nexus.control.money.Money;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.JsonText;
import io.nexus.server.routes.Answers;
import io.nexus.server.routes.BudgetJson;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lists and changes budgets. A change and its record are one step. */
record BudgetAdmin(Budgets budgets, AuditLog audit, InstantSource clock) {

  /** All budgets. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    long now = clock.millis();
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var budget : budgets.budgets()) {
            write(json, budget.state(now));
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** Changes a limit, for this and all further cycles. */
  void changeLimit(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = named(request);
    var limit = AdminBody.read(request, Set.of("limit")).money("limit");
    BudgetChange change;
    synchronized (this) {
      change = budget.changeLimit(limit, clock.millis());
      record(actor, "budget.limit", limit(change.before()), limit(change.after()), change);
    }
    answer(response, change);
  }

  /** Raises a limit for a time. */
  void increase(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = named(request);
    var body = AdminBody.read(request, Set.of("amount", "expires_at"));
    var now = clock.instant();
    var amount = body.money("amount");
    var until = body.future("expires_at", now);
    if (amount.isZero()) {
      throw ApiException.badRequest("amount", "'amount' has to be above 0.");
    }
    BudgetChange change;
    synchronized (this) {
      change = budget.raise(amount, until, now.toEpochMilli());
      var after =
          JsonText.write(
              json -> {
                json.writeStartObject();
                json.writeNumberField("limit", change.after().limit().toUsd());
                json.writeNumberField("increase", amount.toUsd());
                json.writeStringField("expires_at", until.toString());
                json.writeEndObject();
              });
      record(actor, "budget.increase", limit(change.before()), after, change);
    }
    answer(response, change);
  }

  /** Forgets what the cycle has cost so far. */
  void reset(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = named(request);
    BudgetChange change;
    synchronized (this) {
      change = budget.resetSpent(clock.millis());
      var before = one("spent", change.before().spent());
      record(actor, "budget.reset", before, one("spent", change.after().spent()), change);
    }
    answer(response, change);
  }

  private Budget named(ServerRequest request) {
    var name = request.path().pathParameters().get("name");
    return budgets.budgets().stream()
        .filter(budget -> budget.terms().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiException(
                    404,
                    new ApiError(
                        "There is no budget of that name.",
                        "invalid_request_error",
                        "name",
                        "budget_not_found"),
                    Map.of()));
  }

  private void record(
      Actor actor, String action, String before, String after, BudgetChange change) {
    var name = change.after().terms().name();
    audit.record(new Change(clock.instant(), actor, action, name, before, after));
  }

  private static String limit(BudgetState state) {
    return one("limit", state.limit());
  }

  private static String one(String field, Money amount) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeNumberField(field, amount.toUsd());
          json.writeEndObject();
        });
  }

  private static void answer(ServerResponse response, BudgetChange change) {
    Answers.json(response, json -> write(json, change.after()));
  }

  private static void write(JsonGenerator json, BudgetState state) throws IOException {
    var terms = state.terms();
    json.writeStartObject();
    json.writeStringField("object", "budget");
    BudgetJson.figures(json, state);
    json.writeNumberField("configured_limit", terms.limit().toUsd());
    json.writeNumberField("soft_limit_percent", terms.softLimitPercent());
    json.writeStringField("hard_limit_action", terms.action().label());
    json.writeBooleanField("shadow", terms.shadow());
    json.writeObjectFieldStart("match");
    for (var condition : new TreeMap<>(terms.match()).entrySet()) {
      json.writeStringField(
          condition.getKey().name().toLowerCase(Locale.ROOT), condition.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
