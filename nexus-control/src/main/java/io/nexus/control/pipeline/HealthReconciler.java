package io.nexus.control.pipeline;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;

/** Keeps requests away from backends that are down or full. */
final class HealthReconciler implements Reconciler {

  static final String AT_CAPACITY = "at capacity";

  @Override
  public String name() {
    return "quality";
  }

  @Override
  public RoutingIntent reconcile(RoutingIntent intent) {
    return intent.exclude(
        name(),
        candidate -> {
          var load = candidate.offer().load();
          int most = candidate.backend().maxConcurrent();
          if (!load.healthy()) {
            return "unhealthy";
          }
          return load.pending() >= most
              ? AT_CAPACITY + ": " + load.pending() + " of " + most + " requests under way"
              : null;
        });
  }
}
