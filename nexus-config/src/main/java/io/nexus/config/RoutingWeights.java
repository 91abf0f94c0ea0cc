package io.nexus.config;

/**
 * {@code [routing.weights]}: how much each counts under the smart strategy; only their relation
 * matters.
 *
 * @param priority the backend's configured priority
 * @param load its requests under way
 * @param latency its recent time to answer
 */
public record RoutingWeights(int priority, int load, int latency) {

  boolean allZero() {
    return priority == 0 && load == 0 && latency == 0;
  }
}
