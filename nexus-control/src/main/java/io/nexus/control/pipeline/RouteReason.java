package io.nexus.control.pipeline;

import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;

/** Why a request was routed to its candidate: one word for the client. */
public enum RouteReason {
  /** The best candidate. */
  CAPABILITY_MATCH("capability-match"),
  /** A better backend is full. */
  CAPACITY_OVERFLOW("capacity-overflow"),
  /** Other backends may not see the data. */
  PRIVACY_REQUIREMENT("privacy-requirement"),
  /** A budget has reached its soft limit, so local backends go first. */
  BUDGET_SOFT_LIMIT("budget-soft-limit"),
  /** A budget excludes a more expensive candidate. */
  BUDGET_HARD_LIMIT("budget-hard-limit"),
  /** The requested model is not available. */
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
   * The first of the constants that applies to the decision.
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
