package io.nexus.control.money;

/**
 * What a price list says of a model beside its price. Each part may be unknown.
 *
 * @param contextWindow the most tokens that a prompt may have; 0 if not known
 * @param maxOutputTokens the most tokens that an answer may have; 0 if not known
 * @param vision whether it takes images
 * @param tools whether it calls tools
 */
public record ModelFacts(long contextWindow, long maxOutputTokens, Support vision, Support tools) {

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

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public ModelFacts {
    if (contextWindow < 0 || maxOutputTokens < 0) {
      throw new IllegalArgumentException(
          "a context window of " + contextWindow + " with answers up to " + maxOutputTokens);
    }
  }

  /** A context window alone; 0 if not known. */
  public static ModelFacts window(long contextWindow) {
    return new ModelFacts(contextWindow, 0, Support.UNKNOWN, Support.UNKNOWN);
  }

  /** These facts, with what is unknown of them taken from the other. */
  public ModelFacts or(ModelFacts other) {
    return new ModelFacts(
        contextWindow > 0 ? contextWindow : other.contextWindow,
        maxOutputTokens > 0 ? maxOutputTokens : other.maxOutputTokens,
        vision.or(other.vision),
        tools.or(other.tools));
  }
}
