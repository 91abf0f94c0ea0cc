package io.nexus.server.dialect;

import io.nexus.control.ledger.Precision;
import io.nexus.control.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How an answer was delivered, and its charge.
 *
 * @param cost the charge
 * @param ending how it ended
 * @param refusal an error with a success status instead of an answer, which costs nothing; null if
 *     none
 * @param made what the backend stores of it
 */
public record Delivery(AnswerCost cost, Ending ending, @Nullable ProviderError refusal, Made made) {

  /** An answer that may cost something. */
  public Delivery(AnswerCost cost, Ending ending) {
    this(cost, ending, null, Made.NOTHING);
  }

  /** An error instead of an answer. */
  public static Delivery refused(ProviderError error) {
    return new Delivery(AnswerCost.NOTHING, Ending.BROKEN, error, Made.NOTHING);
  }

  /** The charged tokens. */
  public Usage usage() {
    return cost.usage();
  }

  /** The precision of the charge. */
  public Precision precision() {
    return cost.precision();
  }

  /** Whether the backend failed to complete the answer. */
  public boolean failed() {
    return ending == Ending.BROKEN || ending == Ending.TIMED_OUT;
  }

  /** The ways in which an answer ends. */
  public enum Ending {
    /** The client has received all of it. */
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
