package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldSpellingsTest {

  @Test
  void load_olderKeys_areReadAndReported() {
    var loaded =
        Example.loaded(
            """
            [routing.budget]
            monthly_limit_usd = 50.0
            soft_limit_percentage = 75.0
            billing_cycle_day = 3
            hard_limit_percent = 100
            reconciliation_interval_secs = 5
            hard_limit_action = "block_cloud"
            """,
            Map.of());
    var budget = loaded.config().budget();

    assertEquals(Optional.of(Money.usd("50")), budget.limit());
    assertEquals(75, budget.softLimitPercent());
    assertEquals(3, budget.billingCycleStartDay());
    assertEquals(Duration.ofSeconds(5), budget.reconciliationInterval());
    assertEquals(HardLimitAction.LOCAL_ONLY, budget.hardLimitAction());
    assertEquals(
        List.of(
            "nexus.toml:1: routing.budget: is an older spelling: write budget",
            "nexus.toml:2: routing.budget.monthly_limit_usd: is an older spelling: write"
                + " budget.monthly_limit",
            "nexus.toml:5: routing.budget.hard_limit_percent: has no effect: the hard limit is"
                + " always 100 percent",
            "nexus.toml:4: routing.budget.billing_cycle_day: is an older spelling: write"
                + " budget.billing_cycle_start_day",
            "nexus.toml:3: routing.budget.soft_limit_percentage: is an older spelling: write"
                + " budget.soft_limit_percent",
            "nexus.toml:7: routing.budget.hard_limit_action: \"block_cloud\" is an older spelling:"
                + " write \"local-only\"",
            "nexus.toml:6: routing.budget.reconciliation_interval_secs: is an older spelling: write"
                + " budget.reconciliation_interval_seconds"),
        loaded.notices());
  }

  @ParameterizedTest
  @CsvSource({
    "LocalOnly, LOCAL_ONLY",
    "local_only, LOCAL_ONLY",
    "BlockCloud, LOCAL_ONLY",
    "block_cloud, LOCAL_ONLY",
    "block_all, REJECT",
    "BlockAll, REJECT",
    "Reject, REJECT",
    "Queue, QUEUE",
    "Warn, WARN"
  })
  void load_olderAction_isReadAndReported(String old, HardLimitAction action) {
    var loaded =
        Example.loaded(
            "[budget]\nmonthly_limit = 1\nhard_limit_action = \"" + old + "\"\n", Map.of());

    assertEquals(action, loaded.config().budget().hardLimitAction());
    assertEquals(
        List.of(
            "nexus.toml:3: budget.hard_limit_action: \"%s\" is an older spelling: write \"%s\""
                .formatted(old, action.label())),
        loaded.notices());
  }

  @ParameterizedTest
  @CsvSource({"0.8, 80", "80, 80", "1, 100", "0, 0"})
  void load_olderThreshold_isAFractionUpToOne(String threshold, int percent) {
    var config =
        Example.loaded(
                "[budget]\nmonthly_limit = 1\nsoft_limit_threshold = " + threshold + "\n", Map.of())
            .config();

    assertEquals(percent, config.budget().softLimitPercent());
  }

  @Test
  void load_sameOlderKeyInSeveralTables_isReportedOnce() {
    var loaded =
        Example.loaded(
            """
            [[budgets]]
            name = "a"
            limit_usd = 1
            [[budgets]]
            name = "b"
            limit_usd = 2
            """,
            Map.of());

    assertEquals(Optional.of(Money.usd("2")), loaded.config().budgets().get(1).limit());
    assertEquals(
        List.of("nexus.toml:3: budgets[0].limit_usd: is an older spelling: write budgets.limit"),
        loaded.notices());
  }

  @Test
  void load_olderSeconds_areReadEverywhere() {
    var config =
        Example.loaded(
                "[health_check]\ninterval_secs = 7\n[server]\nrequest_timeout_secs = 8\n", Map.of())
            .config();

    assertEquals(Duration.ofSeconds(7), config.healthCheck().interval());
    assertEquals(Duration.ofSeconds(8), config.server().requestTimeout());
  }
}
