package io.nexus.control.routing;

/**
 * What the smart strategy gives weight to.
 *
 * @param priority to the operator's order of preference
 * @param load to how few requests are under way
 * @param latency to how soon answers begin
 */
public record Weights(int priority, int load, int latency) {}
