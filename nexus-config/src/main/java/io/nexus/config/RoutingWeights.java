package io.nexus.config;

/**
 * {@code [routing.weights]}: the weights of the smart strategy; only their ratios matter.
 *
 * @param priority the backend's configured priority
 * @param load the number of its running requests
 * @param latency its recent time to answer
 */
public record RoutingWeights(int priority, int load, int latency) {

  boolean allZero() {
    return priority == 0 && load == 0 && latency == 0;
  }
}
