package io.nexus.server.console;

import io.nexus.control.budget.Budgets;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Totals;
import io.nexus.server.admin.AdminKey;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.http.Route;
import io.nexus.server.spend.ReportThread;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

/**
 * The console: a page for people at {@code /console}, and the routes below {@code /admin/v1} that
 * only it asks. All that it changes it changes by the admin API.
 *
 * <p>It costs nothing until it is opened: the files of the page are read and packed on the first
 * request for one. Safe for any number of threads.
 */
public final class Console {

  private final Sources sources;
  private final AdminKey key;

  /**
   * What it shows.
   *
   * @param zone where days begin
   * @param started when the gateway began to serve
   */
  public record Sources(
      Budgets budgets,
      Totals totals,
      Accounts accounts,
      BackendRegistry registry,
      ReportThread books,
      ZoneId zone,
      Instant started,
      InstantSource clock) {}

  /**
   * A console that nobody has opened.
   *
   * @param key who may ask
   */
  public Console(Sources sources, AdminKey key) {
    this.sources = sources;
    this.key = key;
  }

  /** The page and its files, which are no part of the API. */
  public static List<Route> pages() {
    return new ConsolePage().routes();
  }

  /** The routes of the API, for administrators alone. */
  public List<Route> routes() {
    var overview = new OverviewRoute(sources);
    var standings = new StandingsRoute(sources);
    var spend = new SpendSeriesRoute(sources);
    return List.of(
        Route.get("/admin/v1/overview", key.guard((_, response, _) -> overview.handle(response))),
        Route.get(
            "/admin/v1/standings",
            key.guard((request, response, _) -> standings.handle(request, response))),
        Route.get(
            "/admin/v1/spend",
            key.guard((request, response, _) -> spend.handle(request, response))));
  }
}
