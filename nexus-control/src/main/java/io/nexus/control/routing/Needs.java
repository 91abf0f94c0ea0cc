package io.nexus.control.routing;

import io.nexus.control.money.Bound;

/**
 * The requirements of a request.
 *
 * @param api the API
 * @param stream whether the answer comes in pieces
 * @param vision whether it contains images
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

  /** The client's output limit, in tokens per choice; 0 if it names none. */
  public long maxOutputTokens() {
    return bound.maxOutputTokens();
  }

  /** The number of answers. */
  public int choices() {
    return bound.choices();
  }
}
