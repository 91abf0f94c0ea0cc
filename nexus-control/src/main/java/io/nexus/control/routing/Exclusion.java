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
 * @param full whether the reason is that its backend has as many requests under way as it takes
 */
public record Exclusion(
    Candidate candidate,
    String reconciler,
    String reason,
    @Nullable BudgetViolation violation,
    @Nullable String unbounded,
    boolean full) {

  /** A candidate that does not serve the request, for that reason. */
  public static Exclusion of(Candidate candidate, String reconciler, String reason) {
    return new Exclusion(candidate, reconciler, reason, null, null, false);
  }

  /** A candidate whose backend has as many requests under way as it takes. */
  public static Exclusion full(Candidate candidate, String reconciler) {
    int most = candidate.backend().maxConcurrent();
    var reason = "at capacity: %d of %d requests under way".formatted(most, most);
    return new Exclusion(candidate, reconciler, reason, null, null, true);
  }

  /** A candidate where the request costs money, while its field leaves the cost without a bound. */
  public static Exclusion unbounded(Candidate candidate, String reconciler, String field) {
    return new Exclusion(
        candidate,
        reconciler,
        "'%s' leaves the cost without a bound, and such requests are denied".formatted(field),
        null,
        field,
        false);
  }

  /** A candidate that does not fit a budget. */
  public static Exclusion overBudget(
      Candidate candidate, String reconciler, BudgetViolation violation) {
    var budget = violation.budget();
    var reason =
        "budget '%s' has %s USD of %s left, the request needs %s"
            .formatted(
                budget.terms().name(), budget.remaining(), budget.limit(), violation.required());
    return new Exclusion(candidate, reconciler, reason, violation, null, false);
  }
}
