package io.nexus.server.console;

import io.nexus.control.budget.Budgets;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Totals;
import io.nexus.server.admin.AdminKey;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.flow.RecentRequests;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Route;
import io.nexus.server.spend.ReportThread;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The console: a page at {@code /console}, and the routes below {@code /admin/v1} that only it
 * uses. It makes all changes by the admin API.
 *
 * <p>It costs nothing until it is opened: its files are read and compressed at the first request.
 * Safe for any number of threads.
 */
public final class Console {

  private final Sources sources;
  private final AdminKey key;

  /**
   * The sources of its data.
   *
   * @param clients the clients, for the teams of their keys
   * @param ledgerAway since when the ledger has not answered; empty if it does
   * @param alerts the last alert messages as JSON, newest first
   * @param configuration the configuration in force as TOML, with secrets masked
   * @param zone where days begin
   * @param started when the gateway began to serve
   */
  public record Sources(
      Budgets budgets,
      Clients clients,
      Totals totals,
      Accounts accounts,
      BackendRegistry registry,
      ReportThread books,
      RecentRequests recent,
      Supplier<Optional<Instant>> ledgerAway,
      Supplier<List<String>> alerts,
      Supplier<String> configuration,
      ZoneId zone,
      Instant started,
      InstantSource clock) {

    /** Since when the ledger has not answered; null if it does. */
    public @Nullable String awaySince() {
      return ledgerAway.get().map(Object::toString).orElse(null);
    }
  }

  /**
   * Creates a console.
   *
   * @param key authenticates administrators
   */
  public Console(Sources sources, AdminKey key) {
    this.sources = sources;
    this.key = key;
  }

  /** The routes of the page and its files, which are not part of the API. */
  public static List<Route> pages() {
    return new ConsolePage().routes();
  }

  /** The routes of the API, for administrators; some show team administrators their part. */
  public List<Route> routes() {
    var overview = new OverviewRoute(sources);
    var standings = new StandingsRoute(sources);
    var spend = new SpendSeriesRoute(sources);
    var records = new RecordsRoute(sources);
    var requests = new RequestsRoute(sources);
    var setup = new SetupRoutes(sources);
    return List.of(
        teamRoute("self", (_, response, actor) -> setup.self(response, actor)),
        route("configuration", (_, response, _) -> setup.configuration(response)),
        route("models", (_, response, _) -> setup.models(response)),
        route("overview", (_, response, _) -> overview.handle(response)),
        teamRoute("standings", standings::handle),
        teamRoute("spend", spend::handle),
        teamRoute("records", records::handle),
        teamRoute("requests", requests::list),
        teamRoute("requests/{id}", requests::one));
  }

  private Route route(String path, AdminKey.Action action) {
    return Route.get("/admin/v1/" + path, key.guard(action));
  }

  private Route teamRoute(String path, AdminKey.Action action) {
    return key.teamRoute("GET", "/admin/v1/" + path, action);
  }
}
