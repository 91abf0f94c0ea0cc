package io.nexus.control.routing;

import io.nexus.control.money.Bound;

/**
 * What a request asks of whoever serves it.
 *
 * @param api what is asked for
 * @param stream whether the answer comes in pieces
 * @param vision whether it shows images
 * @param tools whether it offers tools
 * @param jsonMode whether the answer must be JSON
 * @param audio whether audio goes in or comes out
 * @param bound what bounds its cost
 */
public record Needs(
    Api api,
    boolean stream,
    boolean vision,
    boolean tools,
    boolean jsonMode,
    boolean audio,
    Bound bound) {

  /** The longest answer that the client takes, in each choice; 0 if it does not say. */
  public long maxOutputTokens() {
    return bound.maxOutputTokens();
  }

  /** How many answers are made. */
  public int choices() {
    return bound.choices();
  }
}
