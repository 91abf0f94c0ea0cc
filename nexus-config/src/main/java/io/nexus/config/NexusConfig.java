package io.nexus.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The effective configuration: what {@code nexus.toml} and the environment say, and the defaults
 * for the rest. Immutable; it holds no secret, only where each is kept.
 *
 * @param server what the gateway listens on
 * @param budget the global budget; without a limit in it nothing is limited
 * @param budgets those beside it, in the order of the file
 * @param limits what is limited beside money
 * @param teams what holds for all keys of a team together
 * @param keys the clients' API keys
 * @param routing how a backend is chosen
 * @param healthCheck how backends are watched
 * @param backends what requests can be sent to
 * @param pricing prices that win over all others
 * @param pricingFiles price lists of others
 * @param ledger where spend is kept
 * @param log what is logged
 * @param telemetry what is sent to a collector of traces and metrics
 * @param alerts who is told of a budget's state
 * @param spendSinks what is given spend records beside the ledger
 * @param access who may come beside the clients with keys
 */
public record NexusConfig(
    ServerConfig server,
    BudgetConfig budget,
    List<BudgetConfig> budgets,
    List<LimitConfig> limits,
    List<TeamConfig> teams,
    List<KeyConfig> keys,
    RoutingConfig routing,
    HealthCheckConfig healthCheck,
    List<BackendConfig> backends,
    List<PricingConfig> pricing,
    PricingFiles pricingFiles,
    LedgerConfig ledger,
    LogConfig log,
    TelemetryConfig telemetry,
    List<AlertConfig> alerts,
    List<SpendSinkConfig> spendSinks,
    AccessConfig access) {

  /** Copies the lists. */
  public NexusConfig {
    budgets = List.copyOf(budgets);
    limits = List.copyOf(limits);
    teams = List.copyOf(teams);
    keys = List.copyOf(keys);
    backends = List.copyOf(backends);
    pricing = List.copyOf(pricing);
    alerts = List.copyOf(alerts);
    spendSinks = List.copyOf(spendSinks);
  }

  /**
   * Reads a file. Relative paths in it are found from the working directory.
   *
   * @param file in TOML and UTF-8
   * @param environment overrides values by {@code NEXUS_SECTION__KEY} and holds secrets
   * @return the configuration, or every mistake in it; never an exception
   */
  public static ConfigResult load(Path file, Map<String, String> environment) {
    return ConfigLoader.load(file, environment, true);
  }

  /**
   * Reads a file where the secrets that it names are not at hand: that they are missing is no
   * mistake.
   *
   * @param file in TOML and UTF-8
   * @param environment overrides values by {@code NEXUS_SECTION__KEY}
   * @return the configuration, which no gateway can run with, or every mistake in it
   */
  public static ConfigResult loadWithoutSecrets(Path file, Map<String, String> environment) {
    return ConfigLoader.load(file, environment, false);
  }

  /**
   * Reads a text, which may be about to become a file, where the secrets that it names are not at
   * hand.
   *
   * @param name of the file, for messages
   * @param toml the text
   * @param environment overrides values by {@code NEXUS_SECTION__KEY}
   * @return the configuration, which no gateway can run with, or every mistake in it
   */
  public static ConfigResult parse(String name, String toml, Map<String, String> environment) {
    return ConfigLoader.load(name, toml, environment, false);
  }

  /**
   * The configuration where there is no file.
   *
   * @param environment as for {@link #load}
   * @return the configuration, or every mistake in the environment; never an exception
   */
  public static ConfigResult defaults(Map<String, String> environment) {
    return ConfigLoader.load("defaults", "", environment, true);
  }

  /** Whether anybody can be an administrator. */
  public boolean hasAdmins() {
    return server.adminKey().isSet()
        || !access.adminKeys().isEmpty()
        || access.jwt().stream().anyMatch(JwtConfig::hasAdmins);
  }

  /**
   * Every effective value as TOML, secrets by the place where they are kept. Reading it gives an
   * equal configuration.
   */
  public String toml() {
    return Sections.write(this);
  }
}
