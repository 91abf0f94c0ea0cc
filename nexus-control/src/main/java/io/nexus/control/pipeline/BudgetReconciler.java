package io.nexus.control.pipeline;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.spi.Reconciler;
import org.jspecify.annotations.Nullable;

/**
 * Applies the budgets' state: above a soft limit local candidates come first, and candidates that
 * cost money on an exhausted budget are removed. It only saves vain attempts; the hold, not this
 * stage, prevents overspending.
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

  /** Reads the state once for candidates that share one set of budgets, as most do. */
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

    @SuppressWarnings("ReferenceEquality") // compared by identity; another set is read again
    private void read(RequestBudgets of) {
      if (of != budgets) {
        budgets = of;
        pressure |= of.underPressure(nowMillis);
        exhausted = of.exhausted(nowMillis);
      }
    }
  }
}
