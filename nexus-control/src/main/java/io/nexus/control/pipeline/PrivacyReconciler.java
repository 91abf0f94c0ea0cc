package io.nexus.control.pipeline;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.Zone;
import io.nexus.control.spi.Reconciler;

/**
 * Removes backends of the open zone for restricted data. A guard: its failure leaves no candidate.
 */
final class PrivacyReconciler implements Reconciler {

  static final String NAME = "privacy";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean guard() {
    return true;
  }

  @Override
  public RoutingIntent reconcile(RoutingIntent intent) {
    return intent.policy().restricted()
        ? intent.exclude(
            NAME,
            candidate -> candidate.backend().zone() != Zone.RESTRICTED,
            "zone open, but the policy for '%s' is restricted"
                .formatted(intent.policy().models().pattern()))
        : intent;
  }
}
