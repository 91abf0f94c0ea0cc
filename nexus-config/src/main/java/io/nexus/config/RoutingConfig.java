package io.nexus.config;

import io.nexus.control.routing.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code [routing]}: how a backend is chosen.
 *
 * @param strategy how one of several is chosen
 * @param maxRetries how often a failed request is tried again, on the same backend or another
 * @param retryUnknown whether a request is tried again that was sent and never answered, so that
 *     two backends may bill it
 * @param queueSize how many requests may wait for a backend that is full
 * @param queueWait how long each may wait
 * @param weights of the smart strategy
 * @param aliases models by other names; at most {@link #MAX_ALIAS_HOPS} lead to the model, without
 *     a cycle
 * @param fallbacks the models to try in place of a model, in order
 * @param policies rules for models; the first that fits counts
 */
public record RoutingConfig(
    Strategy strategy,
    int maxRetries,
    boolean retryUnknown,
    int queueSize,
    Duration queueWait,
    RoutingWeights weights,
    Map<String, String> aliases,
    Map<String, List<String>> fallbacks,
    List<RoutingPolicy> policies) {

  /** How many aliases may lead from a name to its model. */
  public static final int MAX_ALIAS_HOPS = 3;

  /** Copies the collections. */
  public RoutingConfig {
    aliases = Map.copyOf(aliases);
    fallbacks =
        fallbacks.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
    policies = List.copyOf(policies);
  }
}
