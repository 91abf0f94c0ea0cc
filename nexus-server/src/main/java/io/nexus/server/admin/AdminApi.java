package io.nexus.server.admin;

import io.nexus.control.budget.Budgets;
import io.nexus.control.settings.Settings;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Route;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.Reload;
import io.nexus.server.spend.ReportThread;
import java.time.InstantSource;
import java.util.List;

/**
 * The admin API of a running gateway.
 *
 * @param settings stores changes
 * @param plane puts them in force
 * @param books reads the record of changes
 * @param reload reloads the configuration's file
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
  private static final String TEAMS = "/admin/v1/teams";
  private static final String TEAM = TEAMS + "/{name}";

  /**
   * Its routes.
   *
   * @param guard authenticates administrators
   */
  public List<Route> routes(AdminKey guard) {
    var edits = new Edits(settings, clock);
    var ofBudgets = new BudgetAdmin(budgets, plane, clients, edits, clock);
    var ofKeys = new KeyAdmin(clients, plane, edits, clock);
    var ofTeams = new TeamAdmin(plane, edits, clock);
    var ofChanges = new ChangeAdmin(books, edits);
    return List.of(
        guard.teamRoute("GET", BUDGETS, ofBudgets::list),
        guard.teamRoute("POST", BUDGETS, ofBudgets::create),
        guard.teamRoute("POST", BUDGET + "/increase", ofBudgets::increase),
        guard.teamRoute("POST", BUDGET + "/reset", ofBudgets::reset),
        guard.teamRoute("GET", BUDGET, ofBudgets::show),
        guard.teamRoute("PATCH", BUDGET, ofBudgets::change),
        guard.teamRoute("DELETE", BUDGET, ofBudgets::delete),
        guard.teamRoute("GET", KEYS, ofKeys::list),
        guard.teamRoute("POST", KEYS, ofKeys::create),
        guard.teamRoute("GET", KEY, ofKeys::show),
        guard.teamRoute("PATCH", KEY, ofKeys::change),
        guard.teamRoute("DELETE", KEY, ofKeys::revoke),
        guard.teamRoute("POST", KEY + "/rotate", ofKeys::rotate),
        guard.route("GET", TEAMS, ofTeams::list),
        guard.route("POST", TEAMS, ofTeams::create),
        guard.route("GET", TEAM, ofTeams::show),
        guard.route("PATCH", TEAM, ofTeams::change),
        guard.route("DELETE", TEAM, ofTeams::delete),
        guard.route("GET", "/admin/v1/changes", ofChanges::list),
        guard.route("POST", "/admin/v1/reload", new ReloadAdmin(reload)::run));
  }
}
