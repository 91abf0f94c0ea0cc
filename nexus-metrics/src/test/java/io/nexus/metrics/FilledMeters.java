package io.nexus.metrics;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Unit;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.Money;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.time.Instant;

/** Meters after a little of everything has happened, so that each one is on the page. */
final class FilledMeters {
  static final BudgetReading GLOBAL =
      new BudgetReading(Money.usd("25.5"), Money.usd("0.000000001"), Money.usd("100"));

  private FilledMeters() {}

  static GatewayMeters create() {
    var meters = new GatewayMeters(model -> model.startsWith("gpt-"));
    backend(meters);
    model(meters);
    sink(meters);
    meters.telemetry().taken(3);
    budget(meters);
    meters.queue().observe(() -> 3);
    meters.queue().waited(1_500_000_000);
    meters.capacityQueue().observe(() -> 5);
    meters.capacityQueue().waited(2_500_000_000L);
    meters.ledger().observe(() -> Money.usd("1.25"), () -> Money.usd("0.5"), () -> 7);
    meters.ledger().drew(2_000_000);
    meters.ledger().failed();
    meters.settings().observe(() -> 12);
    meters.settings().reloaded(true);
    meters.limits().refused("fair-use", Unit.REQUESTS);
    meters
        .limits()
        .observe(
            "fair-use",
            Unit.REQUESTS,
            () -> new LimitState("fair-use", Unit.REQUESTS, 600, 90, Instant.MAX));
    meters.translations("messages", "chat").increment();
    meters.exclusions("privacy").increment();
    meters.observeReconciliation(() -> Instant.parse("2026-11-01T00:00:00.250Z"));
    return meters;
  }

  private static void sink(GatewayMeters meters) {
    var sink = meters.spendSink("billing");
    sink.observe(() -> 4);
    sink.taken(7);
    sink.failed();
    sink.dropped(2);
  }

  private static void backend(GatewayMeters meters) {
    var backend = meters.backend("openai");
    backend.observe(() -> true, () -> 2);
    backend.observeCircuit(() -> false);
    backend.outcome(AttemptOutcome.COMPLETED);
    backend.duration(750_000_000);
    backend.overhead(80_000);
    backend.timeToFirstToken(200_000_000);
    meters.requests("openai", "gpt-4o", "chat").answered(200);
    meters.unrouted("gpt-4o").answered(429);
  }

  private static void model(GatewayMeters meters) {
    var model = meters.model("openai", "gpt-4o");
    model.estimated(
        new CostEstimate(
            10, 10, 5, Money.usd("0.0003"), Money.usd("0.01"), TokenCountTier.ESTIMATED));
    model.settled(new Usage(100, 40, 0, 0, 20, 8, 0), Money.usd("0.000300001"));
  }

  private static void budget(GatewayMeters meters) {
    var budget = meters.budget();
    budget.observeGlobal(() -> GLOBAL);
    budget.observe(
        "research", () -> new BudgetReading(Money.usd("5"), Money.ZERO, Money.usd("20")));
    budget.observeValues("each-user", () -> 3);
    budget.blocked(HardLimitAction.LOCAL_ONLY);
    budget.softLimitActivated();
    budget.hardLimitActivated();
    budget.clamped();
    budget.cutOff();
    budget.unpriced("m");
    budget.shadowDecisions("research", HardLimitAction.REJECT).increment();
    budget.errors("ledger").increment();
    budget.alerts(true).increment();
    budget.alerts(false).increment();
  }
}
