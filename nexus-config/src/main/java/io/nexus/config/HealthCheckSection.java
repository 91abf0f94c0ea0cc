package io.nexus.config;

import java.time.Duration;

/** {@code [health_check]}. */
final class HealthCheckSection {

  private static final Key<Boolean> ENABLED = Key.of("enabled", Types.flag(), true);
  private static final Key<Duration> INTERVAL =
      Key.of("interval_seconds", Types.seconds(1, 86_400), Duration.ofSeconds(30));
  private static final Key<Duration> TIMEOUT =
      Key.of("timeout_seconds", Types.seconds(1, 3_600), Duration.ofSeconds(5));
  private static final Key<Integer> FAILURE_THRESHOLD =
      Key.of("failure_threshold", Types.whole(1, 1_000), 3);
  private static final Key<Integer> RECOVERY_THRESHOLD =
      Key.of("recovery_threshold", Types.whole(1, 1_000), 2);

  private HealthCheckSection() {}

  static HealthCheckConfig read(TableReader in) {
    return new HealthCheckConfig(
        in.get(ENABLED),
        in.get(INTERVAL),
        in.get(TIMEOUT),
        in.get(FAILURE_THRESHOLD),
        in.get(RECOVERY_THRESHOLD));
  }

  static void write(TomlWriter out, HealthCheckConfig check) {
    out.table("health_check")
        .put(ENABLED, check.enabled())
        .put(INTERVAL, check.interval())
        .put(TIMEOUT, check.timeout())
        .put(FAILURE_THRESHOLD, check.failureThreshold())
        .put(RECOVERY_THRESHOLD, check.recoveryThreshold());
  }
}
