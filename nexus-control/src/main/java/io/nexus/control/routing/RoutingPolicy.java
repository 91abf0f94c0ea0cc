package io.nexus.control.routing;

import io.nexus.control.budget.Glob;

/**
 * An operator's rule for some models.
 *
 * @param models the models, by requested or resolved name
 * @param restricted whether only backends of the restricted zone may see the request
 * @param minTier the lowest allowed tier
 */
public record RoutingPolicy(Glob models, boolean restricted, int minTier) {

  /** A policy without requirements. */
  public static final RoutingPolicy NONE = new RoutingPolicy(new Glob("*"), false, 1);

  /** Whether the policy lets a backend see its requests. */
  public boolean allows(Backend backend) {
    return (!restricted || backend.zone() == Zone.RESTRICTED) && backend.tier() >= minTier;
  }
}
