package io.nexus.config;

import java.time.Duration;

/**
 * {@code [budget.queue]}: the requests that wait for money.
 *
 * @param maxSize the largest number of waiting requests; 0 refuses them at once
 * @param maxWait the longest wait
 */
public record QueueConfig(int maxSize, Duration maxWait) {}
