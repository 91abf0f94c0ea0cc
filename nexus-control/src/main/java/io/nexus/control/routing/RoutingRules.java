package io.nexus.control.routing;

import java.util.List;
import java.util.Map;

/**
 * The configuration of routing.
 *
 * @param strategy how one of several backends is chosen
 * @param weights the weights of the smart strategy
 * @param aliases other names of models; chains of up to three aliases are followed
 * @param fallbacks the models to use instead of a model, best first
 * @param policies rules for models; the first match applies
 * @param defaultMaxOutputTokens the output limit if neither client nor model has one
 * @param unpriced what happens to models of unknown price
 * @param unbounded what happens to requests that do not bound their cost
 */
public record RoutingRules(
    Strategy strategy,
    Weights weights,
    Map<String, String> aliases,
    Map<String, List<String>> fallbacks,
    List<RoutingPolicy> policies,
    long defaultMaxOutputTokens,
    UnpricedPolicy unpriced,
    UnboundedPolicy unbounded) {

  private static final int MAX_HOPS = 3;

  /** Copies the collections. */
  public RoutingRules {
    aliases = Map.copyOf(aliases);
    fallbacks = Map.copyOf(fallbacks);
    policies = List.copyOf(policies);
  }

  /** The model that a name stands for. */
  public String resolved(String name) {
    var resolved = name;
    for (int hop = 0; hop < MAX_HOPS; hop++) {
      resolved = aliases.getOrDefault(resolved, resolved);
    }
    return resolved;
  }

  /**
   * The policy for a model. A policy for the resolved model also applies to its aliases.
   *
   * @param asked the requested name
   * @param resolved the model that it stands for
   */
  public RoutingPolicy policy(String asked, String resolved) {
    for (var policy : policies) {
      if (policy.models().matches(asked) || policy.models().matches(resolved)) {
        return policy;
      }
    }
    return RoutingPolicy.NONE;
  }
}
