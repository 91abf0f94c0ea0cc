package io.nexus.control.limit;

import io.nexus.control.budget.HardLimitAction;

/**
 * Why a limit refuses a request now.
 *
 * @param state the state of the limit
 * @param required the units that the request needs
 * @param action what happens to the request
 */
public record LimitExcess(LimitState state, long required, HardLimitAction action) {

  /** The reason, for people to read. */
  public String reason() {
    return state.unit() == Unit.PARALLEL
        ? "limit '%s' allows %d requests at once, and as many run"
            .formatted(state.limit(), state.most())
        : "limit '%s' has %d %s of %d left, the request needs %d"
            .formatted(
                state.limit(), state.remaining(), state.unit().label(), state.most(), required);
  }

  /** Whether waiting for this limit is preferable to waiting for the other one. */
  public boolean isBefore(LimitExcess other) {
    return isForGood() != other.isForGood()
        ? other.isForGood()
        : state.resetsAt().isBefore(other.state.resetsAt());
  }

  /** Whether waiting cannot help, because the request exceeds the whole limit. */
  public boolean isForGood() {
    return required > state.most();
  }
}
