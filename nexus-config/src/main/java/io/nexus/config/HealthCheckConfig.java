package io.nexus.config;

import java.time.Duration;

/**
 * {@code [health_check]}: how backends are watched.
 *
 * @param enabled whether health checks run
 * @param interval between two checks of a backend
 * @param timeout of one check
 * @param failureThreshold failures in a row that mark a backend as unhealthy
 * @param recoveryThreshold successes in a row that mark it as healthy again
 */
public record HealthCheckConfig(
    boolean enabled,
    Duration interval,
    Duration timeout,
    int failureThreshold,
    int recoveryThreshold) {}
