package io.nexus.control.hold;

/** Whether a request may spend. */
public sealed interface Admission {

  /**
   * It may: the money is held.
   *
   * @param secured false if the ledger is away and the money is held without its knowledge, as
   *     {@code on_error = "open"} asks for
   */
  record Held(boolean secured) implements Admission {}

  /** The budget has not got the money: {@code RequestBudgets.violation} says which and why. */
  record Refused() implements Admission {}

  /**
   * Nobody can tell whether the budget has the money, and {@code on_error = "closed"} refuses then.
   *
   * @param reason what is wrong, for the log and not for a client
   */
  record Unavailable(String reason) implements Admission {}
}
