package io.nexus.server.chat;

import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.server.chat.Claim.Denied;
import io.nexus.server.chat.Claim.Taken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The candidates of one request that can still be tried, in order. Not for concurrent use. */
final class Plan {

  private final Claims claims;
  private final BudgetQueue queue;
  private final RoutingDecision decision;
  private final Deque<Candidate> left = new ArrayDeque<>();
  private final Needs needs;
  private RoutingIntent intent;

  Plan(Claims claims, BudgetQueue queue, RoutingDecision decision) {
    this.claims = claims;
    this.queue = queue;
    this.decision = decision;
    this.intent = decision.intent();
    this.needs = intent.request().needs();
    if (decision instanceof Route route) {
      left.addAll(route.order());
    }
  }

  /**
   * The next candidate that its budgets can pay for, the money held. Those that they cannot are
   * taken away, and so are those that they can pay for in part only, as long as another one is left
   * whose usual answer they can pay for. The one that is returned goes to the end, should all
   * others fail too.
   *
   * @param patient whether those go first who wait for the same budgets
   * @return null if none is left
   */
  @Nullable Held next(boolean patient, long nowMillis) {
    while (!left.isEmpty()) {
      var candidate = left.remove();
      var shortage = claims.shortage(candidate, needs, nowMillis);
      if (shortage.isPresent() && isAnyPayable(nowMillis)) {
        intent = intent.excludeOverBudget("hold", candidate, shortage.get());
        continue;
      }
      var hold = candidate.budgets().hold();
      var claim =
          patient && !candidate.isFree() && queue.isAwaited(candidate.budgets())
              ? behindOthers(candidate, nowMillis)
              : claims.take(hold, candidate, needs, nowMillis);
      switch (claim) {
        case Taken taken -> {
          left.add(candidate);
          return new Held(candidate, taken, hold, intent, this);
        }
        case Denied denied ->
            intent = intent.excludeOverBudget("hold", candidate, denied.violation());
      }
    }
    return null;
  }

  /** What would become of the request, as far as can be told without holding anything. */
  RoutingDecision foreseen(long nowMillis) {
    var payable = new ArrayList<Candidate>();
    while (!left.isEmpty()) {
      var candidate = left.remove();
      var against = claims.shortage(candidate, needs, nowMillis);
      if (against.isEmpty() || !isAnyPayable(nowMillis)) {
        against = claims.refusal(candidate, needs, nowMillis);
      }
      against.ifPresentOrElse(
          violation -> intent = intent.excludeOverBudget("hold", candidate, violation),
          () -> payable.add(candidate));
    }
    return payable.isEmpty() ? outcome() : new Route(intent, payable);
  }

  /** What becomes of the request now that no candidate is left. */
  RoutingDecision outcome() {
    return decision instanceof Route ? RoutingDecision.without(intent) : decision;
  }

  private boolean isAnyPayable(long nowMillis) {
    return left.stream().anyMatch(each -> claims.shortage(each, needs, nowMillis).isEmpty());
  }

  private Claim behindOthers(Candidate candidate, long nowMillis) {
    return candidate
        .budgets()
        .violation(Money.MOST, nowMillis)
        .<Claim>map(Denied::new)
        .orElse(Taken.FREE);
  }
}
