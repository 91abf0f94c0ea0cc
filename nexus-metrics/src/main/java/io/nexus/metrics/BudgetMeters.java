package io.nexus.metrics;

import io.nexus.control.budget.HardLimitAction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of budgets. Safe for any number of threads; counting allocates nothing unless noted.
 */
public final class BudgetMeters {

  private static final List<MeterName> OF_ONE =
      List.of(
          MeterName.SCOPE_BUDGET_SPENDING,
          MeterName.SCOPE_BUDGET_LIMIT,
          MeterName.SCOPE_BUDGET_PERCENT_USED,
          MeterName.SCOPE_BUDGET_HELD);

  private static final int MOST_MODELS = 1000;

  private final MeterTable table;
  private final LongAdder blockedLocalOnly;
  private final LongAdder blockedReject;
  private final LongAdder blockedQueue;
  private final LongAdder softActivations;
  private final LongAdder hardActivations;
  private final LongAdder clamped;
  private final LongAdder cutOff;
  private final LongAdder unpriced;
  private final Map<String, LongAdder> unpricedModels = new ConcurrentHashMap<>();

  BudgetMeters(MeterTable table) {
    this.table = table;
    blockedLocalOnly = table.counter(MeterName.BUDGET_BLOCKED, "hard_limit_local_only");
    blockedReject = table.counter(MeterName.BUDGET_BLOCKED, "hard_limit_reject");
    blockedQueue = table.counter(MeterName.BUDGET_BLOCKED, "hard_limit_queue");
    softActivations = table.counter(MeterName.BUDGET_SOFT_ACTIVATIONS);
    hardActivations = table.counter(MeterName.BUDGET_HARD_ACTIVATIONS);
    clamped = table.counter(MeterName.BUDGET_CLAMPED);
    cutOff = table.counter(MeterName.BUDGET_CUTOFFS);
    unpriced = table.counter(MeterName.UNPRICED_REQUESTS);
  }

  /**
   * Publishes the global budget.
   *
   * @param reading the current state; called at each scrape by each of four gauges, so it must be
   *     fast
   */
  public void observeGlobal(Supplier<BudgetReading> reading) {
    gauge(MeterName.BUDGET_SPENDING, reading, BudgetReading::spentUsd);
    gauge(MeterName.BUDGET_LIMIT, reading, BudgetReading::limitUsd);
    gauge(MeterName.BUDGET_PERCENT_USED, reading, BudgetReading::percentUsed);
    gauge(MeterName.BUDGET_HELD, reading, BudgetReading::heldUsd);
  }

  /**
   * Publishes another budget.
   *
   * @param budget its name
   * @param reading as for {@link #observeGlobal}
   */
  public void observe(String budget, Supplier<BudgetReading> reading) {
    gauge(MeterName.SCOPE_BUDGET_SPENDING, reading, BudgetReading::spentUsd, budget);
    gauge(MeterName.SCOPE_BUDGET_LIMIT, reading, BudgetReading::limitUsd, budget);
    gauge(MeterName.SCOPE_BUDGET_PERCENT_USED, reading, BudgetReading::percentUsed, budget);
    gauge(MeterName.SCOPE_BUDGET_HELD, reading, BudgetReading::heldUsd, budget);
  }

  /** Publishes the number of values in memory of a budget that is split by value. */
  public void observeValues(String budget, IntSupplier values) {
    table.reading(MeterName.BUDGET_VALUES, values::getAsInt, budget);
  }

  /** Stops publishing all budgets except these and the global one. */
  public void retain(Set<String> budgets, Set<String> withValues) {
    for (var name : OF_ONE) {
      table.retain(name, labels -> budgets.contains(labels.getFirst()));
    }
    table.retain(MeterName.BUDGET_VALUES, labels -> withValues.contains(labels.getFirst()));
  }

  /**
   * Counts one request stopped by a hard limit.
   *
   * @param action the limit's action; {@code WARN} stops nothing and is not counted
   */
  public void blocked(HardLimitAction action) {
    switch (action) {
      case LOCAL_ONLY -> blockedLocalOnly.increment();
      case REJECT -> blockedReject.increment();
      case QUEUE -> blockedQueue.increment();
      case WARN -> {}
    }
  }

  /** Counts one crossing of a budget's soft limit. */
  public void softLimitActivated() {
    softActivations.increment();
  }

  /** Counts one crossing of a budget's hard limit. */
  public void hardLimitActivated() {
    hardActivations.increment();
  }

  /** Counts one request whose output limit was lowered to what the budget can pay for. */
  public void clamped() {
    clamped.increment();
  }

  /** Counts one stream ended early for want of money. */
  public void cutOff() {
    cutOff.increment();
  }

  /** Counts one request for a model whose price is not known. */
  public void unpriced(String model) {
    unpriced.increment();
    var ofModel = unpricedModels.get(model);
    if (ofModel == null) {
      var name = unpricedModels.size() < MOST_MODELS ? model : ModelLabels.OTHER;
      ofModel = unpricedModels.computeIfAbsent(name, _ -> new LongAdder());
    }
    ofModel.increment();
  }

  /**
   * The number of requests so far for each model of unknown price; after a thousand models further
   * ones count as {@code other}.
   */
  public Map<String, Long> unpricedModels() {
    var sums = new HashMap<String, Long>();
    unpricedModels.forEach((model, sum) -> sums.put(model, sum.sum()));
    return sums;
  }

  /**
   * The counter of decisions of a budget in shadow mode; keep it with the budget.
   *
   * @param budget its name
   * @param action what it would have done
   */
  public EventCounter shadowDecisions(String budget, HardLimitAction action) {
    return new EventCounter(
        table.counter(MeterName.BUDGET_SHADOW_DECISIONS, budget, action.label()));
  }

  /**
   * The counter of ledger failures for one reason; each call looks it up.
   *
   * @param reason one of a few fixed words that name what failed, never an exception's message
   */
  public EventCounter errors(String reason) {
    return new EventCounter(table.counter(MeterName.BUDGET_ERRORS, reason));
  }

  /**
   * The counter of alerts of one outcome; each call looks it up.
   *
   * @param delivered whether the webhook accepted the alert
   */
  public EventCounter alerts(boolean delivered) {
    return new EventCounter(
        table.counter(MeterName.ALERTS_SENT, delivered ? "delivered" : "failed"));
  }

  private void gauge(
      MeterName name,
      Supplier<BudgetReading> reading,
      ToDoubleFunction<BudgetReading> part,
      String... labels) {
    table.reading(name, () -> part.applyAsDouble(reading.get()), labels);
  }
}
