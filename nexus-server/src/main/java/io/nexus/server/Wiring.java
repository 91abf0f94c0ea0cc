package io.nexus.server;

import io.nexus.config.BackendConfig;
import io.nexus.config.MaxTokensField;
import io.nexus.config.NamedValue;
import io.nexus.config.NexusConfig;
import io.nexus.config.Privacy;
import io.nexus.config.QueueConfig;
import io.nexus.config.Secret;
import io.nexus.config.ServerConfig;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Glob;
import io.nexus.control.hold.Funds;
import io.nexus.control.money.Money;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.pricing.Providers;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.RoutingPolicy;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Weights;
import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendClientFactory;
import io.nexus.control.spi.PricingSource;
import io.nexus.metrics.AttemptOutcome;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.alert.AlertSources;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.Circuit;
import io.nexus.server.backend.ForwardProxy;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.backend.ProviderClientFactory;
import io.nexus.server.backend.SlotLine;
import io.nexus.server.backend.Slots;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.openai.responses.ResponsesDialect;
import io.nexus.server.flow.BackgroundAnswers;
import io.nexus.server.flow.FlowRules;
import io.nexus.server.flow.LimitRoom;
import io.nexus.server.flow.UnfinishedAnswers;
import io.nexus.server.http.Clients;
import io.nexus.server.http.ConnectionDeadlines;
import io.nexus.server.http.SiteGuard;
import io.nexus.server.pricing.LiteLlmPrices;
import io.nexus.server.spend.ReportThread;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates the parts of the gateway from the configuration. */
final class Wiring {

  private Wiring() {}

  /** The routing rules. */
  static RoutingRules rules(NexusConfig config) {
    var routing = config.routing();
    var weights = routing.weights();
    return new RoutingRules(
        routing.strategy(),
        new Weights(weights.priority(), weights.load(), weights.latency()),
        routing.aliases(),
        routing.fallbacks(),
        routing.policies().stream()
            .map(
                policy ->
                    new RoutingPolicy(
                        new Glob(policy.modelPattern()),
                        policy.privacy() == Privacy.RESTRICTED,
                        policy.minTier()))
            .toList(),
        config.budget().defaultMaxOutputTokens(),
        config.budget().unpriced(),
        config.budget().unbounded());
  }

  /** The prices: the configuration's own, its files', the extensions', the built-in ones. */
  static PricingRegistry prices(
      NexusConfig config, List<PricingSource> extensions, InstantSource clock) {
    var sources = new ArrayList<PricingSource>();
    config.pricingFiles().litellm().ifPresent(file -> sources.add(liteLlm(file)));
    sources.addAll(extensions);
    return new PricingRegistry(OwnPrices.of(config.pricing(), List.of()), sources, clock);
  }

  private static PricingSource liteLlm(Path file) {
    try {
      return LiteLlmPrices.read(file);
    } catch (IOException e) {
      throw new StartException(
          "pricing_files.litellm", file.toString(), "cannot be read: " + e.getMessage());
    }
  }

  /** The queue of requests that wait for a limit. */
  static LimitRoom limitRoom(QueueConfig waits, InstantSource clock) {
    return new LimitRoom(waits.maxSize(), waits.maxWait(), clock);
  }

  /** The factories of backend clients, the extensions' first. */
  static List<BackendClientFactory> clients(Extensions extensions) {
    var factories = new ArrayList<BackendClientFactory>(extensions.backendClients());
    factories.add(new ProviderClientFactory());
    return factories;
  }

  /** A backend with its client. */
  static LiveBackend backend(
      BackendConfig backend,
      NexusConfig config,
      List<BackendClientFactory> factories,
      SlotLine line,
      InstantSource clock) {
    var type = backend.type().label();
    var factory =
        factories.stream()
            .filter(each -> each.types().contains(type))
            .findFirst()
            .orElseThrow(
                () ->
                    new StartException(
                        "backend",
                        backend.name(),
                        "type '"
                            + type
                            + "' is not served: use its OpenAI-compatible address with type"
                            + " \"generic\", or add an extension that serves it"));
    var key = backend.apiKey().map(Secret::reveal);
    var address =
        new BackendAddress(
            backend.name(),
            type,
            backend.url(),
            key,
            backend.timeout().orElse(config.server().requestTimeout()),
            backend.connectTimeout(),
            backend.maxConcurrent(),
            headers(backend),
            backend.caFile(),
            backend.proxy().or(() -> ForwardProxy.of(backend.url(), System.getenv())));
    var provider = Providers.of(backend.provider().orElse(""), type, backend.url());
    var routed =
        new Backend(
            backend.name(),
            type,
            provider,
            backend.location(),
            backend.zone(),
            backend.priority(),
            backend.tier(),
            backend.maxConcurrent(),
            backend.apis());
    var check = config.healthCheck();
    return new LiveBackend(
        routed,
        Providers.regionOf(provider, backend.url()),
        client(factory, address),
        secrets(backend),
        backend.models(),
        new Circuit(check.failureThreshold(), check.interval(), clock),
        new Slots(backend.maxConcurrent(), line),
        new BackendFields(
            backend.sendUsageOption(), backend.maxTokensField().map(MaxTokensField::label)),
        backend.probe());
  }

  /** The sources of alerts other than budgets. */
  static AlertSources alertSources(
      NexusConfig config, BackendRegistry registry, Funds funds, GatewayMeters meters) {
    return new AlertSources(
        LedgerWiring.node(config),
        () ->
            registry.backends().stream()
                .collect(
                    Collectors.toMap(live -> live.backend().name(), live -> live.load().healthy())),
        () -> funds.figures().away().isEmpty(),
        meters.budget()::unpricedModels,
        () ->
            registry.backends().stream()
                .mapToLong(
                    live -> meters.backend(live.backend().name()).outcomes(AttemptOutcome.UNKNOWN))
                .sum());
  }

  /** The rules for requests. */
  static FlowRules flowRules(NexusConfig config) {
    return new FlowRules(
        config.server().maxRequestBytes(),
        config.server().maxResponseBytes(),
        config.server().requestTimeout(),
        config.routing().maxRetries(),
        config.routing().retryUnknown());
  }

  /** The spend of each budget in its cycle. */
  static Map<String, Money> spent(Budgets budgets, InstantSource clock) {
    var spent = new TreeMap<String, Money>();
    for (var budget : budgets.budgets()) {
      spent.put(budget.terms().name(), budget.state(clock.millis()).spent());
    }
    return spent;
  }

  /** The follower of answers generated in the background. */
  static BackgroundAnswers background(
      NexusConfig config, ReportThread books, BackendRegistry registry, InstantSource clock) {
    return new BackgroundAnswers(
        new UnfinishedAnswers(
            books,
            LedgerWiring.owner(config),
            !config.ledger().isMemory(),
            registry,
            ResponsesDialect::kept,
            config.server().maxResponseBytes(),
            clock));
  }

  private static BackendClient client(BackendClientFactory factory, BackendAddress address) {
    try {
      return factory.create(address);
    } catch (IllegalArgumentException e) {
      throw new StartException("backend", address.name(), String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> headers(BackendConfig backend) {
    return backend.headers().stream()
        .collect(Collectors.toMap(NamedValue::name, NamedValue::value));
  }

  /** The key and the secret headers, which must never appear in output. */
  static List<String> secrets(BackendConfig backend) {
    return Stream.concat(
            backend.apiKey().map(Secret::reveal).stream(),
            backend.headers().stream()
                .filter(header -> header.secret().isPresent())
                .map(NamedValue::value))
        .toList();
  }

  /** The deadlines for clients to send and read. */
  static ConnectionDeadlines deadlines(ServerConfig server) {
    return new ConnectionDeadlines(
        server.headerTimeout(), server.bodyTimeout(), server.writeTimeout());
  }

  /** The guard against web pages that spend. */
  static SiteGuard guard(ServerConfig server, Clients clients) {
    return new SiteGuard(
        server.host(), server.allowedHosts(), server.corsOrigins(), clients::asksForKeys);
  }
}
