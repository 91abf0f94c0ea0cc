package io.nexus.server.dialect;

import io.nexus.control.ledger.Precision;
import io.nexus.control.money.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How an answer went out, and what is owed for it.
 *
 * @param cost what is owed
 * @param ending how it ended
 * @param refusal the error that came instead of an answer, with a status that says all is well:
 *     then nothing is owed; null if none did
 * @param made what it leaves at the backend
 */
public record Delivery(AnswerCost cost, Ending ending, @Nullable ProviderError refusal, Made made) {

  /** An answer for which something may be owed. */
  public Delivery(AnswerCost cost, Ending ending) {
    this(cost, ending, null, Made.NOTHING);
  }

  /** An error that came instead of an answer. */
  public static Delivery refused(ProviderError error) {
    return new Delivery(AnswerCost.NOTHING, Ending.BROKEN, error, Made.NOTHING);
  }

  /** The tokens to be paid. */
  public Usage usage() {
    return cost.usage();
  }

  /** How what is owed is known. */
  public Precision precision() {
    return cost.precision();
  }

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
