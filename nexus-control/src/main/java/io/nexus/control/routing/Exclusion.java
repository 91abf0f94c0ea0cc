package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import org.jspecify.annotations.Nullable;

/**
 * A candidate that was taken away.
 *
 * @param candidate which one
 * @param reconciler the stage that took it away
 * @param reason why, for people to read
 * @param violation the budget that it does not fit, if that is the reason
 * @param unbounded the request's field that leaves its cost without a bound, if that is the reason
 */
public record Exclusion(
    Candidate candidate,
    String reconciler,
    String reason,
    @Nullable BudgetViolation violation,
    @Nullable String unbounded) {

  /** A candidate that does not serve the request, for that reason. */
  public static Exclusion of(Candidate candidate, String reconciler, String reason) {
    return new Exclusion(candidate, reconciler, reason, null, null);
  }

  /** A candidate where the request costs money, while its field leaves the cost without a bound. */
  public static Exclusion unbounded(Candidate candidate, String reconciler, String field) {
    return new Exclusion(
        candidate,
        reconciler,
        "'%s' leaves the cost without a bound, and such requests are denied".formatted(field),
        null,
        field);
  }

  /** A candidate that does not fit a budget. */
  public static Exclusion overBudget(
      Candidate candidate, String reconciler, BudgetViolation violation) {
    var budget = violation.budget();
    var reason =
        "budget '%s' has %s USD of %s left, the request needs %s"
            .formatted(
                budget.terms().name(), budget.remaining(), budget.limit(), violation.required());
    return new Exclusion(candidate, reconciler, reason, violation, null);
  }
}
