package io.nexus.server;

import io.nexus.control.budget.BudgetReconciliationLoop;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.limit.Limits;
import io.nexus.control.settings.Settings;
import io.nexus.metrics.BudgetReading;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.LimitPlane;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;

/** Publishes the state of a gateway's parts in its meters. */
record MeterWiring(
    GatewayMeters meters,
    BackendRegistry registry,
    Budgets budgets,
    Limits limits,
    InstantSource clock) {

  void observe(
      BudgetReconciliationLoop loop, Settings settings, ControlPlane plane, LimitPlane limitPlane) {
    meters.observeReconciliation(loop::lastRun);
    meters.settings().observe(settings::version);
    observeBackends();
    limitPlane.observe(this::observeLimits);
    plane.observe(this::observeBudgets);
  }

  /** Includes backends created by a reload. */
  void observeBackends() {
    for (var live : registry.backends()) {
      meters
          .backend(live.backend().name())
          .observe(() -> live.load().healthy(), () -> live.load().pending());
      meters.backend(live.backend().name()).observeCircuit(live.circuit()::isOpen);
    }
  }

  /** Limits that count by value are not published, because there may be very many values. */
  private void observeLimits() {
    var shown = new HashSet<List<String>>();
    for (var state : limits.states(clock.millis())) {
      shown.add(List.of(state.limit(), state.unit().label()));
      meters
          .limits()
          .observe(
              state.limit(),
              state.unit(),
              () -> limits.state(state.limit(), state.unit(), clock.millis()).orElse(state));
    }
    meters.limits().retain(shown);
  }

  /**
   * Of a budget by value, only the value nearest to its limit is published, because there may be
   * very many.
   */
  private void observeBudgets() {
    var shown = new HashSet<String>();
    var withValues = new HashSet<String>();
    for (var budget : budgets.budgets()) {
      var name = budget.terms().name();
      if (name.equals(BudgetTerms.GLOBAL)) {
        meters.budget().observeGlobal(() -> reading(budget.state(clock.millis())));
        continue;
      }
      shown.add(name);
      if (budgets.each(budget).isPresent()) {
        withValues.add(name);
        meters.budget().observeValues(name, () -> budgets.valueCount(budget));
        meters.budget().observe(name, () -> reading(budgets.tightest(budget, clock.millis())));
      } else {
        meters.budget().observe(name, () -> reading(budget.state(clock.millis())));
      }
    }
    meters.budget().retain(shown, withValues);
  }

  private static BudgetReading reading(BudgetState state) {
    return new BudgetReading(state.spent(), state.heldHere(), state.limit());
  }
}
