package io.nexus.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The effective configuration: {@code nexus.toml}, the environment, and defaults for the rest.
 * Immutable. It contains no secrets, only their places.
 *
 * @param server the HTTP server
 * @param budget the global budget; may have no limit
 * @param budgets the other budgets, in file order
 * @param limits the limits other than money
 * @param teams budgets and limits of teams
 * @param keys the clients' API keys
 * @param routing how a backend is chosen
 * @param healthCheck the health checks of backends
 * @param backends the backends
 * @param pricing prices that override all others
 * @param pricingFiles external price lists
 * @param ledger the store of spend
 * @param log the log
 * @param telemetry the export of traces and metrics
 * @param alerts the alerts
 * @param spendSinks additional receivers of spend records
 * @param access further access to the admin API and for clients
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
   * Reads a file. Relative paths in it are resolved against the working directory.
   *
   * @param file in TOML and UTF-8
   * @param environment overrides values by {@code NEXUS_SECTION__KEY} and holds secrets
   * @return the configuration, or every mistake in it; never an exception
   */
  public static ConfigResult load(Path file, Map<String, String> environment) {
    return ConfigLoader.load(file, environment, true);
  }

  /**
   * Reads a file without its secrets; missing secrets are not mistakes.
   *
   * @param file in TOML and UTF-8
   * @param environment overrides values by {@code NEXUS_SECTION__KEY}
   * @return the configuration, which cannot run a gateway, or every mistake in it
   */
  public static ConfigResult loadWithoutSecrets(Path file, Map<String, String> environment) {
    return ConfigLoader.load(file, environment, false);
  }

  /**
   * Reads a text, for instance a new file before it is written, without its secrets.
   *
   * @param name the file's name, for messages
   * @param toml the text
   * @param environment overrides values by {@code NEXUS_SECTION__KEY}
   * @return the configuration, which cannot run a gateway, or every mistake in it
   */
  public static ConfigResult parse(String name, String toml, Map<String, String> environment) {
    return ConfigLoader.load(name, toml, environment, false);
  }

  /**
   * The configuration without a file.
   *
   * @param environment as for {@link #load}
   * @return the configuration, or every mistake in the environment; never an exception
   */
  public static ConfigResult defaults(Map<String, String> environment) {
    return ConfigLoader.load("defaults", "", environment, true);
  }

  /** Whether any administrator is configured. */
  public boolean hasAdmins() {
    return server.adminKey().isSet()
        || !access.adminKeys().isEmpty()
        || access.jwt().stream().anyMatch(JwtConfig::hasAdmins);
  }

  /**
   * Every effective value as TOML, with the places of secrets. Reading it gives an equal
   * configuration.
   */
  public String toml() {
    return Sections.write(this);
  }
}
