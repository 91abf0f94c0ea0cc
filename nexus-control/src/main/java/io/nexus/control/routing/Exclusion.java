package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import org.jspecify.annotations.Nullable;

/**
 * A removed candidate.
 *
 * @param candidate the candidate
 * @param reconciler the stage that removed it
 * @param reason the reason, for people to read
 * @param violation the budget that it does not fit, if that is the reason
 * @param unbounded the request's field that leaves its cost without a bound, if that is the reason
 * @param full whether the reason is that its backend is full
 */
public record Exclusion(
    Candidate candidate,
    String reconciler,
    String reason,
    @Nullable BudgetViolation violation,
    @Nullable String unbounded,
    boolean full) {

  /** An exclusion for the given reason. */
  public static Exclusion of(Candidate candidate, String reconciler, String reason) {
    return new Exclusion(candidate, reconciler, reason, null, null, false);
  }

  /** An exclusion because the backend is full. */
  public static Exclusion full(Candidate candidate, String reconciler) {
    int most = candidate.backend().maxConcurrent();
    var reason = "at capacity: %d of %d requests under way".formatted(most, most);
    return new Exclusion(candidate, reconciler, reason, null, null, true);
  }

  /** An exclusion because a field leaves the cost of a paid request unbounded. */
  public static Exclusion unbounded(Candidate candidate, String reconciler, String field) {
    return new Exclusion(
        candidate,
        reconciler,
        "'%s' leaves the cost without a bound, and such requests are denied".formatted(field),
        null,
        field,
        false);
  }

  /** An exclusion because the request does not fit a budget. */
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
