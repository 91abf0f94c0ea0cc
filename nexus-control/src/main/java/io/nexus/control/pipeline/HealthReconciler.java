package io.nexus.control.pipeline;

import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;

/** Removes backends that are down, or full unless the request waits for a free slot. */
final class HealthReconciler implements Reconciler {

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public RoutingIntent reconcile(RoutingIntent intent) {
    boolean waits = intent.request().waits();
    return intent.narrow(
        candidate -> {
          var load = candidate.offer().load();
          if (!load.healthy()) {
            return Exclusion.of(candidate, name(), "unhealthy");
          }
          return !waits && load.pending() >= candidate.backend().maxConcurrent()
              ? Exclusion.full(candidate, name())
              : null;
        });
  }
}
