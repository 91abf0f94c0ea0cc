package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageTest {
  private final GatewayMeters meters = FilledMeters.create();
  private final String text = meters.page(PageFormat.PROMETHEUS);

  @Test
  void module_tests_runInIt() {
    assertTrue(getClass().getModule().isNamed());
  }

  @Test
  void page_everythingHappened_parsesAndHasEveryMeterWithItsTypeAndHelp() {
    var page = ParsedPage.of(text);
    assertEquals(
        Arrays.stream(MeterName.values())
            .collect(Collectors.toMap(MeterName::text, name -> name.kind().text())),
        page.types());
    assertEquals(page.types().keySet(), page.help().keySet());
  }

  @Test
  void page_everythingHappened_promtoolHasNothingToSay() throws Exception {
    var result = Promtool.run(text, "check", "metrics");
    assertEquals(new Promtool.Result(0, ""), result);
  }

  @Test
  void page_nothingHappened_promtoolHasNothingToSay() throws Exception {
    try (var fresh = new GatewayMeters(_ -> true)) {
      var result = Promtool.run(fresh.page(PageFormat.PROMETHEUS), "check", "metrics");
      assertEquals(new Promtool.Result(0, ""), result);
    }
  }

  @Test
  void promtool_badPage_complains() throws Exception {
    var result = Promtool.run("# TYPE nexus_x counter\nnexus_x 1\n", "check", "metrics");
    assertTrue(result.exit() != 0 && result.output().contains("nexus_x"), result.toString());
  }

  @Test
  void page_nothingHappened_showsTheBudgetsCountersAtZero() {
    try (var fresh = new GatewayMeters(_ -> true)) {
      var page = ParsedPage.of(fresh.page(PageFormat.PROMETHEUS));
      for (var reason : Set.of("hard_limit_local_only", "hard_limit_reject", "hard_limit_queue")) {
        assertEquals(
            0, page.value("nexus_budget_requests_blocked_total{reason=\"" + reason + "\"}"));
      }
      assertEquals(0, page.value("nexus_budget_soft_limit_activations_total"));
      assertEquals(0, page.value("nexus_budget_hard_limit_activations_total"));
      assertFalse(page.types().containsKey("nexus_ledger_draws_total"));
    }
  }

  @Test
  void openMetrics_everythingHappened_isTheSamePageInItsOwnSpelling() {
    var open = meters.page(PageFormat.OPENMETRICS);
    assertTrue(open.endsWith("\n# EOF\n"), open);
    var page = ParsedPage.of(open.substring(0, open.length() - "# EOF\n".length()));
    assertEquals(ParsedPage.of(text).samples().keySet(), page.samples().keySet());
    assertEquals("counter", page.types().get("nexus_spend_usd"));
    assertFalse(page.types().containsKey("nexus_spend_usd_total"));
    assertEquals("gauge", page.types().get("nexus_backend_up"));
  }

  @ParameterizedTest
  @EnumSource
  void help_everyMeter_needsNoEscaping(MeterName name) {
    assertTrue(name.help().endsWith("."), name.help());
    assertFalse(name.help().matches("(?s).*[\\\\\n\"].*"), name.help());
  }

  @Test
  void labels_withSpecialCharacters_areEscaped() {
    var backend = "a\"b\\c\nd é";
    meters.backend(backend).observe(() -> false, () -> 0);
    var page = ParsedPage.of(meters.page(PageFormat.PROMETHEUS));
    assertEquals(0, page.value("nexus_backend_up{backend=\"a\\\"b\\\\c\\nd é\"}"));
  }
}
