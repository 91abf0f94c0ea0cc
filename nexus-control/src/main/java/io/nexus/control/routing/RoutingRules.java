package io.nexus.control.routing;

import java.util.List;
import java.util.Map;

/**
 * What an operator has laid down for routing.
 *
 * @param strategy how one of several is chosen
 * @param weights what the smart strategy gives weight to
 * @param aliases other names of models; a name may lead to a name, three times at the most
 * @param fallbacks the models to take instead of a model, best first
 * @param policies rules for models, the first that matches holds
 * @param defaultMaxOutputTokens the longest answer where neither client nor model says
 * @param unpriced what happens to models whose price nobody knows
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
   * The policy for a model. An alias must not be a way around one for the model behind it.
   *
   * @param asked the name that the client asks for
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
