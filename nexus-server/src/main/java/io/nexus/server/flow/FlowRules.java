package io.nexus.server.flow;

import java.time.Duration;

/**
 * The configured rules for serving requests.
 *
 * @param maxRequestBytes the largest request body, in bytes
 * @param maxResponseBytes the largest answer in one piece, in bytes
 * @param timeout the longest time for an answer in one piece
 * @param maxRetries the largest number of further attempts
 * @param retryUnknown whether to retry requests that were sent and never answered
 */
public record FlowRules(
    long maxRequestBytes,
    long maxResponseBytes,
    Duration timeout,
    int maxRetries,
    boolean retryUnknown) {}
