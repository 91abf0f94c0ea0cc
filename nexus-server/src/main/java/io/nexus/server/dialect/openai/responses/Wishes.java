package io.nexus.server.dialect.openai.responses;

/**
 * Options of a request that affect its answer and cost.
 *
 * @param background whether the answer is generated in the background
 * @param stored whether the provider stores it
 * @param hostedCalls the calls of tools that run at the provider which were counted on; 0 if there
 *     are no such tools
 * @param search the kind of search that was asked for, as price lists name it; empty for the usual
 */
record Wishes(boolean background, boolean stored, long hostedCalls, String search) {

  /** Those of a request for an answer in the background of which nothing more is known. */
  static final Wishes OF_KEPT = new Wishes(true, true, 0, "");
}
