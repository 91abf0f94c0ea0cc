package io.nexus.server.flow;

import java.time.Duration;

/**
 * What the configuration says about how requests are served.
 *
 * @param maxRequestBytes a longer body is refused
 * @param maxResponseBytes a longer answer in one piece is cut off
 * @param timeout how long an answer in one piece may take
 * @param maxRetries how many further attempts follow after a backend failed
 * @param retryUnknown whether that goes for requests that were sent and never answered, too
 */
public record FlowRules(
    long maxRequestBytes,
    long maxResponseBytes,
    Duration timeout,
    int maxRetries,
    boolean retryUnknown) {}
