package io.nexus.server.chat;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetQueue;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The candidates of one request that can still be tried, in order. Not for concurrent use. */
final class Plan {

  /** A way to claim. */
  private interface Claiming {
    Claim claim(BudgetHold hold, Candidate candidate, Needs needs, long nowMillis);
  }

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
    return next(patient, nowMillis, claims::take);
  }

  /** What would be done now, with nothing held for it. The plan serves no more after that. */
  RoutingDecision foreseen(long nowMillis) {
    var first = next(true, nowMillis, claims::look);
    if (first == null) {
      return outcome();
    }
    var order = new ArrayList<Candidate>();
    order.add(left.removeLast());
    order.addAll(left);
    return new Route(first.intent(), order);
  }

  private @Nullable Held next(boolean patient, long nowMillis, Claiming claiming) {
    while (!left.isEmpty()) {
      var candidate = left.remove();
      var shortage = claims.shortage(candidate, needs, nowMillis);
      if (shortage.isPresent() && isAnyPayable(nowMillis)) {
        intent = intent.excludeOverBudget("hold", candidate, shortage.get());
        continue;
      }
      var hold = candidate.budgets().hold();
      var claim =
          behindOthers(patient, candidate, nowMillis)
              .orElseGet(() -> claiming.claim(hold, candidate, needs, nowMillis));
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

  /** What becomes of the request now that no candidate is left. */
  RoutingDecision outcome() {
    return decision instanceof Route ? RoutingDecision.without(intent) : decision;
  }

  private boolean isAnyPayable(long nowMillis) {
    return left.stream().anyMatch(each -> claims.shortage(each, needs, nowMillis).isEmpty());
  }

  /** Who comes must not take what others wait for already. */
  private Optional<Claim> behindOthers(boolean patient, Candidate candidate, long nowMillis) {
    return patient && !candidate.isFree() && queue.isAwaited(candidate.budgets())
        ? candidate.budgets().awaited(candidate.estimate().worstCase(), nowMillis).map(Denied::new)
        : Optional.empty();
  }
}
