package io.nexus.config;

/**
 * One of {@code [[routing.policies]]}; the first whose pattern matches applies.
 *
 * @param modelPattern names of models, in which {@code *} stands for any text
 * @param privacy which backends may see the requests
 * @param minTier the lowest allowed tier, 1 to 3
 */
public record RoutingPolicy(String modelPattern, Privacy privacy, int minTier) {}
