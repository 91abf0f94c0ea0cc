package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.control.budget.Budgets;
import io.nexus.control.limit.Limits;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.alert.Alerts;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.flow.TokenCounting;
import io.nexus.server.settings.ControlPlane;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Puts another configuration in force while requests run. */
record Replacement(
    LiveRouting routing,
    Alerts alerts,
    HealthChecks health,
    ControlPlane plane,
    Budgets budgets,
    Limits limits,
    GatewayMeters meters,
    TokenCounting tokens,
    InstantSource clock)
    implements Consumer<NexusConfig> {

  /** Does everything that can fail first, so that a failure changes nothing. */
  @Override
  public void accept(NexusConfig next) {
    var prepared = routing.prepare(next);
    alerts.replace(next.alerts());
    health.prepare(prepared.fresh());
    plane.reload(next);
    routing.replace(prepared, budgets, new PipelineLog(meters));
    var wiring = new MeterWiring(meters, routing.registry(), budgets, limits, clock);
    wiring.observeBackends();
    routing.registry().models().forEach(tokens::preload);
  }
}
