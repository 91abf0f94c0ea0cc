package io.nexus.control.limit;

import io.nexus.control.budget.HardLimitAction;

/**
 * Why a limit does not allow a request now.
 *
 * @param state how the limit stands
 * @param required how much of its unit the request needs
 * @param action what is to happen
 */
public record LimitExcess(LimitState state, long required, HardLimitAction action) {

  /** For people to read. */
  public String reason() {
    return state.unit() == Unit.PARALLEL
        ? "limit '%s' allows %d requests at once, and as many run"
            .formatted(state.limit(), state.most())
        : "limit '%s' has %d %s of %d left, the request needs %d"
            .formatted(
                state.limit(), state.remaining(), state.unit().label(), state.most(), required);
  }

  /** Whether it is worth waiting for rather than another one. */
  public boolean isBefore(LimitExcess other) {
    return isForGood() != other.isForGood()
        ? other.isForGood()
        : state.resetsAt().isBefore(other.state.resetsAt());
  }

  /** Whether no wait helps: it is more than the whole limit. */
  public boolean isForGood() {
    return required > state.most();
  }
}
