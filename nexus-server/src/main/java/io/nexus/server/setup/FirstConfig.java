package io.nexus.server.setup;

import io.nexus.control.money.Money;
import io.nexus.control.pricing.Providers;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The initial {@code nexus.toml}: a backend for each model server found on this machine and each
 * provider with a key in the environment, a budget, and the rest as comments.
 *
 * @param servers the model servers on this machine
 * @param providers the providers with a key in the environment
 * @param limit the monthly limit
 * @param environment the environment with the keys
 */
public record FirstConfig(
    List<LocalServer.Found> servers,
    List<KnownProvider> providers,
    Money limit,
    Map<String, String> environment) {

  /** The default limit. */
  public static final Money USUAL_LIMIT = Money.usd("20");

  private static final int USUAL_PORT = 8000;
  private static final int MODELS_NAMED = 5;

  /** Copies the lists. */
  public FirstConfig {
    servers = List.copyOf(servers);
    providers = List.copyOf(providers);
  }

  /** Probes this machine and the environment. */
  public static FirstConfig found(
      List<LocalServer> usual, Money limit, Map<String, String> environment) {
    return new FirstConfig(
        LocalServer.among(usual), KnownProvider.withKeyIn(environment), limit, environment);
  }

  /** The port for the gateway, not used by a model server. */
  public int port() {
    int port = USUAL_PORT;
    while (taken(port)) {
      port++;
    }
    return port;
  }

  private boolean taken(int port) {
    return servers.stream().anyMatch(server -> server.port() == port);
  }

  /** The findings, one line each. */
  public List<String> lines() {
    return Stream.concat(
            servers.stream()
                .map(
                    server ->
                        "%-12s answers at %s%s"
                            .formatted(server.name(), server.url(), serving(server))),
            providers.stream()
                .map(provider -> "%-12s by %s".formatted(provider.name(), variable(provider))))
        .toList();
  }

  private static String serving(LocalServer.Found server) {
    if (server.models().isEmpty()) {
      return " and has no model yet";
    }
    int more = server.models().size() - MODELS_NAMED;
    return " and serves "
        + String.join(", ", server.models().stream().limit(MODELS_NAMED).toList())
        + (more > 0 ? " and " + more + " more" : "");
  }

  private String variable(KnownProvider provider) {
    return provider.variableIn(environment).orElseThrow();
  }

  /** The whole text. */
  public String toml() {
    var toml = new TomlText();
    toml.remark(
        """
        Made by 'nexus init'. 'nexus check' shows what is in force, 'nexus serve' starts the gateway.
        Every key: docs/configuration.md.""");
    server(toml);
    budget(toml);
    servers.forEach(
        server ->
            toml.gap()
                .remark(server.name() + serving(server) + ".")
                .element("backends")
                .put("name", server.name())
                .put("type", server.type().label())
                .put("url", server.url()));
    providers.forEach(provider -> backend(toml, provider));
    rest(toml);
    return toml.toString();
  }

  private void server(TomlText toml) {
    toml.gap()
        .table("server")
        .plain("host", "\"127.0.0.1\"", "\"0.0.0.0\" for other machines, and then [[keys]]")
        .plain("port", Integer.toString(port()))
        .remark(
            """
            The console at /console, the admin API, 'nexus key' and 'nexus budget' need an admin key: any long random text.
            admin_key_env = "NEXUS_ADMIN_KEY\"""");
  }

  private void budget(TomlText toml) {
    boolean local = !servers.isEmpty();
    toml.gap()
        .table("budget")
        .plain("monthly_limit", limit.toString(), "US dollars, for everything together")
        .plain(
            "soft_limit_percent",
            "80",
            local ? "from here on local models go first" : "from here on the status says SoftLimit")
        .plain(
            "hard_limit_action",
            local ? "\"local-only\"" : "\"reject\"",
            local ? "beyond the limit only local models serve" : "beyond the limit nothing serves");
  }

  private void backend(TomlText toml, KnownProvider provider) {
    toml.gap()
        .element("backends")
        .put("name", provider.name())
        .put("type", provider.type().label())
        .put("url", provider.url());
    var billing = Providers.of("", provider.type().label(), URI.create(provider.url()));
    if (!billing.equals(provider.name())) {
      toml.put("provider", provider.name());
    }
    toml.put("api_key_env", variable(provider));
  }

  private void rest(TomlText toml) {
    if (servers.isEmpty() && providers.isEmpty()) {
      toml.gap()
          .remark(
              """
              No model server answered at the usual ports of this machine, and the environment has no provider's key.
              [[backends]]
              name = "openai"
              type = "openai"
              url = "https://api.openai.com/v1"
              api_key_env = "OPENAI_API_KEY\"""");
    }
    toml.gap()
        .remark(
            """
            Another name for a model, and what may answer in a model's place.
            [routing.aliases]
            "fast" = "gpt-4o-mini"
            [routing.fallbacks]
            "gpt-4o" = ["llama3:8b"]""");
    toml.gap()
        .remark(
            """
            Keys for clients, each with a team and a budget of its own. 'nexus key create' makes one on a running gateway, too.
            [[keys]]
            name = "alice"
            key_env = "NEXUS_KEY_ALICE"
            team = "research"
            limit = 5.00""");
    toml.gap()
        .remark(
            """
            Spend is kept in nexus-data/ledger.db. Several gateways share their budgets through PostgreSQL.
            [ledger]
            url = "jdbc:postgresql://127.0.0.1/nexus?user=nexus"    # and NEXUS_LEDGER_PASSWORD""");
  }
}
