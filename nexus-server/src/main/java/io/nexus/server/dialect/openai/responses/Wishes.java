package io.nexus.server.dialect.openai.responses;

/**
 * Options of a request that affect its answer and cost.
 *
 * @param background whether the answer is generated in the background
 * @param stored whether the provider stores it
 * @param hostedCalls the expected number of calls of the provider's tools; 0 if there are none
 * @param search the requested kind of search, as price lists name it; empty for the default
 */
record Wishes(boolean background, boolean stored, long hostedCalls, String search) {

  /** The options of a background request of which nothing else is known. */
  static final Wishes OF_KEPT = new Wishes(true, true, 0, "");
}
