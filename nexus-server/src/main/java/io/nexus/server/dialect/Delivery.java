package io.nexus.server.dialect;

import io.nexus.control.money.Usage;

/**
 * How an answer went out, and what is owed for it.
 *
 * @param usage the tokens to be paid
 * @param reported whether the backend reported them; otherwise the gateway counted
 * @param ending how it ended
 */
public record Delivery(Usage usage, boolean reported, Ending ending) {

  /** Whether it was the backend that kept the answer from its end. */
  public boolean failed() {
    return ending == Ending.BROKEN || ending == Ending.TIMED_OUT;
  }

  /** The ways in which an answer ends. */
  public enum Ending {
    /** The client has all of it. */
    COMPLETED,
    /** The client left. */
    CANCELLED,
    /** The backend broke off. */
    BROKEN,
    /** The backend was too slow. */
    TIMED_OUT,
    /** The money ran out. */
    CUT_OFF
  }
}
