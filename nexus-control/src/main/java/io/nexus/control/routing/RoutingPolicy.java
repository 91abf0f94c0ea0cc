package io.nexus.control.routing;

import io.nexus.control.budget.Glob;

/**
 * A rule of the operator's for some models.
 *
 * @param models the models that it is for, by the name that the client asks for or the one behind
 *     it
 * @param restricted whether only backends of the restricted zone may see the request
 * @param minTier the least tier of a backend
 */
public record RoutingPolicy(Glob models, boolean restricted, int minTier) {

  /** Asks for nothing. */
  public static final RoutingPolicy NONE = new RoutingPolicy(new Glob("*"), false, 1);

  /** Whether a backend may see requests that it is for. */
  public boolean allows(Backend backend) {
    return (!restricted || backend.zone() == Zone.RESTRICTED) && backend.tier() >= minTier;
  }
}
