package io.nexus.config;

import io.nexus.control.routing.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code [routing]}: how a backend is chosen.
 *
 * @param strategy how one of several backends is chosen
 * @param maxRetries the largest number of retries of a failed request, on the same backend or
 *     another
 * @param retryUnknown whether to retry a request that was sent and never answered, which two
 *     backends may then bill
 * @param queueSize the largest number of requests waiting for full backends
 * @param queueWait the longest wait of each
 * @param weights the weights of the smart strategy
 * @param aliases other names of models; chains of at most {@link #MAX_ALIAS_HOPS} aliases, without
 *     cycles
 * @param fallbacks the models to try in place of a model, in order
 * @param policies rules for models; the first match applies
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

  /** The longest chain of aliases. */
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
