package io.nexus.control.pipeline;

import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;

/** Why a request went where it went: one word for the client. */
public enum RouteReason {
  /** The best of those that can serve it. */
  CAPABILITY_MATCH("capability-match"),
  /** A better one is full. */
  CAPACITY_OVERFLOW("capacity-overflow"),
  /** Others may not see the data. */
  PRIVACY_REQUIREMENT("privacy-requirement"),
  /** A budget has reached its soft limit, so local backends go first. */
  BUDGET_SOFT_LIMIT("budget-soft-limit"),
  /** A budget does not allow what would have cost more. */
  BUDGET_HARD_LIMIT("budget-hard-limit"),
  /** The model that was asked for is not available. */
  FALLBACK("fallback"),
  /** Another backend failed before. */
  FAILOVER("failover");

  private final String label;

  RouteReason(String label) {
    this.label = label;
  }

  /** The reason as headers spell it. */
  public String label() {
    return label;
  }

  /**
   * Why the candidate was taken: the first of these that had a part in it, read from what happened.
   *
   * @param intent with the exclusions so far
   * @param chosen the candidate that serves the request
   * @param failedBefore whether another backend was tried and failed
   */
  public static RouteReason of(RoutingIntent intent, Candidate chosen, boolean failedBefore) {
    if (failedBefore) {
      return FAILOVER;
    }
    if (intent.exclusions().stream().anyMatch(each -> each.violation() != null)) {
      return BUDGET_HARD_LIMIT;
    }
    if (intent.localPreferred()
        && chosen.backend().isLocal()
        && intent.candidates().stream().anyMatch(each -> !each.backend().isLocal())) {
      return BUDGET_SOFT_LIMIT;
    }
    if (chosen.isFallback()) {
      return FALLBACK;
    }
    if (intent.exclusions().stream()
        .anyMatch(each -> each.reconciler().equals(PrivacyReconciler.NAME))) {
      return PRIVACY_REQUIREMENT;
    }
    return intent.exclusions().stream().anyMatch(Exclusion::full)
        ? CAPACITY_OVERFLOW
        : CAPABILITY_MATCH;
  }
}
