package io.nexus.control.routing;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;

/**
 * One way to serve a request.
 *
 * @param offer the backend, the model and the price
 * @param fallback 0 for the requested model, else the position in its chain of fallbacks
 * @param estimate the cost of the request there
 * @param ceiling the prices for the hold: the dearest that may apply
 * @param maxOutputTokens the longest answer that the estimate's worst case pays for, in tokens per
 *     choice
 * @param budgets the budgets to hold on
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

  /** Whether it is a fallback for the requested model. */
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
