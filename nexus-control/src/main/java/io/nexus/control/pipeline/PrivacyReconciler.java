package io.nexus.control.pipeline;

import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.Zone;
import io.nexus.control.spi.Reconciler;

/**
 * Keeps restricted data away from backends of the open zone. A guard: if it ever failed, no
 * candidate would be left.
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
