package io.nexus.server.flow;

/**
 * What an operator has laid down for the way of a request.
 *
 * @param maxRequestBytes a longer body is refused
 * @param maxRetries so many further tries after a backend failed
 */
public record FlowRules(long maxRequestBytes, int maxRetries) {}
