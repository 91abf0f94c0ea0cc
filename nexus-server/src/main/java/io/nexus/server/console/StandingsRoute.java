package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetState;
import io.nexus.server.admin.Actor;
import io.nexus.server.admin.TeamScope;
import io.nexus.server.console.Console.Sources;
import io.nexus.server.routes.Answers;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code GET /admin/v1/standings?search=team&status=SoftLimit&sort=tightest&offset=50&limit=50}: a
 * page of budgets with their states. With ten thousand budgets it takes some milliseconds.
 */
record StandingsRoute(Sources sources) {

  private static final int USUAL = 50;
  private static final int MOST = 500;
  private static final Set<String> PARAMETERS =
      Set.of("of", "search", "status", "sort", "offset", "limit");

  void handle(ServerRequest request, ServerResponse response, Actor actor) {
    var query = new ConsoleQuery(request, PARAMETERS);
    var search = query.text("search").toLowerCase(Locale.ROOT);
    var status = query.oneOf("status", List.of("", "Normal", "SoftLimit", "HardLimit"), "");
    var order = order(query.oneOf("sort", List.of("tightest", "spent", "name"), "tightest"));
    int offset = query.number("offset", 0, 0, Integer.MAX_VALUE);
    int limit = query.number("limit", USUAL, 1, MOST);
    long now = sources.clock().millis();
    var all =
        asked(query.text("of"), now).stream()
            .filter(budget -> TeamScope.shows(actor, budget.terms(), sources.clients()))
            .map(budget -> budget.state(now))
            .filter(state -> isMeant(state, search))
            .toList();
    var found =
        all.stream()
            .filter(state -> status.isEmpty() || state.status().label().equals(status))
            .toList();
    var page = found.stream().sorted(order).skip(offset).limit(limit).toList();
    Answers.json(response, json -> write(json, all, found.size(), page));
  }

  /** All budgets, or the budgets by value of one of them. */
  private List<Budget> asked(String of, long now) {
    var budgets = sources.budgets();
    return of.isEmpty()
        ? budgets.budgets()
        : budgets.named(of, now).map(each -> budgets.values(each, now)).orElse(List.of());
  }

  private int values(BudgetState state) {
    var budgets = sources.budgets();
    return budgets
        .named(state.terms().name(), sources.clock().millis())
        .map(budgets::valueCount)
        .orElse(0);
  }

  private void write(JsonGenerator json, List<BudgetState> all, int total, List<BudgetState> page)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeStringField("time_zone", sources.zone().getId());
    json.writeNumberField("total", total);
    json.writeFieldName("counts");
    counts(json, all);
    json.writeArrayFieldStart("data");
    for (var state : page) {
      json.writeStartObject();
      StandingJson.fields(json, state);
      json.writeNumberField("values", values(state));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Writes the number of budgets of each status. */
  static void counts(JsonGenerator json, List<BudgetState> states) throws IOException {
    long soft = states.stream().filter(state -> state.status().label().equals("SoftLimit")).count();
    long hard = states.stream().filter(state -> state.status().label().equals("HardLimit")).count();
    json.writeStartObject();
    json.writeNumberField("total", states.size());
    json.writeNumberField("normal", states.size() - soft - hard);
    json.writeNumberField("soft_limit", soft);
    json.writeNumberField("hard_limit", hard);
    json.writeEndObject();
  }

  private static boolean isMeant(BudgetState state, String search) {
    return search.isEmpty()
        || has(state.terms().name(), search)
        || state.terms().match().values().stream().anyMatch(value -> has(value, search));
  }

  private static boolean has(String text, String search) {
    return text.toLowerCase(Locale.ROOT).contains(search);
  }

  private static Comparator<BudgetState> order(String sort) {
    return switch (sort) {
      case "name" -> Comparator.comparing(state -> state.terms().name());
      case "spent" ->
          Comparator.comparing(BudgetState::spent)
              .reversed()
              .thenComparing(state -> state.terms().name());
      default -> OverviewRoute.TIGHTEST_FIRST;
    };
  }
}
