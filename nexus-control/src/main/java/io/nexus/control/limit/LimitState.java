package io.nexus.control.limit;

import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Each;
import java.time.Instant;

/**
 * The state of a limit.
 *
 * @param limit its name, followed by the value if it counts by value
 * @param unit the counted unit
 * @param most the maximum
 * @param used the units used or in use
 * @param resetsAt when the count starts anew; {@link Instant#MAX} if only the end of running
 *     requests frees units
 */
public record LimitState(String limit, Unit unit, long most, long used, Instant resetsAt) {

  static LimitState of(Unit unit, BudgetState state) {
    return new LimitState(
        Unit.limitOf(state.terms().name()),
        unit,
        state.limit().nanos(),
        state.spent().saturatedPlus(state.held()).nanos(),
        state.cycle().end());
  }

  /** The limit's name without the value. */
  public String family() {
    int slash = limit.indexOf(Each.SEPARATOR);
    return slash < 0 || limit.startsWith(LimitTerms.BACKEND) ? limit : limit.substring(0, slash);
  }

  /** The units left. */
  public long remaining() {
    return Math.max(0, most - used);
  }
}
