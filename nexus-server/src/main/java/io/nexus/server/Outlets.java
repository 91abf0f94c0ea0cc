package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.flow.RequestObserver;
import io.nexus.server.sink.SpendSinks;
import io.nexus.server.telemetry.Telemetry;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The outputs of a gateway other than answers: spend records to sinks, traces and metrics. */
final class Outlets implements AutoCloseable {

  private final SpendSinks sinks;
  private final @Nullable Telemetry telemetry;

  private Outlets(SpendSinks sinks, @Nullable Telemetry telemetry) {
    this.sinks = sinks;
    this.telemetry = telemetry;
  }

  /**
   * Creates the configured outputs, which send nothing yet.
   *
   * @throws StartException if a sink cannot be created
   */
  static Outlets open(
      NexusConfig config, Extensions extensions, GatewayMeters meters, InstantSource clock) {
    var telemetry = config.telemetry();
    return new Outlets(
        SpendSinks.open(
            config.spendSinks(),
            extensions.spendSinks(),
            LedgerWiring.sinks(config),
            meters::spendSink,
            clock),
        telemetry.enabled() ? new Telemetry(telemetry, meters, clock) : null);
  }

  SpendSinks sinks() {
    return sinks;
  }

  /** The observer of requests; null if there is none. */
  @Nullable RequestObserver observer() {
    return telemetry;
  }

  void start() {
    sinks.start();
    if (telemetry != null) {
      telemetry.start();
    }
  }

  /** Sends what can be sent at once, and stops. */
  @Override
  public void close() {
    sinks.close();
    if (telemetry != null) {
      telemetry.close();
    }
  }
}
