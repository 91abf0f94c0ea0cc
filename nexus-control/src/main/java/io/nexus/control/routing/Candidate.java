package io.nexus.control.routing;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;

/**
 * One way to serve a request.
 *
 * @param offer the backend, the model and the price
 * @param fallback 0 for the model that was asked for, else the place in its chain of fallbacks
 * @param estimate what the request would cost there
 * @param ceiling the prices that it is held at: the dearest that its body allows
 * @param maxOutputTokens the longest answer, in each choice, that the estimate's worst case pays
 * @param budgets the budgets that it would be held on
 */
public record Candidate(
    Offer offer,
    int fallback,
    CostEstimate estimate,
    ModelPricing ceiling,
    long maxOutputTokens,
    RequestBudgets budgets) {

  /** The backend. */
  public Backend backend() {
    return offer.backend();
  }

  /** The model's name there. */
  public String model() {
    return offer.model();
  }

  /** Whether another model stands in for the one that was asked for. */
  public boolean isFallback() {
    return fallback > 0;
  }

  /** Whether it costs nothing, so that no budget can block it. */
  public boolean isFree() {
    return ceiling.isFree();
  }

  /** The backend and the model, for people to read. */
  @Override
  public String toString() {
    return backend().name() + "/" + model();
  }
}
