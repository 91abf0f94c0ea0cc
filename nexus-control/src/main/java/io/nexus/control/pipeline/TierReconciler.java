package io.nexus.control.pipeline;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.spi.Reconciler;

/** Removes backends below the policy's minimum tier. */
final class TierReconciler implements Reconciler {

  private static final int LOWEST = 1;

  @Override
  public String name() {
    return "tier";
  }

  @Override
  public RoutingIntent reconcile(RoutingIntent intent) {
    int least = intent.policy().minTier();
    if (least <= LOWEST) {
      return intent;
    }
    var strict =
        intent.exclude(
            name(),
            candidate ->
                candidate.backend().tier() < least
                    ? "tier %d, the policy for '%s' asks for %d"
                        .formatted(
                            candidate.backend().tier(), intent.policy().models().pattern(), least)
                    : null);
    boolean lenient = intent.request().leniency() == Leniency.FLEXIBLE;
    return lenient && strict.candidates().isEmpty() ? intent : strict;
  }
}
