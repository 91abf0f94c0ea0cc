package io.nexus.control.hold;

import io.nexus.control.money.ModelFacts.Thinking;

/**
 * Whether a model's output is visible while it is generated, and how fast it is generated.
 *
 * @param showing whether a stream shows all that it bills
 * @param tokensASecond the assumed fastest rate of one answer
 */
public record OutputPace(Showing showing, long tokensASecond) {

  /** The assumed rate of an unknown model. Few models are faster. */
  public static final long UNKNOWN_TOKENS_A_SECOND = 2_000;

  /** The pace of an unknown model. */
  public static final OutputPace UNKNOWN = new OutputPace(Showing.UNKNOWN, UNKNOWN_TOKENS_A_SECOND);

  /** Whether a stream shows what it bills. */
  public enum Showing {
    /** Not known yet. */
    UNKNOWN,
    /** It shows all that it bills. */
    ALL,
    /** It bills more than it shows: the model has hidden reasoning. */
    PART,
    /** It shows its output in few large pieces, which are invisible until complete. */
    LUMPS;

    /** Whether a quarter of a second of silence makes time count. */
    boolean isTimedWhenSilent() {
      return this == UNKNOWN || this == PART;
    }
  }

  /** This pace; for an unknown model, the one that follows from the price list. */
  public OutputPace or(Thinking thinking) {
    return showing == Showing.UNKNOWN && thinking == Thinking.NEVER
        ? new OutputPace(Showing.ALL, tokensASecond)
        : this;
  }
}
