package io.nexus.control.hold;

/** The answer to a request for money. */
public sealed interface Admission {

  /**
   * The money is held.
   *
   * @param secured false if the ledger is unreachable and the money is held without a grant,
   *     because {@code on_error = "open"}
   */
  record Held(boolean secured) implements Admission {}

  /** A budget has too little money; {@code RequestBudgets.violation} says which and why. */
  record Refused() implements Admission {}

  /**
   * The ledger does not answer, and {@code on_error = "closed"} refuses in that case.
   *
   * @param reason what is wrong, for the log and not for a client
   */
  record Unavailable(String reason) implements Admission {}
}
