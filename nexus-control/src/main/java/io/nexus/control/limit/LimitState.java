package io.nexus.control.limit;

import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Each;
import java.time.Instant;

/**
 * How a limit stands.
 *
 * @param limit its name; of one that counts by value, with the value behind it
 * @param unit what it counts
 * @param most how much it allows
 * @param used how much of that is used or in use
 * @param resetsAt when the count starts anew; {@link Instant#MAX} if only requests that end free it
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

  /** The limit's name without the value that it counts by. */
  public String family() {
    int slash = limit.indexOf(Each.SEPARATOR);
    return slash < 0 || limit.startsWith(LimitTerms.BACKEND) ? limit : limit.substring(0, slash);
  }

  /** How much more it allows now. */
  public long remaining() {
    return Math.max(0, most - used);
  }
}
