package io.nexus.server.admin;

import io.nexus.control.budget.Budgets;
import io.nexus.control.settings.Settings;
import io.nexus.server.admin.AdminKey.Action;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Route;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.Reload;
import io.nexus.server.spend.ReportThread;
import java.time.InstantSource;
import java.util.List;

/**
 * The admin API: what administrators may do to running gateways.
 *
 * @param settings where changes are kept
 * @param plane what puts them in force
 * @param books has the record of changes
 * @param reload reads the configuration's file anew
 */
public record AdminApi(
    Settings settings,
    ControlPlane plane,
    Budgets budgets,
    Clients clients,
    ReportThread books,
    Reload reload,
    InstantSource clock) {

  private static final String BUDGETS = "/admin/v1/budgets";
  private static final String BUDGET = BUDGETS + "/{+name}";
  private static final String KEYS = "/admin/v1/keys";
  private static final String KEY = KEYS + "/{name}";

  /**
   * Its routes.
   *
   * @param guard who may ask
   */
  public List<Route> routes(AdminKey guard) {
    var edits = new Edits(settings, clock);
    var ofBudgets = new BudgetAdmin(budgets, plane, edits, clock);
    var ofKeys = new KeyAdmin(clients, plane, edits, clock);
    var ofChanges = new ChangeAdmin(books, edits);
    return List.of(
        route(guard, "GET", BUDGETS, ofBudgets::list),
        route(guard, "POST", BUDGETS, ofBudgets::create),
        route(guard, "POST", BUDGET + "/increase", ofBudgets::increase),
        route(guard, "POST", BUDGET + "/reset", ofBudgets::reset),
        route(guard, "GET", BUDGET, ofBudgets::show),
        route(guard, "PATCH", BUDGET, ofBudgets::change),
        route(guard, "DELETE", BUDGET, ofBudgets::delete),
        route(guard, "GET", KEYS, ofKeys::list),
        route(guard, "POST", KEYS, ofKeys::create),
        route(guard, "GET", KEY, ofKeys::show),
        route(guard, "PATCH", KEY, ofKeys::change),
        route(guard, "DELETE", KEY, ofKeys::revoke),
        route(guard, "POST", KEY + "/rotate", ofKeys::rotate),
        route(guard, "GET", "/admin/v1/changes", ofChanges::list),
        route(guard, "POST", "/admin/v1/reload", new ReloadAdmin(reload)::run));
  }

  private static Route route(AdminKey guard, String method, String path, Action action) {
    return new Route(method, path, guard.guard(action));
  }
}
