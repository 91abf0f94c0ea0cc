package io.nexus.control.routing;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.TokenCount;
import java.util.function.Function;

/**
 * A request as routing uses it: its needs and sender, without its text.
 *
 * @param model the model that the client named
 * @param needs its requirements
 * @param inputTokens counts the prompt for a model
 * @param caller who sends it
 * @param leniency what the client accepts if the best is not available
 * @param nowMillis when it arrived, in milliseconds of the epoch
 * @param backend the only backend that can serve it; empty if any can
 * @param waits whether it waits for full backends, which then remain candidates
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

  /** This request at another time. */
  public RoutingRequest at(long millis) {
    return new RoutingRequest(model, needs, inputTokens, caller, leniency, millis, backend, waits);
  }

  /** This request, waiting for full backends. */
  public RoutingRequest waiting() {
    return new RoutingRequest(
        model, needs, inputTokens, caller, leniency, nowMillis, backend, true);
  }

  /** This request for one backend only; unchanged if the name is empty. */
  public RoutingRequest onlyAt(String name) {
    return new RoutingRequest(model, needs, inputTokens, caller, leniency, nowMillis, name, waits);
  }

  /** What the client accepts instead of the requested model. */
  public enum Leniency {
    /** A fallback model, but no lower tier than the policy asks for. */
    NORMAL,
    /** Only the requested model. */
    STRICT,
    /** A backend of a lower tier too, if no other is left. */
    FLEXIBLE
  }
}
