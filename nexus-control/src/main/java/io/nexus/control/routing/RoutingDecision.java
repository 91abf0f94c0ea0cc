package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.budget.HardLimitAction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a request. The explanation is the narrowing itself, so that it cannot differ
 * from what was decided.
 */
public sealed interface RoutingDecision {

  /** The request with all that happened to it. */
  RoutingIntent intent();

  /** Every candidate that was taken away, with the stage and the reason. */
  default List<Exclusion> why() {
    return intent().exclusions();
  }

  /**
   * Try these, one after the other.
   *
   * @param order the candidates that are left, best first; not empty
   */
  record Route(RoutingIntent intent, List<Candidate> order) implements RoutingDecision {}

  /**
   * Wait until there is money.
   *
   * @param candidate the one whose budgets are waited for
   * @param violation the budget that the request does not fit there
   */
  record Queue(RoutingIntent intent, Candidate candidate, BudgetViolation violation)
      implements RoutingDecision {}

  /**
   * Nobody serves it.
   *
   * @param violation the budget that it does not fit, if that is the cause
   */
  record Reject(RoutingIntent intent, Cause cause, @Nullable BudgetViolation violation)
      implements RoutingDecision {}

  /** Why nobody serves a request. */
  enum Cause {
    /** No backend has the model, nor has it a fallback. */
    MODEL_NOT_FOUND,
    /** Some have, but none may or can serve this request now. */
    NO_BACKEND,
    /** Those that could cost more than a budget has. */
    OVER_BUDGET,
    /** What it costs there has no bound, and such requests are denied. */
    UNBOUNDED
  }

  /** What becomes of a request that no candidate is left for. */
  static RoutingDecision without(RoutingIntent intent) {
    Candidate candidate = null;
    BudgetViolation violation = null;
    for (var exclusion : intent.exclusions()) {
      var other = exclusion.violation();
      if (other != null && (violation == null || moreSevere(other, violation))) {
        candidate = exclusion.candidate();
        violation = other;
      }
    }
    if (violation == null || candidate == null) {
      return new Reject(intent, cause(intent.exclusions()), null);
    }
    return violation.action() == HardLimitAction.QUEUE
        ? new Queue(intent, candidate, violation)
        : new Reject(intent, Cause.OVER_BUDGET, violation);
  }

  private static Cause cause(List<Exclusion> exclusions) {
    if (exclusions.isEmpty()) {
      return Cause.MODEL_NOT_FOUND;
    }
    return exclusions.stream().anyMatch(each -> each.unbounded() != null)
        ? Cause.UNBOUNDED
        : Cause.NO_BACKEND;
  }

  private static boolean moreSevere(BudgetViolation one, BudgetViolation other) {
    return one.action().compareTo(other.action()) > 0;
  }
}
