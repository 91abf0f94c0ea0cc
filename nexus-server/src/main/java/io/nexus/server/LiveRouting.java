package io.nexus.server;

import io.nexus.config.BackendConfig;
import io.nexus.config.HealthCheckConfig;
import io.nexus.config.NexusConfig;
import io.nexus.config.PricingConfig;
import io.nexus.control.budget.Budgets;
import io.nexus.control.pipeline.PipelineListener;
import io.nexus.control.pipeline.Router;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.settings.Settings;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.backend.SlotLine;
import io.nexus.server.settings.DrainedBackends;
import io.nexus.server.settings.PriceLines;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The backends, prices and rules of routing, which a reload of the configuration replaces together.
 * A backend whose configuration is unchanged keeps its connections, health and running requests.
 * Safe for any number of threads.
 */
final class LiveRouting {

  /** A backend, and the configuration it was created from. */
  record Made(
      BackendConfig config,
      List<String> secrets,
      Duration timeout,
      HealthCheckConfig check,
      LiveBackend live) {}

  /**
   * The parts to put in force next.
   *
   * @param fresh the backends that are new
   */
  record Prepared(
      NexusConfig config, List<Made> made, List<LiveBackend> fresh, PricingRegistry prices) {

    private List<LiveBackend> backends() {
      return made.stream().map(Made::live).toList();
    }
  }

  private final Extensions extensions;
  private final SlotLine line;
  private final InstantSource clock;
  private final BackendRegistry registry;
  private volatile List<Made> made = List.of();
  private volatile List<PricingConfig> madePrices = List.of();
  private volatile NexusConfig config;
  private volatile Optional<Router> router = Optional.empty();
  private volatile Optional<RoutingRules> rules = Optional.empty();

  /**
   * Creates the parts for the configuration.
   *
   * @throws StartException if it refers to something that does not exist
   */
  LiveRouting(NexusConfig config, Extensions extensions, SlotLine line, InstantSource clock) {
    this.config = config;
    this.extensions = extensions;
    this.line = line;
    this.clock = clock;
    var prepared = prepare(config);
    this.made = prepared.made;
    this.registry = new BackendRegistry(prepared.backends(), prepared.prices);
  }

  BackendRegistry registry() {
    return registry;
  }

  /**
   * Creates the parts for a configuration without putting them in force.
   *
   * @throws StartException if it refers to something that does not exist
   */
  Prepared prepare(NexusConfig config) {
    var prices = Wiring.prices(config, extensions.pricingSources(), clock);
    var next = config.backends().stream().map(each -> made(each, config)).toList();
    var fresh = next.stream().filter(each -> !made.contains(each)).map(Made::live).toList();
    return new Prepared(config, next, fresh, prices);
  }

  private Made made(BackendConfig backend, NexusConfig config) {
    var secrets = Wiring.secrets(backend);
    var timeout = config.server().requestTimeout();
    var check = config.healthCheck();
    for (var each : made) {
      if (each.config.equals(backend)
          && each.secrets.equals(secrets)
          && each.timeout.equals(timeout)
          && each.check.equals(check)) {
        return each;
      }
    }
    var live = Wiring.backend(backend, config, Wiring.clients(extensions), line, clock);
    return new Made(backend, secrets, timeout, check, live);
  }

  /** Puts these rules in force. */
  void route(NexusConfig config, Budgets budgets, PipelineListener listener) {
    var next = Wiring.rules(config);
    rules = Optional.of(next);
    router =
        Optional.of(
            new Router(
                next,
                registry,
                budgets,
                extensions.reconcilers(),
                listener,
                RandomGenerator.getDefault()));
  }

  /** Puts the parts in force. */
  synchronized void replace(Prepared next, Budgets budgets, PipelineListener listener) {
    made = next.made;
    config = next.config;
    registry.replace(next.backends(), withOwn(next.prices));
    route(next.config, budgets, listener);
  }

  /**
   * Follows the settings of drained backends and prices.
   *
   * @return the known lines of prices
   */
  PriceLines follow(Settings settings) {
    new DrainedBackends(registry::drain).follow(settings);
    return new PriceLines(settings, this::reprice);
  }

  /**
   * Puts these prices in force in addition to the file's. A request uses the prices at the time of
   * its hold.
   */
  private synchronized void reprice(List<PricingConfig> lines) {
    madePrices = List.copyOf(lines);
    registry.reprice(this::withOwn);
  }

  private PricingRegistry withOwn(PricingRegistry prices) {
    return prices.with(OwnPrices.of(config.pricing(), madePrices));
  }

  /** The rules in force. */
  RoutingRules rules() {
    return rules.orElseThrow();
  }

  /** Decides by the rules in force. */
  RoutingDecision decide(RoutingRequest request) {
    return router.orElseThrow().decide(request);
  }
}
