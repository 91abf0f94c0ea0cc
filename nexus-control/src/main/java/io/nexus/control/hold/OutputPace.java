package io.nexus.control.hold;

import io.nexus.control.money.ModelFacts.Thinking;

/**
 * How far the output of a model can be seen while it is made, and how fast it is made.
 *
 * @param showing whether what is shown is all that is billed
 * @param tokensASecond the fastest that one answer of the model is taken to be made
 */
public record OutputPace(Showing showing, long tokensASecond) {

  /**
   * What an answer is taken to be made at as long as nothing is known of the model. Few providers
   * sell a model that makes more in a second.
   */
  public static final long UNKNOWN_TOKENS_A_SECOND = 2_000;

  /** Nothing is known of the model. */
  public static final OutputPace UNKNOWN = new OutputPace(Showing.UNKNOWN, UNKNOWN_TOKENS_A_SECOND);

  /** Whether a stream shows what it bills. */
  public enum Showing {
    /** Nobody knows yet. */
    UNKNOWN,
    /** It does. */
    ALL,
    /** More is billed than is shown: the model thinks unseen. */
    PART,
    /** It shows it in few large pieces, so that nobody sees what is made until it is there. */
    LUMPS;

    /** Whether a quarter of a second of silence makes time count. */
    boolean isTimedWhenSilent() {
      return this == UNKNOWN || this == PART;
    }
  }

  /** The same, but for what a price list says of a model that nothing else is known of. */
  public OutputPace or(Thinking thinking) {
    return showing == Showing.UNKNOWN && thinking == Thinking.NEVER
        ? new OutputPace(Showing.ALL, tokensASecond)
        : this;
  }
}
