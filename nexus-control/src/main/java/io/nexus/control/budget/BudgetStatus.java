package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.List;

/**
 * How much of a budget is spent. It counts settled money only, so it never improves within a cycle.
 * Whether a request still fits is decided by its {@link BudgetHold} alone.
 */
public sealed interface BudgetStatus {

  /** All labels, the least severe first. */
  List<String> LABELS = List.of("Normal", "SoftLimit", "HardLimit");

  /** Below the soft limit. */
  record Normal() implements BudgetStatus {}

  /**
   * At or above the soft limit.
   *
   * @param percent the spent share of the limit in whole percent
   */
  record SoftLimit(int percent) implements BudgetStatus {}

  /**
   * At or above the limit.
   *
   * @param spent the cost of this cycle
   * @param limit the limit
   * @param resetsAt when the next cycle begins
   */
  record HardLimit(Money spent, Money limit, Instant resetsAt) implements BudgetStatus {}

  /** The status as headers and reports spell it. */
  default String label() {
    return LABELS.get(severity());
  }

  /** 0 to 2; higher is worse. */
  default int severity() {
    return switch (this) {
      case Normal _ -> 0;
      case SoftLimit _ -> 1;
      case HardLimit _ -> 2;
    };
  }
}
