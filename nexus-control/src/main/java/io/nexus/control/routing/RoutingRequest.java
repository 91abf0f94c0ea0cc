package io.nexus.control.routing;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.TokenCount;
import java.util.function.Function;

/**
 * A request as routing sees it: no text of it, only what it needs and who sends it.
 *
 * @param model the model that the client named
 * @param needs what it asks of a backend
 * @param inputTokens counts the prompt for a model
 * @param caller who sends it
 * @param leniency how the client wants to be served if the best is not available
 * @param nowMillis when it came, in milliseconds of the epoch
 * @param backend the only backend that can serve it; empty if any can
 * @param waits whether it waits for backends that are full, which are candidates then
 */
public record RoutingRequest(
    String model,
    Needs needs,
    Function<String, TokenCount> inputTokens,
    Caller caller,
    Leniency leniency,
    long nowMillis,
    String backend,
    boolean waits) {

  /** A request that does not wait. */
  public RoutingRequest(
      String model,
      Needs needs,
      Function<String, TokenCount> inputTokens,
      Caller caller,
      Leniency leniency,
      long nowMillis) {
    this(model, needs, inputTokens, caller, leniency, nowMillis, "", false);
  }

  /** The same request at another moment. */
  public RoutingRequest at(long millis) {
    return new RoutingRequest(model, needs, inputTokens, caller, leniency, millis, backend, waits);
  }

  /** The same request, ready to wait for backends that are full. */
  public RoutingRequest waiting() {
    return new RoutingRequest(
        model, needs, inputTokens, caller, leniency, nowMillis, backend, true);
  }

  /** The same request for one backend, unless that has no name. */
  public RoutingRequest onlyAt(String name) {
    return new RoutingRequest(model, needs, inputTokens, caller, leniency, nowMillis, name, waits);
  }

  /** What the client takes instead of what it asked for. */
  public enum Leniency {
    /** A fallback model, but no lower tier than the policy asks for. */
    NORMAL,
    /** Nothing but the model that it named. */
    STRICT,
    /** A backend of a lower tier too, if no other is left. */
    FLEXIBLE
  }
}
