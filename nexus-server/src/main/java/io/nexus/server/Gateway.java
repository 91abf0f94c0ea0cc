package io.nexus.server;

import io.helidon.metrics.api.MeterRegistry;
import io.helidon.service.registry.Services;
import io.helidon.webserver.WebServer;
import io.nexus.config.ConfigResult;
import io.nexus.config.NexusConfig;
import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.Budgets;
import io.nexus.control.hold.Funds;
import io.nexus.control.hold.HoldTimer;
import io.nexus.control.hold.Holds;
import io.nexus.control.hold.OutputLengths;
import io.nexus.control.limit.Limits;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Accounts;
import io.nexus.server.account.Retention;
import io.nexus.server.account.Totals;
import io.nexus.server.alert.Alerts;
import io.nexus.server.alert.Backoff;
import io.nexus.server.alert.SharedNotices;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.backend.SlotLine;
import io.nexus.server.dialect.translate.TranslatingInterpreter;
import io.nexus.server.events.Feed;
import io.nexus.server.events.News;
import io.nexus.server.flow.AccessLog;
import io.nexus.server.flow.AdmissionControl;
import io.nexus.server.flow.BackgroundAnswers;
import io.nexus.server.flow.Destinations;
import io.nexus.server.flow.Forwarder;
import io.nexus.server.flow.KnownAnswers;
import io.nexus.server.flow.LimitRoom;
import io.nexus.server.flow.RecentRequests;
import io.nexus.server.flow.Reports;
import io.nexus.server.flow.RequestFlow;
import io.nexus.server.flow.RequestReader;
import io.nexus.server.flow.Settlement;
import io.nexus.server.flow.SlotRoom;
import io.nexus.server.flow.TokenCounting;
import io.nexus.server.flow.WaitingRoom;
import io.nexus.server.http.Clients;
import io.nexus.server.http.ConnectionDeadlines;
import io.nexus.server.http.Route;
import io.nexus.server.routes.ListedModels;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.LimitPlane;
import io.nexus.server.settings.Reload;
import io.nexus.server.spend.ReportThread;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The assembled gateway: creates every part once and connects them.
 *
 * <p>It serves from {@link #start} until {@link #close}.
 */
public final class Gateway implements AutoCloseable {

  private static final int MODELS_LEARNED = 1000;
  private static final Duration ANSWERS_PATIENCE = Duration.ofSeconds(2);

  private final NexusConfig config;
  private final Extensions extensions;
  private final SlotLine line;
  private final LiveRouting routing;
  private final BackendRegistry registry;
  private final Outlets outlets;
  private final Funds funds;
  private final ReportThread books;
  private final KnownAnswers answers;
  private final BackgroundAnswers background;
  private final Retention retention;
  private final Budgets budgets;
  private final Limits limits;
  private final LimitRoom limitRoom;
  private final ControlPlane plane;
  private final BudgetQueue queue;
  private final BudgetReconciliationLoop loop;
  private final HealthChecks health;
  private final GatewayMeters meters;
  private final Totals totals = new Totals();
  private final Accounts accounts = new Accounts();
  private final RecentRequests recent;
  private final Feed feed = new Feed();
  private final TokenCounting tokens;
  private final Alerts alerts;
  private final HoldTimer timer = HoldTimer.started(System::nanoTime);
  private final RequestFlow flow;
  private final Drain drain = new Drain();
  private final CountDownLatch fenced = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Route> routes;
  private final ConnectionDeadlines deadlines;
  private final WebServer server;
  private final Instant started;
  private final Reload reload;
  private final @Nullable ServerCertificate certificate;

  /** Reads the configuration again; without a file, returns the one of the start. */
  private volatile Supplier<ConfigResult> source;

  /**
   * Creates a gateway that does not serve yet.
   *
   * @param machineClock decides when cycles end, unless a shared ledger's clock does
   * @throws StartException if the configuration refers to something that does not exist
   */
  public Gateway(NexusConfig config, Extensions extensions, InstantSource machineClock) {
    this.config = config;
    this.recent = RecentRequests.of(config.hasAdmins());
    this.source = () -> new ConfigResult.Loaded(config, List.of(), Set.of());
    this.extensions = extensions;
    this.started = machineClock.instant();
    if (!extensions.ofOthers()) {
      HelidonServices.leaveOut();
    }
    this.line = new SlotLine(config.routing().queueSize());
    this.routing = new LiveRouting(config, extensions, line, machineClock);
    this.registry = routing.registry();
    this.meters = new GatewayMeters(registry::serves);
    this.outlets = Outlets.open(config, extensions, meters, machineClock);
    var ledger =
        LedgerWiring.open(
            config,
            extensions.ledgers(),
            meters.ledger(),
            outlets.sinks(),
            machineClock,
            fenced::countDown);
    this.funds = ledger.funds();
    var clock = funds.clock();
    this.budgets = new Budgets(List.of(), new BudgetLog(meters), funds.shares(), clock.millis());
    var clients = new Clients(clock, this::knowsAllKeys);
    var access = new Access(config, clients, clock);
    this.limits = new Limits(funds.counts(), clock.millis());
    this.limitRoom = Wiring.limitRoom(config.budget().queue(), clock);
    limits.whenFreed(limitRoom::freed);
    this.plane = new ControlPlane(config, clients, budgets, clock, started);
    plane.follow(funds.settings());
    var limitPlane = new LimitPlane(plane, clients, limits, funds.settings(), clock);
    var priceLines = routing.follow(funds.settings());
    this.books = new ReportThread(ledger.books(), ReportThread.USUAL_PATIENCE);
    this.answers =
        new KnownAnswers(
            new ReportThread(ledger.books(), ANSWERS_PATIENCE), !config.ledger().isMemory());
    this.background =
        Wiring.background(
            config, new ReportThread(ledger.books(), ReportThread.USUAL_PATIENCE), registry, clock);
    this.retention = new Retention(books, config.ledger().keepDays(), clock);
    this.loop = new BudgetReconciliationLoop(budgets, limits::touch, clock);
    this.queue =
        new BudgetQueue(budgets, config.budget().queue().maxSize(), clock, System::nanoTime);
    this.health = new HealthChecks(registry, config.healthCheck());
    this.alerts =
        new Alerts(
            config.alerts(),
            budgets,
            meters.budget(),
            new SharedNotices(funds.settings(), clock),
            Wiring.alertSources(config, registry, funds, meters),
            clock,
            Backoff.USUAL);
    this.tokens = new TokenCounting(extensions.tokenCounters());
    routing.route(config, budgets, new PipelineLog(meters));
    var next =
        new Replacement(routing, alerts, health, plane, budgets, limits, meters, tokens, clock);
    var news = new News(feed);
    this.reload =
        new Reload(
            config,
            () -> source.get(),
            next.andThen(access::replace).andThen(_ -> news.reloaded()),
            () -> Wiring.spent(budgets, clock),
            meters.settings()::reloaded);
    this.flow = flow(clients, clock);
    this.routes =
        new GatewayRoutes(
                config,
                clients,
                access,
                flow,
                drain,
                registry,
                new ListedModels(registry, routing::rules),
                health,
                budgets,
                limits,
                loop,
                funds,
                plane,
                limitPlane,
                priceLines,
                reload,
                books,
                answers,
                recent,
                totals,
                accounts,
                meters,
                feed,
                new Readiness(drain, fenced, funds, registry)::isReady,
                started,
                clock)
            .all();
    this.deadlines = Wiring.deadlines(config.server());
    this.certificate = config.server().tls().map(ServerCertificate::new).orElse(null);
    var guard = Wiring.guard(config.server(), clients);
    this.server =
        HttpServer.create(
            config.server(),
            GatewayRoutes.routing(routes, config),
            guard,
            deadlines,
            certificate,
            clock);
    new MeterWiring(meters, registry, budgets, limits, clock)
        .observe(loop, funds.settings(), plane, limitPlane);
    plane.observe(alerts::watch);
    alerts.observe(news::alerted);
    news.follow(funds.settings());
  }

  /**
   * Starts a gateway with the system's clock.
   *
   * @throws StartException if the configuration refers to something that does not exist
   * @throws ListenException if its address is not available
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
   * Starts to serve, and returns when requests are accepted.
   *
   * @throws ListenException if its address is not available
   */
  public void start() {
    HttpServer.tryAddress(config.server());
    server.start();
    budgets.budgets().forEach(budget -> BudgetLog.enabled(budget.terms()));
    loop.start(config.budget().reconciliationInterval());
    health.start();
    registry.models().forEach(tokens::preload);
    funds.awaitFirstView();
    alerts.start();
    outlets.start();
    retention.start();
    background.resume();
    drain.open();
    if (extensions.read(MeterRegistry.class.getModule())) {
      Thread.ofVirtual()
          .name("helidon-metrics")
          .start(() -> meters.publishTo(Services.get(MeterRegistry.class)));
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /**
   * Waits until another process has joined the ledger under this gateway's name. It then serves
   * nothing that costs money, and should be closed.
   */
  public void awaitFenced() throws InterruptedException {
    fenced.await();
  }

  /** Whether all keys are known: keys created by the admin API are only in the ledger. */
  private boolean knowsAllKeys() {
    return funds.settings().areKnown() || !config.hasAdmins();
  }

  /** Sets the source for reloads of the configuration. */
  public void reloadsFrom(Supplier<ConfigResult> from) {
    source = from;
  }

  /** Reloads its certificate from the files, if it uses TLS. */
  public void reloadCertificate() {
    if (certificate != null) {
      certificate.reload();
    }
  }

  /** The reload of its configuration. */
  public Reload reload() {
    return reload;
  }

  /** The configuration in force. */
  public NexusConfig configuration() {
    return plane.file();
  }

  /** All its routes. */
  List<Route> routes() {
    return routes;
  }

  /** The feed of its events. */
  Feed feed() {
    return feed;
  }

  /** The processing of its requests. */
  public RequestFlow flow() {
    return flow;
  }

  /**
   * Stops accepting requests, lets running ones complete within the grace period, and stops.
   * Further calls have no effect.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    drain.announce(config.server().drainDelay());
    feed.close();
    queue.close();
    limitRoom.close();
    line.close();
    drain.close(config.server().shutdownGrace());
    server.stop();
    background.close();
    answers.close();
    deadlines.close();
    alerts.close();
    retention.close();
    books.close();
    health.close();
    loop.close();
    timer.close();
    funds.close();
    outlets.close();
    registry.close();
    meters.close();
  }

  private RequestFlow flow(Clients clients, InstantSource clock) {
    var budget = config.budget();
    var reports =
        new Reports(meters, totals, registry, () -> plane.file().budget().overBudgetStatus());
    var rules = Wiring.flowRules(config);
    var destinations = new Destinations(registry, meters, accounts, clock);
    var settlement = new Settlement(tokens, reports, answers, background, rules);
    var forwarder = new Forwarder(tokens, reports, timer, settlement, rules);
    var holds =
        new Holds(funds, limits, new OutputLengths(MODELS_LEARNED), budget.minOutputTokens());
    var room = new WaitingRoom(queue, budget.queue().maxWait(), meters.queue(), reports, clock);
    var slots =
        new SlotRoom(line, config.routing().queueWait(), meters.capacityQueue(), reports, clock);
    var admission =
        new AdmissionControl(
            routing::decide,
            holds,
            destinations,
            queue,
            room,
            slots,
            limitRoom,
            reports,
            recent,
            clock);
    return new RequestFlow(
        clients,
        new RequestReader(tokens, answers, rules),
        admission,
        destinations,
        new TranslatingInterpreter(Dialects.all(), clock),
        forwarder,
        reports,
        AccessLog.of(config.log().access()),
        recent,
        rules.maxRetries(),
        outlets.observer(),
        clock);
  }
}
