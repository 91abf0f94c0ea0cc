package io.nexus.server.admin;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Budgets;
import io.nexus.server.admin.AdminKey.Action;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.http.Route;
import io.nexus.server.routes.Answers;
import java.time.InstantSource;
import java.util.List;

/** The admin API: what administrators may do to a running gateway. */
public final class AdminApi {

  /** How many changes are kept in memory. */
  public static final int CHANGES = 1_000;

  private static final int SHOWN = 100;

  private final AdminKey key;
  private final BudgetAdmin budgets;
  private final KeyAdmin keys;
  private final AuditLog audit;

  private AdminApi(AdminKey key, BudgetAdmin budgets, KeyAdmin keys, AuditLog audit) {
    this.key = key;
    this.budgets = budgets;
    this.keys = keys;
    this.audit = audit;
  }

  /**
   * Its routes.
   *
   * @param key who may ask
   * @param audit told of every change
   */
  public static List<Route> routes(
      AdminKey key, Budgets budgets, Clients clients, AuditLog audit, InstantSource clock) {
    return new AdminApi(
            key, new BudgetAdmin(budgets, audit, clock), new KeyAdmin(clients, audit, clock), audit)
        .routes();
  }

  private List<Route> routes() {
    return List.of(
        route("GET", "/admin/v1/budgets", budgets::list),
        route("PATCH", "/admin/v1/budgets/{name}", budgets::changeLimit),
        route("POST", "/admin/v1/budgets/{name}/increase", budgets::increase),
        route("POST", "/admin/v1/budgets/{name}/reset", budgets::reset),
        route("GET", "/admin/v1/keys", keys::list),
        route("POST", "/admin/v1/keys", keys::create),
        route("DELETE", "/admin/v1/keys/{name}", keys::revoke),
        route("GET", "/admin/v1/changes", this::changes));
  }

  private Route route(String method, String path, Action action) {
    return new Route(method, path, key.guard(action));
  }

  private void changes(ServerRequest request, ServerResponse response, Actor actor) {
    int max = max(QueryParameter.first(request, "limit").orElse(Integer.toString(SHOWN)));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var change : audit.latest(max)) {
            json.writeStartObject();
            json.writeStringField("at", change.at().toString());
            json.writeObjectFieldStart("by");
            json.writeStringField("admin_key", change.actor().key());
            json.writeStringField("address", change.actor().address());
            json.writeEndObject();
            json.writeStringField("action", change.action());
            json.writeStringField("target", change.target());
            json.writeFieldName("before");
            json.writeRawValue(change.before());
            json.writeFieldName("after");
            json.writeRawValue(change.after());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static int max(String limit) {
    try {
      int max = Integer.parseInt(limit);
      if (max >= 1 && max <= CHANGES) {
        return max;
      }
    } catch (NumberFormatException e) {
      // Said below, with what it has to be.
    }
    throw ApiException.badRequest("limit", "'limit' has to be 1 to " + CHANGES + ".");
  }
}
