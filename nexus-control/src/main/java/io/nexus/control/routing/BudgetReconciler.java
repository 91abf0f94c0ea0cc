package io.nexus.control.routing;

import io.nexus.control.spi.Reconciler;

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
    long now = intent.request().nowMillis();
    var narrowed = intent;
    for (var candidate : intent.candidates()) {
      if (candidate.isFree()) {
        continue;
      }
      if (candidate.budgets().underPressure(now)) {
        narrowed = narrowed.preferLocal();
      }
      if (candidate.budgets().exhausted(now)) {
        var violation = candidate.budgets().violation(candidate.estimate().worstCase(), now);
        if (violation.isPresent()) {
          narrowed = narrowed.excludeOverBudget(NAME, candidate, violation.get());
        }
      }
    }
    return narrowed;
  }
}
