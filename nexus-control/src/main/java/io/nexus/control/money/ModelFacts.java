package io.nexus.control.money;

/**
 * Facts about a model, other than prices, from a price list. Each may be unknown.
 *
 * @param contextWindow the most tokens of prompt and answer together; 0 if not known
 * @param longestPrompt the most tokens of a prompt; 0 if not known
 * @param longestOutput the most tokens of an answer, hidden reasoning included; 0 if not known
 * @param vision whether it takes images
 * @param tools whether it calls tools
 * @param thinking whether it has hidden reasoning
 * @param mode its purpose: {@code chat}, {@code embedding}, {@code image}, {@code speech} and so
 *     on; empty if not known
 * @param searchByQuery whether the provider bills web search by the model's query instead of by the
 *     call
 */
public record ModelFacts(
    long contextWindow,
    long longestPrompt,
    long longestOutput,
    Support vision,
    Support tools,
    Thinking thinking,
    String mode,
    boolean searchByQuery) {

  /** Nothing known. */
  public static final ModelFacts UNKNOWN = new ModelFacts(0, 0, Support.UNKNOWN, Support.UNKNOWN);

  /** Whether a model can do something. */
  public enum Support {
    /** It can. */
    YES,
    /** It cannot. */
    NO,
    /** The list does not say. */
    UNKNOWN;

    private Support or(Support other) {
      return this == UNKNOWN ? other : this;
    }
  }

  /** Whether a model generates tokens that the answer does not show. */
  public enum Thinking {
    /** It does not. */
    NEVER,
    /** It can on request. */
    ABLE,
    /** It does unless the request disables it. */
    DEFAULT,
    /** It always does; a request cannot disable it. */
    ALWAYS,
    /** The list does not say. */
    UNKNOWN
  }

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public ModelFacts {
    if (contextWindow < 0 || longestPrompt < 0 || longestOutput < 0) {
      throw new IllegalArgumentException(
          "a context window of %d with prompts up to %d and answers up to %d"
              .formatted(contextWindow, longestPrompt, longestOutput));
    }
  }

  /** Facts of limits and abilities; the others are unknown. */
  public ModelFacts(long contextWindow, long longestOutput, Support vision, Support tools) {
    this(contextWindow, 0, longestOutput, vision, tools, Thinking.UNKNOWN, "", false);
  }

  /** Only a context window; 0 if not known. */
  public static ModelFacts window(long contextWindow) {
    return new ModelFacts(contextWindow, 0, Support.UNKNOWN, Support.UNKNOWN);
  }

  /** The most tokens of a prompt: the longest prompt, else the context window; 0 if not known. */
  public long promptLimit() {
    return longestPrompt > 0 ? longestPrompt : contextWindow;
  }

  /**
   * Whether nothing is known. Written by hand: called at start-up, where linking a record's equals
   * is slow.
   */
  public boolean isUnknown() {
    return contextWindow == 0
        && longestPrompt == 0
        && longestOutput == 0
        && vision == Support.UNKNOWN
        && tools == Support.UNKNOWN
        && thinking == Thinking.UNKNOWN
        && mode.isEmpty()
        && !searchByQuery;
  }

  /** These facts, with what is unknown of them taken from the other. */
  public ModelFacts or(ModelFacts other) {
    return new ModelFacts(
        contextWindow > 0 ? contextWindow : other.contextWindow,
        longestPrompt > 0 || contextWindow > 0 ? longestPrompt : other.longestPrompt,
        longestOutput > 0 ? longestOutput : other.longestOutput,
        vision.or(other.vision),
        tools.or(other.tools),
        thinking == Thinking.UNKNOWN ? other.thinking : thinking,
        mode.isEmpty() ? other.mode : mode,
        searchByQuery || other.searchByQuery);
  }
}
