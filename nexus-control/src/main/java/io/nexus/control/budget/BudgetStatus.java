package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.List;

/**
 * How far a budget is spent. It speaks of settled money only, so within a cycle it never goes back;
 * whether a request still fits is decided by its {@link BudgetHold} alone.
 */
public sealed interface BudgetStatus {

  /** All labels, the least severe first. */
  List<String> LABELS = List.of("Normal", "SoftLimit", "HardLimit");

  /** Below the soft limit. */
  record Normal() implements BudgetStatus {}

  /**
   * At or above the soft limit.
   *
   * @param percent the whole percents of the limit that are spent
   */
  record SoftLimit(int percent) implements BudgetStatus {}

  /**
   * Spent.
   *
   * @param spent what this cycle has cost
   * @param limit what it may cost
   * @param resetsAt when the next cycle begins
   */
  record HardLimit(Money spent, Money limit, Instant resetsAt) implements BudgetStatus {}

  /** The status as headers and reports spell it. */
  default String label() {
    return LABELS.get(severity());
  }

  /** Higher is worse. */
  default int severity() {
    return switch (this) {
      case Normal _ -> 0;
      case SoftLimit _ -> 1;
      case HardLimit _ -> 2;
    };
  }
}
