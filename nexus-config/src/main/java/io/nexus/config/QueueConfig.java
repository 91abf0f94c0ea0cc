package io.nexus.config;

import java.time.Duration;

/**
 * {@code [budget.queue]}: the requests that wait for money.
 *
 * @param maxSize how many may wait; 0 refuses all at once
 * @param maxWait how long one may wait
 */
public record QueueConfig(int maxSize, Duration maxWait) {}
