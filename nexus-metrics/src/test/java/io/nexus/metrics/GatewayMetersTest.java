package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.Money;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class GatewayMetersTest {
  private final GatewayMeters meters = FilledMeters.create();

  private double value(String sample) {
    return ParsedPage.of(meters.page(PageFormat.PROMETHEUS)).value(sample);
  }

  @Test
  void estimated_threeHundredthsOfACent_landsBelowATenthOfACentOnly() {
    var labels = "{provider=\"openai\",model=\"gpt-4o\",tier=\"Estimated\",le=";
    var bucket = "nexus_cost_estimate_usd_bucket" + labels;
    assertEquals(0, value(bucket + "\"0.0001\"}"));
    assertEquals(1, value(bucket + "\"0.001\"}"));
    assertEquals(1, value(bucket + "\"0.01\"}"));
    assertEquals(1, value(bucket + "\"0.1\"}"));
    assertEquals(1, value(bucket + "\"1.0\"}"));
    assertEquals(1, value(bucket + "\"10.0\"}"));
    assertEquals(1, value(bucket + "\"100.0\"}"));
    assertEquals(1, value(bucket + "\"+Inf\"}"));
    var series = "{provider=\"openai\",model=\"gpt-4o\",tier=\"Estimated\"}";
    assertEquals(0.0003, value("nexus_cost_estimate_usd_sum" + series));
    assertEquals(1, value("nexus_cost_estimate_usd_count" + series));
  }

  @Test
  void estimated_exactlyABound_isWithinIt() {
    meters
        .model("openai", "gpt-4o")
        .estimated(
            new CostEstimate(1, 1, 1, Money.usd("0.0001"), Money.usd("1"), TokenCountTier.EXACT));
    var bucket =
        "nexus_cost_estimate_usd_bucket{provider=\"openai\",model=\"gpt-4o\",tier=\"Exact\",le=";
    assertEquals(1, value(bucket + "\"0.0001\"}"));
  }

  @Test
  void settled_tenTimesATenthOfACent_addsUpExactly() {
    var model = meters.model("openai", "gpt-4o-mini");
    for (int i = 0; i < 10; i++) {
      model.settled(new Usage(100, 40, 0, 0, 20, 8, 0), Money.usd("0.001000001"));
    }
    model.settled(Usage.NONE, Money.usd("-1"));
    var labels = "{provider=\"openai\",model=\"gpt-4o-mini\"";
    assertEquals(0.01000001, value("nexus_spend_usd_total" + labels + "}"));
    assertEquals(1000, value("nexus_tokens_total" + labels + ",type=\"input\"}"));
    assertEquals(400, value("nexus_tokens_total" + labels + ",type=\"cached_input\"}"));
    assertEquals(200, value("nexus_tokens_total" + labels + ",type=\"output\"}"));
    assertEquals(80, value("nexus_tokens_total" + labels + ",type=\"reasoning\"}"));
  }

  @Test
  void backend_measured_isShownByName() {
    assertEquals(1, value("nexus_backend_up{backend=\"openai\"}"));
    assertEquals(2, value("nexus_backend_pending_requests{backend=\"openai\"}"));
    assertEquals(0, value("nexus_request_duration_seconds_bucket{backend=\"openai\",le=\"0.5\"}"));
    assertEquals(1, value("nexus_request_duration_seconds_bucket{backend=\"openai\",le=\"1.0\"}"));
    assertEquals(0.75, value("nexus_request_duration_seconds_sum{backend=\"openai\"}"));
    assertEquals(
        0, value("nexus_gateway_overhead_seconds_bucket{backend=\"openai\",le=\"0.00005\"}"));
    assertEquals(
        1, value("nexus_gateway_overhead_seconds_bucket{backend=\"openai\",le=\"0.0001\"}"));
    assertEquals(0.2, value("nexus_time_to_first_token_seconds_sum{backend=\"openai\"}"));
  }

  @Test
  void observe_again_readsTheNewSource() {
    meters.backend("openai").observe(() -> false, () -> 9);
    assertEquals(0, value("nexus_backend_up{backend=\"openai\"}"));
    assertEquals(9, value("nexus_backend_pending_requests{backend=\"openai\"}"));
  }

  @Test
  void observe_failingSource_isNotANumberAndThePageStands() {
    meters
        .queue()
        .observe(
            () -> {
              throw new IllegalStateException("closed");
            });
    assertTrue(Double.isNaN(value("nexus_budget_queue_depth")));
    assertEquals(1, value("nexus_backend_up{backend=\"openai\"}"));
  }

  @Test
  void requests_answered_areCountedByStatus() {
    var requests = meters.requests("openai", "gpt-4o", "chat");
    requests.answered(200);
    requests.answered(502);
    requests.answered(0);
    requests.answered(600);
    var labels = "{backend=\"openai\",model=\"gpt-4o\",status=";
    assertEquals(2, value("nexus_requests_total" + labels + "\"200\",api=\"chat\"}"));
    assertEquals(1, value("nexus_requests_total" + labels + "\"502\",api=\"chat\"}"));
    assertEquals(2, value("nexus_requests_total" + labels + "\"other\",api=\"chat\"}"));
    assertEquals(
        1,
        value(
            "nexus_requests_total{backend=\"none\",model=\"gpt-4o\",status=\"429\",api=\"none\"}"));
  }

  @Test
  void model_unknown_isOther() {
    assertSame(meters.model("openai", "made-up-1"), meters.model("openai", "made-up-2"));
    meters.unrouted("made-up-3").answered(404);
    assertEquals(
        1,
        value(
            "nexus_requests_total{backend=\"none\",model=\"other\",status=\"404\",api=\"none\"}"));
  }

  @Test
  void model_moreThanAThousand_areOther() {
    for (int i = 0; i < 1500; i++) {
      meters.requests("openai", "gpt-" + i, "chat").answered(200);
    }
    var page = ParsedPage.of(meters.page(PageFormat.PROMETHEUS));
    long series =
        page.samples().keySet().stream()
            .filter(sample -> sample.startsWith("nexus_requests_total{backend=\"openai\""))
            .count();
    // "gpt-4o" of the fixture is one of the thousand.
    assertEquals(1001, series);
    assertEquals(
        501,
        page.value(
            "nexus_requests_total{backend=\"openai\",model=\"other\",status=\"200\",api=\"chat\"}"));
  }

  @Test
  void budget_observed_isShownInDollarsAndPercent() {
    assertEquals(25.5, value("nexus_budget_current_spending_usd"));
    assertEquals(100, value("nexus_budget_limit_usd"));
    assertEquals(25.5, value("nexus_budget_percent_used"));
    assertEquals(0.000000001, value("nexus_budget_held_usd"));
    assertEquals(5, value("nexus_scope_budget_spending_usd{budget=\"research\"}"));
    assertEquals(20, value("nexus_scope_budget_limit_usd{budget=\"research\"}"));
    assertEquals(25, value("nexus_scope_budget_percent_used{budget=\"research\"}"));
    assertEquals(0, value("nexus_scope_budget_held_usd{budget=\"research\"}"));
  }

  @Test
  void budget_ofNothing_isUsedUp() {
    meters.budget().observeGlobal(() -> new BudgetReading(Money.ZERO, Money.ZERO, Money.ZERO));
    assertEquals(100, value("nexus_budget_percent_used"));
  }

  @Test
  void budget_withoutLimit_isNeverUsed() {
    meters
        .budget()
        .observeGlobal(
            () -> new BudgetReading(Money.usd("5"), Money.ZERO, BudgetReading.UNLIMITED));
    assertEquals(Double.POSITIVE_INFINITY, value("nexus_budget_limit_usd"));
    assertEquals(0, value("nexus_budget_percent_used"));
    assertEquals(5, value("nexus_budget_current_spending_usd"));
  }

  @Test
  void budget_events_areCountedByReason() {
    var budget = meters.budget();
    budget.blocked(HardLimitAction.REJECT);
    budget.blocked(HardLimitAction.QUEUE);
    budget.blocked(HardLimitAction.WARN);
    var blocked = "nexus_budget_requests_blocked_total{reason=";
    assertEquals(1, value(blocked + "\"hard_limit_local_only\"}"));
    assertEquals(1, value(blocked + "\"hard_limit_reject\"}"));
    assertEquals(1, value(blocked + "\"hard_limit_queue\"}"));
    assertEquals(1, value("nexus_budget_soft_limit_activations_total"));
    assertEquals(1, value("nexus_budget_hard_limit_activations_total"));
    assertEquals(1, value("nexus_budget_clamped_total"));
    assertEquals(1, value("nexus_budget_cutoffs_total"));
    assertEquals(1, value("nexus_unpriced_requests_total"));
    assertEquals(
        1, value("nexus_budget_shadow_decisions_total{budget=\"research\",action=\"reject\"}"));
    assertEquals(1, value("nexus_budget_errors_total{reason=\"ledger\"}"));
    assertEquals(1, value("nexus_alerts_sent_total{result=\"delivered\"}"));
    assertEquals(1, value("nexus_alerts_sent_total{result=\"failed\"}"));
    assertEquals(1, value("nexus_reconciler_exclusions_total{reconciler=\"privacy\"}"));
  }

  @Test
  void queueLedgerAndReconciliation_observed_areShown() {
    assertEquals(3, value("nexus_budget_queue_depth"));
    assertEquals(1.5, value("nexus_budget_queue_wait_seconds_sum"));
    assertEquals(5, value("nexus_capacity_queue_depth"));
    assertEquals(2.5, value("nexus_capacity_queue_wait_seconds_sum"));
    assertEquals(0, value("nexus_budget_queue_wait_seconds_bucket{le=\"1.0\"}"));
    assertEquals(1, value("nexus_budget_queue_wait_seconds_bucket{le=\"2.5\"}"));
    assertEquals(1, value("nexus_ledger_draws_total"));
    assertEquals(0.002, value("nexus_ledger_draw_seconds_sum"));
    assertEquals(1.25, value("nexus_ledger_outstanding_usd"));
    assertEquals(0.5, value("nexus_ledger_stranded_usd"));
    assertEquals(7, value("nexus_ledger_records_pending"));
    assertEquals(1, value("nexus_ledger_errors_total"));
    assertEquals(1793491200.25, value("nexus_reconciliation_last_run_timestamp_seconds"));
  }

  @Test
  void process_running_isShown() {
    assertTrue(value("process_cpu_seconds_total") > 0);
    assertTrue(value("process_start_time_seconds") > 1.7e9);
    assertTrue(value("jvm_memory_used_bytes{area=\"heap\"}") > 0);
    assertTrue(value("jvm_memory_used_bytes{area=\"nonheap\"}") > 0);
    assertTrue(value("jvm_threads_current") > 0);
  }

  @Test
  void recording_byManyThreadsAtOnce_losesNothing() throws Exception {
    int threads = 8;
    int each = 20_000;
    var estimate =
        new CostEstimate(1, 1, 1, Money.usd("0.05"), Money.usd("1"), TokenCountTier.APPROXIMATION);
    Callable<Integer> recorder =
        () -> {
          for (int i = 0; i < each; i++) {
            // Looked up each time, so that racing creations are tried too.
            meters.requests("busy", "gpt-4", "chat").answered(201);
            meters.backend("busy").duration(1_000_000_000);
            meters.model("busy", "gpt-4").estimated(estimate);
            meters.model("busy", "gpt-4").settled(Usage.of(3, 2), new Money(7));
            meters.budget().clamped();
          }
          return each;
        };
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (var done : pool.invokeAll(Collections.nCopies(threads, recorder))) {
        done.get();
      }
    }
    int all = threads * each;
    assertEquals(
        all,
        value(
            "nexus_requests_total{backend=\"busy\",model=\"gpt-4\",status=\"201\",api=\"chat\"}"));
    assertEquals(all, value("nexus_request_duration_seconds_sum{backend=\"busy\"}"));
    assertEquals(all, value("nexus_request_duration_seconds_count{backend=\"busy\"}"));
    assertEquals(
        all,
        value(
            "nexus_cost_estimate_usd_bucket{provider=\"busy\",model=\"gpt-4\","
                + "tier=\"Approximation\",le=\"0.1\"}"));
    assertEquals(all * 7 / 1e9, value("nexus_spend_usd_total{provider=\"busy\",model=\"gpt-4\"}"));
    assertEquals(
        all * 3, value("nexus_tokens_total{provider=\"busy\",model=\"gpt-4\",type=\"input\"}"));
    assertEquals(all + 1, value("nexus_budget_clamped_total"));
  }
}
