package io.nexus.control.routing;

/**
 * The weights of the smart strategy.
 *
 * @param priority weight of the operator's order of preference
 * @param load weight of the number of running requests
 * @param latency weight of the time to the first byte
 */
public record Weights(int priority, int load, int latency) {}
