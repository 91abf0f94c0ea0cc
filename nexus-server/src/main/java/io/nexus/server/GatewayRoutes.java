package io.nexus.server;

import io.helidon.http.Method;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.HttpRouting;
import io.nexus.config.NexusConfig;
import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.Budgets;
import io.nexus.control.hold.Funds;
import io.nexus.control.limit.Limits;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Totals;
import io.nexus.server.admin.AdminKey;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.console.Console;
import io.nexus.server.dialect.anthropic.AnthropicErrors;
import io.nexus.server.dialect.gemini.GoogleErrors;
import io.nexus.server.events.Feed;
import io.nexus.server.flow.KnownAnswers;
import io.nexus.server.flow.RecentRequests;
import io.nexus.server.flow.RequestFlow;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.ClientAddress;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Route;
import io.nexus.server.routes.AnthropicModels;
import io.nexus.server.routes.ExplainRoute;
import io.nexus.server.routes.FallbackRoute;
import io.nexus.server.routes.GoogleModels;
import io.nexus.server.routes.HealthRoutes;
import io.nexus.server.routes.KeptAnswerRoutes;
import io.nexus.server.routes.KeyRoute;
import io.nexus.server.routes.ListedModels;
import io.nexus.server.routes.MetricsRoute;
import io.nexus.server.routes.ModelsRoute;
import io.nexus.server.routes.OpenApiRoute;
import io.nexus.server.routes.SpendRoute;
import io.nexus.server.routes.StatsRoute;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.LimitPlane;
import io.nexus.server.settings.PriceLines;
import io.nexus.server.settings.Reload;
import io.nexus.server.spend.ReportThread;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The routes of a gateway, created from its parts.
 *
 * @param started when the gateway was created
 * @param isReady whether it serves
 */
record GatewayRoutes(
    NexusConfig config,
    Clients clients,
    Access access,
    RequestFlow flow,
    Drain drain,
    BackendRegistry registry,
    ListedModels listed,
    HealthChecks health,
    Budgets budgets,
    Limits limits,
    BudgetReconciliationLoop loop,
    Funds funds,
    ControlPlane plane,
    LimitPlane limitPlane,
    PriceLines priceLines,
    Reload reload,
    ReportThread books,
    KnownAnswers answers,
    RecentRequests recent,
    Totals totals,
    Accounts accounts,
    GatewayMeters meters,
    Feed feed,
    BooleanSupplier isReady,
    Instant started,
    InstantSource clock) {

  /** The routes without the console's pages and alternative spellings. */
  List<Route> all() {
    var stats =
        new StatsRoute(
            clients, this::mayLook, started, totals, budgets, loop, registry, accounts, clock);
    var google = new GoogleModels(clients, listed, GoogleErrors.FORM);
    var anthropic = new AnthropicModels(clients, listed, started, AnthropicErrors.FORM);
    var models = new ModelsRoute(clients, listed, started, anthropic, google);
    var explain =
        new ExplainRoute(clients, flow, Dialects::named, config.server().maxRequestBytes());
    var healths = new HealthRoutes(started, registry, isReady, clock);
    var all = new ArrayList<Route>();
    for (var dialect : Dialects.all()) {
      var handler = drain.counted((request, response) -> flow.handle(dialect, request, response));
      dialect.paths().forEach(path -> all.add(Route.post(path, handler)));
    }
    all.addAll(
        new KeptAnswerRoutes(
                clients,
                answers,
                registry,
                config.server().maxRequestBytes(),
                config.server().maxResponseBytes(),
                clock)
            .all());
    all.add(Route.post("/v1/explain", explain::handle));
    all.add(Route.get("/v1/models", models::handle));
    all.add(Route.get("/v1/models/{+target}", models::one));
    all.add(Route.get("/v1beta/models", google::handle));
    all.add(Route.get("/v1beta/models/{+target}", google::one));
    all.add(Route.get("/v1/stats", stats::handle));
    all.add(Route.get("/v1/spend", spend()::handle));
    all.add(Route.get("/v1/key", new KeyRoute(clients, budgets, clock)::handle));
    all.add(Route.get("/metrics", new MetricsRoute(meters)::handle));
    all.add(Route.get("/health", healths::health));
    all.add(Route.get("/health/live", healths::live));
    all.add(Route.get("/health/ready", healths::ready));
    all.add(Route.get("/openapi.json", new OpenApiRoute()::handle));
    if (config.hasAdmins()) {
      var key =
          AdminKey.of(access::admins, clients, new ClientAddress(config.server().trustedProxies()));
      all.addAll(new AdminRoutes(this, key).all());
    }
    return List.copyOf(all);
  }

  /** Whether the request is from an administrator who may read everything. */
  private boolean mayLook(ServerRequestHeaders headers) {
    return access.admins().mayLook(ApiKey.of(headers));
  }

  private SpendRoute spend() {
    return new SpendRoute(clients, this::mayLook, books, config.budget().timeZone(), clock);
  }

  /** The routing with all routes and their alternatives. */
  static HttpRouting.Builder routing(List<Route> routes, NexusConfig config) {
    var routing = HttpRouting.builder();
    var pages = config.hasAdmins() ? Console.pages() : List.<Route>of();
    var twins =
        Stream.concat(routes.stream().flatMap(route -> route.twin().stream()), pages.stream())
            .toList();
    for (var route : Stream.concat(routes.stream(), twins.stream()).toList()) {
      routing.route(Method.create(route.method()), route.path(), route.handler());
    }
    // Clients use it to check that the server is up.
    routing.route(Method.HEAD, "/", (_, response) -> response.send());
    return routing.any(new FallbackRoute(routes, twins)::handle);
  }
}
