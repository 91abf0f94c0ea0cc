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
 * What the budgets do, and where they stand. Safe for any number of threads; counting allocates
 * nothing but where it says so.
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
   * Shows the global budget from now on.
   *
   * @param reading the budget now; asked at each scrape by each of four gauges, so it must be quick
   */
  public void observeGlobal(Supplier<BudgetReading> reading) {
    gauge(MeterName.BUDGET_SPENDING, reading, BudgetReading::spentUsd);
    gauge(MeterName.BUDGET_LIMIT, reading, BudgetReading::limitUsd);
    gauge(MeterName.BUDGET_PERCENT_USED, reading, BudgetReading::percentUsed);
    gauge(MeterName.BUDGET_HELD, reading, BudgetReading::heldUsd);
  }

  /**
   * Shows a budget beside the global one from now on.
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

  /** Shows how many values are in memory of a budget that has one for each. */
  public void observeValues(String budget, IntSupplier values) {
    table.reading(MeterName.BUDGET_VALUES, values::getAsInt, budget);
  }

  /** Shows none but these beside the global one from now on. */
  public void retain(Set<String> budgets, Set<String> withValues) {
    for (var name : OF_ONE) {
      table.retain(name, labels -> budgets.contains(labels.getFirst()));
    }
    table.retain(MeterName.BUDGET_VALUES, labels -> withValues.contains(labels.getFirst()));
  }

  /**
   * Counts one request that a hard limit kept from running.
   *
   * @param action what the limit does; {@code WARN} keeps nothing from running and is not counted
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

  /** Counts one request whose longest answer was lowered to what the budget affords. */
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
   * How many requests for each model whose price is not known there were so far; after a thousand
   * models further ones count as {@code other}.
   */
  public Map<String, Long> unpricedModels() {
    var sums = new HashMap<String, Long>();
    unpricedModels.forEach((model, sum) -> sums.put(model, sum.sum()));
    return sums;
  }

  /**
   * What a budget in shadow mode would have done; keep it with the budget.
   *
   * @param budget its name
   * @param action what it would have done
   */
  public EventCounter shadowDecisions(String budget, HardLimitAction action) {
    return new EventCounter(
        table.counter(MeterName.BUDGET_SHADOW_DECISIONS, budget, action.label()));
  }

  /**
   * Failures of the budget service for one reason; looks the counter up.
   *
   * @param reason one of a few fixed words that name what failed, never an exception's message
   */
  public EventCounter errors(String reason) {
    return new EventCounter(table.counter(MeterName.BUDGET_ERRORS, reason));
  }

  /**
   * Alerts of one outcome; looks the counter up.
   *
   * @param delivered whether the webhook took the alert
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
