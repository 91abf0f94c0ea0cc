package io.nexus.server.demo;

import io.nexus.config.BackendConfig;
import io.nexus.config.BackendType;
import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.config.RoutingConfig;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Zone;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway with a budget of two cents between a simulated cloud, at the true prices of its models,
 * and a simulated local server that costs nothing. Everything listens on the loopback only.
 */
public final class Demo implements AutoCloseable {

  /** The free model. */
  static final String LOCAL_MODEL = "llama3:8b";

  /** Not a secret: it opens the console of a gateway that only this machine can reach. */
  static final String ADMIN_KEY = "demo";

  static final String CLOUD_MODEL = "gpt-4o";
  static final String SMALL_CLOUD_MODEL = "gpt-4o-mini";

  private static final String LIMIT_USD = "0.02";
  private static final Duration LOCAL_PER_TOKEN = Duration.ofNanos(500_000);
  private static final Duration CLOUD_PER_TOKEN = Duration.ofNanos(100_000);
  private static final int MAX_CONCURRENT = 64;

  private final SimulatedBackend cloud;
  private final SimulatedBackend local;
  private final Gateway gateway;

  private Demo(int port) {
    this.cloud =
        SimulatedBackend.start(
            Map.of(
                CLOUD_MODEL, listPrice(CLOUD_MODEL),
                SMALL_CLOUD_MODEL, listPrice(SMALL_CLOUD_MODEL)),
            CLOUD_PER_TOKEN);
    this.local = SimulatedBackend.start(Map.of(LOCAL_MODEL, ModelPricing.FREE), LOCAL_PER_TOKEN);
    try {
      this.gateway = Gateway.start(config(port), extensions());
    } catch (RuntimeException e) {
      closeBackends();
      throw e;
    }
  }

  /**
   * Starts everything.
   *
   * @param port the gateway's port; 0 for any that is free
   */
  public static Demo start(int port) {
    return new Demo(port);
  }

  /** The address of the console, which signs in by itself. */
  public String console() {
    return "http://127.0.0.1:" + gateway.port() + "/console#" + ADMIN_KEY;
  }

  /** The gateway between the two. */
  public Gateway gateway() {
    return gateway;
  }

  /** The simulated cloud's charge for all its answers. */
  public Money bill() {
    return cloud.bill();
  }

  @Override
  public void close() {
    gateway.close();
    closeBackends();
  }

  private void closeBackends() {
    local.close();
    cloud.close();
  }

  private static ModelPricing listPrice(String model) {
    return PricingRegistry.builtIn().priceOf("openai", false, model).pricing();
  }

  /** No extensions: the demo must not depend on the installation. */
  private static Extensions extensions() {
    return new Extensions(
        List.of(), List.of(), List.of(), List.of(), Extensions.installed().ledgers());
  }

  private NexusConfig config(int port) {
    var settings =
        Map.of(
            "NEXUS_SERVER__PORT", Integer.toString(port),
            "NEXUS_ADMIN_KEY", ADMIN_KEY,
            "NEXUS_SERVER__SHUTDOWN_GRACE_SECONDS", "5",
            "NEXUS_BUDGET__MONTHLY_LIMIT", LIMIT_USD,
            "NEXUS_BUDGET__SOFT_LIMIT_PERCENT", "80",
            "NEXUS_BUDGET__HARD_LIMIT_ACTION", "local-only",
            "NEXUS_LEDGER__URL", "memory");
    var plain =
        switch (NexusConfig.defaults(settings)) {
          case Loaded loaded -> loaded.config();
          case Invalid invalid ->
              throw new IllegalStateException("the demo's settings: " + invalid.problems());
        };
    return new NexusConfig(
        plain.server(),
        plain.budget(),
        plain.budgets(),
        plain.limits(),
        plain.teams(),
        plain.keys(),
        withFallback(plain.routing()),
        plain.healthCheck(),
        List.of(
            backend("cloud-sim", cloud, BackendType.OPENAI, CLOUD_MODEL, SMALL_CLOUD_MODEL),
            backend("local-sim", local, BackendType.OLLAMA, LOCAL_MODEL)),
        plain.pricing(),
        plain.pricingFiles(),
        plain.ledger(),
        plain.log(),
        plain.telemetry(),
        plain.alerts(),
        plain.spendSinks(),
        plain.access());
  }

  private static RoutingConfig withFallback(RoutingConfig plain) {
    return new RoutingConfig(
        plain.strategy(),
        plain.maxRetries(),
        plain.retryUnknown(),
        plain.queueSize(),
        plain.queueWait(),
        plain.weights(),
        plain.aliases(),
        Map.of(CLOUD_MODEL, List.of(LOCAL_MODEL)),
        plain.policies());
  }

  private static BackendConfig backend(
      String name, SimulatedBackend backend, BackendType type, String... models) {
    boolean local = type == BackendType.OLLAMA;
    return new BackendConfig(
        name,
        URI.create(backend.url()),
        type,
        Optional.empty(),
        Optional.empty(),
        local ? Location.LOCAL : Location.CLOUD,
        local ? Zone.RESTRICTED : Zone.OPEN,
        100,
        1,
        List.of(models),
        MAX_CONCURRENT);
  }
}
