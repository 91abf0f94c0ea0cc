package io.nexus.config;

import java.time.Duration;

/**
 * {@code [health_check]}: how backends are watched.
 *
 * @param enabled whether they are
 * @param interval between two checks of a backend
 * @param timeout of one check
 * @param failureThreshold after so many failures in a row a backend counts as unhealthy
 * @param recoveryThreshold after so many successes in a row it counts as healthy again
 */
public record HealthCheckConfig(
    boolean enabled,
    Duration interval,
    Duration timeout,
    int failureThreshold,
    int recoveryThreshold) {}
