package io.nexus.control.money;

/**
 * What a price list says of a model beside its price. Each part may be unknown.
 *
 * @param contextWindow the most tokens that prompt and answer may have together; 0 if not known
 * @param longestPrompt the most tokens that a prompt may have; 0 if not known
 * @param longestOutput the most tokens that an answer may have, hidden reasoning included; 0 if not
 *     known
 * @param vision whether it takes images
 * @param tools whether it calls tools
 * @param thinking whether it thinks unseen
 * @param mode what it is for: {@code chat}, {@code embedding}, {@code image}, {@code speech} and so
 *     on; empty if not known
 * @param searchByQuery whether the provider's web search is billed by the query that the model
 *     makes, instead of by the call
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
    /** It can, when it is asked to. */
    ABLE,
    /** It does, unless it is told not to. */
    DEFAULT,
    /** It does, and cannot be told not to. */
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

  /** The facts that bound a request, and what it may need. */
  public ModelFacts(long contextWindow, long longestOutput, Support vision, Support tools) {
    this(contextWindow, 0, longestOutput, vision, tools, Thinking.UNKNOWN, "", false);
  }

  /** A context window alone; 0 if not known. */
  public static ModelFacts window(long contextWindow) {
    return new ModelFacts(contextWindow, 0, Support.UNKNOWN, Support.UNKNOWN);
  }

  /** The most tokens that fit a prompt: the longest prompt, else the window; 0 if not known. */
  public long promptLimit() {
    return longestPrompt > 0 ? longestPrompt : contextWindow;
  }

  /**
   * Whether nothing is known. Asked at starts, each of which would make a record's own equals anew.
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
