package io.nexus.control.pipeline;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;
import org.jspecify.annotations.Nullable;

/**
 * Reads how far the budgets are spent: under pressure local candidates go first, and what costs
 * money on a budget that is spent goes away. It spares requests a vain try; that no budget is
 * overspent is the hold's doing, not this stage's.
 */
final class BudgetReconciler implements Reconciler {

  static final String NAME = "budget";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RoutingIntent reconcile(RoutingIntent intent) {
    var reading = new Reading(intent.request().nowMillis());
    var narrowed = intent.narrow(reading::against);
    return reading.pressure ? narrowed.preferLocal() : narrowed;
  }

  /** Candidates mostly share one set of budgets, which is then read once. */
  private static final class Reading {
    private final long nowMillis;
    private RequestBudgets budgets = RequestBudgets.NONE;
    private boolean exhausted;
    private boolean pressure;

    Reading(long nowMillis) {
      this.nowMillis = nowMillis;
    }

    @Nullable Exclusion against(Candidate candidate) {
      if (candidate.isFree()) {
        return null;
      }
      read(candidate.budgets());
      return exhausted
          ? budgets
              .exhaustion(candidate.estimate().worstCase(), nowMillis)
              .map(violation -> Exclusion.overBudget(candidate, NAME, violation))
              .orElse(null)
          : null;
    }

    @SuppressWarnings("ReferenceEquality") // another set is read again, whatever is in it
    private void read(RequestBudgets of) {
      if (of != budgets) {
        budgets = of;
        pressure |= of.underPressure(nowMillis);
        exhausted = of.exhausted(nowMillis);
      }
    }
  }
}
