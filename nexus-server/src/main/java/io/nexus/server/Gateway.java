package io.nexus.server;

import io.helidon.metrics.api.MeterRegistry;
import io.helidon.service.registry.Services;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.nexus.config.NexusConfig;
import io.nexus.control.budget.BudgetBook;
import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.OutputForecast;
import io.nexus.control.lease.Treasury;
import io.nexus.control.routing.Router;
import io.nexus.metrics.BudgetReading;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Totals;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.chat.Attempts;
import io.nexus.server.chat.Claims;
import io.nexus.server.chat.FlowRules;
import io.nexus.server.chat.Reports;
import io.nexus.server.chat.RequestFlow;
import io.nexus.server.chat.SpendBook;
import io.nexus.server.chat.TokenCounting;
import io.nexus.server.chat.WaitingRoom;
import io.nexus.server.http.Clients;
import io.nexus.server.routes.ExplainRoute;
import io.nexus.server.routes.FallbackRoute;
import io.nexus.server.routes.HealthRoutes;
import io.nexus.server.routes.MetricsRoute;
import io.nexus.server.routes.ModelsRoute;
import io.nexus.server.routes.StatsRoute;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The gateway, put together: every part is made here, once, and given what it needs.
 *
 * <p>It serves from {@link #start} until {@link #close}.
 */
public final class Gateway implements AutoCloseable {

  private static final int MODELS_LEARNED = 1000;

  private final NexusConfig config;
  private final BackendRegistry registry;
  private final Treasury treasury;
  private final BudgetBook budgets;
  private final BudgetQueue queue;
  private final BudgetReconciliationLoop loop;
  private final HealthChecks health;
  private final GatewayMeters meters;
  private final Totals totals = new Totals();
  private final Accounts accounts;
  private final TokenCounting tokens;
  private final RequestFlow flow;
  private final Drain drain = new Drain();
  private final WebServer server;
  private final Instant started;

  /**
   * A gateway that does not serve yet.
   *
   * @param machineClock decides when cycles end, unless a shared ledger does
   * @throws StartException if the configuration asks for what is not to be had
   */
  public Gateway(NexusConfig config, Extensions extensions, InstantSource machineClock) {
    this.config = config;
    this.started = machineClock.instant();
    this.registry = Wiring.backends(config, extensions);
    this.meters = new GatewayMeters(registry::serves);
    this.accounts = new Accounts(meters);
    this.treasury = LedgerWiring.open(config, extensions.ledgers(), meters.ledger(), machineClock);
    var clock = treasury.clock();
    this.budgets =
        new BudgetBook(
            Wiring.terms(config), new BudgetLog(meters), treasury.allotments(), clock.millis());
    this.loop = new BudgetReconciliationLoop(budgets, clock);
    this.queue =
        new BudgetQueue(budgets, config.budget().queue().maxSize(), clock, System::nanoTime);
    this.health = new HealthChecks(registry, config.healthCheck());
    var clients = new Clients(config.keys());
    this.tokens = new TokenCounting(extensions.tokenCounters());
    this.flow = flow(clients, extensions, clock);
    this.server = HttpServer.create(config.server(), routing(clients, clock));
    observe(clock);
  }

  /**
   * A gateway on the system's clock.
   *
   * @throws StartException if the configuration asks for what is not to be had
   * @throws ListenException if its address is not to be had
   */
  public static Gateway start(NexusConfig config, Extensions extensions) {
    var gateway = new Gateway(config, extensions, InstantSource.system());
    try {
      gateway.start();
    } catch (ListenException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /**
   * Begins to serve, and returns when requests are taken.
   *
   * @throws ListenException if its address is not to be had
   */
  public void start() {
    HttpServer.tryAddress(config.server());
    server.start();
    budgets.budgets().forEach(budget -> BudgetLog.enabled(budget.terms()));
    loop.start(config.budget().reconciliationInterval());
    health.start();
    registry.models().forEach(tokens::preload);
    treasury.awaitFirstView();
    drain.open();
    // Other users of Helidon's registry see the meters too; making it takes half a second.
    Thread.ofVirtual()
        .name("helidon-metrics")
        .start(() -> meters.publishTo(Services.get(MeterRegistry.class)));
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Decides on requests as a running gateway does. */
  public RequestFlow flow() {
    return flow;
  }

  /** Takes no more requests, lets those under way end within the grace, and stops. */
  @Override
  public void close() {
    queue.close();
    drain.close(config.server().shutdownGrace());
    server.stop();
    health.close();
    loop.close();
    treasury.close();
    registry.close();
    meters.close();
  }

  private RequestFlow flow(Clients clients, Extensions extensions, InstantSource clock) {
    var budget = config.budget();
    var router =
        new Router(
            Wiring.rules(config),
            registry,
            budgets,
            extensions.reconcilers(),
            new PipelineLog(meters),
            RandomGenerator.getDefault());
    var reports = new Reports(meters, accounts, totals, registry, budget.overBudgetStatus());
    var book = new SpendBook(treasury, meters.budget());
    var forecast = new OutputForecast(MODELS_LEARNED);
    var attempts =
        new Attempts(registry, tokens, forecast, book, reports, config.server().requestTimeout());
    var rules =
        new FlowRules(
            config.server().maxRequestBytes(), config.routing().maxRetries(), budget.onError());
    var claims = new Claims(budget.minOutputTokens(), forecast, book);
    var room = new WaitingRoom(queue, budget.queue().maxWait(), meters.queue(), reports, clock);
    return new RequestFlow(
        clients, tokens, router, claims, attempts, queue, room, reports, rules, clock);
  }

  private HttpRouting.Builder routing(Clients clients, InstantSource clock) {
    var stats = new StatsRoute(started, totals, budgets, loop, registry, accounts, clock);
    var models = new ModelsRoute(clients, registry, started);
    var explain = new ExplainRoute(clients, flow, config.server().maxRequestBytes());
    var healths = new HealthRoutes(started, registry, drain::isReady, clock);
    var metrics = new MetricsRoute(meters);
    return HttpRouting.builder()
        .post("/v1/chat/completions", drain.counted(flow::handle))
        .post("/v1/explain", explain::handle)
        .get("/v1/models", models::handle)
        .get("/v1/stats", stats::handle)
        .get("/metrics", metrics::handle)
        .get("/health", healths::health)
        .get("/health/live", healths::live)
        .get("/health/ready", healths::ready)
        .any(new FallbackRoute(PATHS)::handle);
  }

  private static final Map<String, String> PATHS =
      Map.of(
          "/v1/chat/completions", "POST",
          "/v1/explain", "POST",
          "/v1/models", "GET",
          "/v1/stats", "GET",
          "/metrics", "GET",
          "/health", "GET",
          "/health/live", "GET",
          "/health/ready", "GET");

  private void observe(InstantSource clock) {
    meters.observeReconciliation(loop::lastRun);
    for (var live : registry.backends()) {
      meters
          .backend(live.backend().name())
          .observe(() -> live.load().healthy(), () -> live.load().pending());
    }
    for (var budget : budgets.budgets()) {
      if (budget.terms().name().equals(BudgetTerms.GLOBAL)) {
        meters.budget().observeGlobal(() -> reading(budget.state(clock.millis())));
      } else {
        meters.budget().observe(budget.terms().name(), () -> reading(budget.state(clock.millis())));
      }
    }
  }

  private static BudgetReading reading(BudgetState state) {
    return new BudgetReading(state.spent(), state.held(), state.limit());
  }
}
