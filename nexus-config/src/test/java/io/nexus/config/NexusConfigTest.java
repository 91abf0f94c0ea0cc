package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.HoldPolicy;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Zone;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NexusConfigTest {

  @Test
  void module_ofTests_isNamed() {
    assertTrue(getClass().getModule().isNamed());
  }

  @Test
  void defaults_emptyEnvironment_areTheDocumentedOnes() {
    var loaded = (ConfigResult.Loaded) NexusConfig.defaults(Map.of());
    var config = loaded.config();

    assertEquals("127.0.0.1", config.server().host());
    assertEquals(8000, config.server().port());
    assertEquals(33_554_432, config.server().maxRequestBytes());
    assertEquals(Duration.ofMinutes(5), config.server().requestTimeout());
    assertEquals(Duration.ofSeconds(30), config.server().shutdownGrace());
    assertEquals("NEXUS_ADMIN_KEY", config.server().adminKey().place());
    assertEquals(
        new BudgetConfig(
            "global",
            Optional.empty(),
            10_000,
            Map.of(),
            Optional.empty(),
            new Window.Monthly(1),
            80,
            HardLimitAction.LOCAL_ONLY,
            1,
            ZoneId.of("UTC"),
            Duration.ofMinutes(1),
            BudgetErrorPolicy.OPEN,
            BudgetMode.ENFORCE,
            OverBudgetStatus.AUTO,
            HoldPolicy.ELASTIC,
            UnpricedPolicy.ESTIMATE,
            UnboundedPolicy.HOLD,
            64,
            4096,
            new QueueConfig(100, Duration.ofSeconds(30))),
        config.budget());
    assertEquals(Optional.empty(), config.budget().terms());
    assertEquals(Strategy.SMART, config.routing().strategy());
    assertEquals(2, config.routing().maxRetries());
    assertEquals(new RoutingWeights(50, 30, 20), config.routing().weights());
    assertEquals(
        new HealthCheckConfig(true, Duration.ofSeconds(30), Duration.ofSeconds(5), 3, 2),
        config.healthCheck());
    assertEquals("jdbc:sqlite:nexus-data/ledger.db", config.ledger().url());
    assertEquals(400, config.ledger().keepDays());
    assertEquals(List.of(), config.backends());
    assertEquals(List.of(), loaded.notices());
    assertEquals(Set.of(), loaded.explicit());
  }

  @Test
  void load_everyKey_readsEachValue(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("nexus.toml"), Example.TOML);
    var loaded = (ConfigResult.Loaded) NexusConfig.load(file, Example.ENVIRONMENT);
    var config = loaded.config();

    assertEquals(List.of(), loaded.notices());
    assertEquals(Optional.of(Money.usd("100")), config.budget().limit());
    var research = config.budgets().get(0);
    assertEquals(Map.of(Dimension.TEAM, "research"), research.match());
    assertEquals(75, research.softLimitPercent());
    var burst = config.budgets().get(1);
    assertEquals(8, Dimension.values().length);
    assertEquals(7, burst.match().size());
    assertEquals(new Window.Every(Duration.ofMinutes(90)), burst.window());
    assertEquals(new QueueConfig(5, Duration.ofSeconds(30)), burst.queue());
    assertTrue(burst.terms().orElseThrow().shadow());
    assertEquals(Optional.of(new Per(Dimension.TAG, "job-")), config.budgets().get(3).per());
    assertEquals(500, config.budgets().get(3).maxValues());
    assertEquals(
        new KeyConfig.Credential.Digest(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        config.keys().get(1).credential());
    assertEquals(Map.of("gpt-4", "llama3:70b", "gpt-4.1", "gpt-4"), config.routing().aliases());
    assertEquals(
        List.of(new RoutingPolicy("gpt-4*", Privacy.RESTRICTED, 2)), config.routing().policies());
    assertEquals(
        "sk-upstream-VALUE", config.backends().get(0).apiKey().map(Secret::reveal).orElseThrow());
    assertEquals(List.of("gpt-4o", "gpt-4o-mini"), config.backends().get(0).models());
    var ollama = config.backends().get(1);
    assertEquals(URI.create("http://localhost:11434/v1"), ollama.url());
    assertEquals(Location.LOCAL, ollama.location());
    assertEquals(Zone.RESTRICTED, ollama.zone());
    assertEquals(Money.usd("0.0000375"), config.pricing().getFirst().toModelPricing().perRequest());
    assertEquals(List.of(50, 80, 100), config.alerts().get(0).thresholds());
    assertEquals(
        URI.create("https://hooks.slack.com/services/T0/B0/VALUE?y=z"),
        config.alerts().get(0).webhook().address());
    assertTrue(loaded.explicit().contains("budgets.match.backend"));
    assertTrue(loaded.explicit().contains("alerts"));
  }

  @Test
  void budgets_withoutKeysOfTheirOwn_takeThoseOfTheGlobalBudget() {
    var config =
        Example.loaded(
                """
                [budget]
                hard_limit_action = "reject"
                billing_cycle_start_day = 15
                time_zone = "Europe/Berlin"
                over_budget_status = 402
                queue = { max_size = 7 }
                [[budgets]]
                name = "a"
                limit = 1
                """,
                Map.of())
            .config();

    var budget = config.budgets().getFirst();
    assertEquals(HardLimitAction.REJECT, budget.hardLimitAction());
    assertEquals(new Window.Monthly(15), budget.window());
    assertEquals(ZoneId.of("Europe/Berlin"), budget.timeZone());
    assertEquals(OverBudgetStatus.PAYMENT_REQUIRED, budget.overBudgetStatus());
    assertEquals(7, budget.queue().maxSize());
  }

  @Test
  void load_budgetWithoutLimit_limitsNothingAndSaysSo() {
    var loaded = Example.loaded("[budget]\nmode = \"shadow\"\n", Map.of());

    assertEquals(Optional.empty(), loaded.config().budget().terms());
    assertEquals(
        List.of(
            "nexus.toml:1: budget.monthly_limit: is not given: costs are tracked, nothing is"
                + " limited"),
        loaded.notices());
  }

  @Test
  void load_fiveThousandBudgets_readsThem() {
    var toml = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      toml.append("[[budgets]]\nname = \"b-").append(i).append("\"\nlimit = 1\n");
    }
    assertEquals(5_000, Example.loaded(toml.toString(), Map.of()).config().budgets().size());
  }

  @Test
  void load_genericBackend_isLocalOnlyOnThisMachine() {
    var backends =
        Example.loaded(
                """
                [[backends]]
                name = "a"
                url = "http://127.0.0.1:9000"
                type = "generic"
                [[backends]]
                name = "b"
                url = "http://10.0.0.7:9000"
                type = "generic"
                """,
                Map.of())
            .config()
            .backends();

    assertEquals(Location.LOCAL, backends.get(0).location());
    assertEquals(Location.CLOUD, backends.get(1).location());
  }

  @Test
  void toml_everyKey_readsBackEqual() {
    var config = Example.loaded(Example.TOML, Example.ENVIRONMENT).config();

    var again = Example.loaded(config.toml(), Example.ENVIRONMENT);

    assertEquals(config, again.config());
    assertEquals(config.toml(), again.config().toml());
  }

  @Test
  void toml_defaults_readsBackEqual() {
    var config = Example.loaded("", Map.of()).config();

    assertEquals(config, Example.loaded(config.toml(), Map.of()).config());
  }

  @Test
  void toml_secrets_namesOnlyTheirPlaces() {
    var toml = Example.loaded(Example.TOML, Example.ENVIRONMENT).config().toml();

    assertFalse(toml.contains("VALUE"), toml);
    assertTrue(toml.contains("api_key_env = \"OPENAI_API_KEY\"\n"), toml);
  }

  @Test
  void toString_secrets_areMasked() {
    var text = Example.loaded(Example.TOML, Example.ENVIRONMENT).config().toString();

    assertTrue(text.contains("****"), text);
    assertFalse(text.contains("VALUE"), text);
  }
}
