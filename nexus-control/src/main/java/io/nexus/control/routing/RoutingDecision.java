package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.budget.HardLimitAction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decision about a request. Its explanation is the intent with all exclusions, so it cannot
 * differ from the decision.
 */
public sealed interface RoutingDecision {

  /** The request with its candidates and exclusions. */
  RoutingIntent intent();

  /** Every removed candidate, with the stage and the reason. */
  default List<Exclusion> why() {
    return intent().exclusions();
  }

  /**
   * Try these candidates in order.
   *
   * @param order the remaining candidates, best first; not empty
   */
  record Route(RoutingIntent intent, List<Candidate> order) implements RoutingDecision {}

  /**
   * Wait until there is money.
   *
   * @param candidate the candidate whose budgets to wait for
   * @param violation the budget that the request does not fit there
   */
  record Queue(RoutingIntent intent, Candidate candidate, BudgetViolation violation)
      implements RoutingDecision {}

  /**
   * Refuse the request.
   *
   * @param violation the budget that it does not fit, if that is the cause
   */
  record Reject(RoutingIntent intent, Cause cause, @Nullable BudgetViolation violation)
      implements RoutingDecision {}

  /** Why a request is refused. */
  enum Cause {
    /** No backend has the model or a fallback. */
    MODEL_NOT_FOUND,
    /** Some backends have it, but none can or may serve this request now. */
    NO_BACKEND,
    /** The candidates that could serve it cost more than a budget has. */
    OVER_BUDGET,
    /** Its cost has no bound, and such requests are denied. */
    UNBOUNDED
  }

  /** The decision about a request without candidates. */
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
