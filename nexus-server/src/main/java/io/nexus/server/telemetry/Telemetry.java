package io.nexus.server.telemetry;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.nexus.config.TelemetryConfig;
import io.nexus.metrics.GatewayMeters;
import io.nexus.metrics.MeterReading;
import io.nexus.server.flow.RequestObserver;
import io.nexus.server.telemetry.GenAiMeters.Meter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans of requests and the meters' values to an OpenTelemetry collector. Requests only queue
 * their spans; a separate thread sends them, and what the collector does not accept in time is
 * dropped and counted.
 *
 * <p>The messages are encoded here, because OpenTelemetry's SDK is twelve jars without module
 * descriptors, which every start would open even if unused.
 */
public final class Telemetry implements RequestObserver, AutoCloseable {

  private static final HeaderName PARENT = HeaderNames.create("traceparent");
  private static final HeaderName STATE = HeaderNames.create("tracestate");
  private static final int PERCENT = 100;

  private final TelemetryConfig config;
  private final GatewayMeters meters;
  private final InstantSource clock;
  private final GenAiMeters genAi = new GenAiMeters();
  private final Exporter exporter;

  /**
   * Creates the telemetry.
   *
   * @param meters the meters to send in addition to those of the conventions
   * @param clock the time of spans and readings
   */
  public Telemetry(TelemetryConfig config, GatewayMeters meters, InstantSource clock) {
    this.config = config;
    this.meters = meters;
    this.clock = clock;
    this.exporter =
        new Exporter(
            config,
            new Otlp(resource(config), version()),
            this::readings,
            meters.telemetry(),
            this::nowNanos);
  }

  private static String version() {
    var descriptor = Telemetry.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }

  private static Map<String, String> resource(TelemetryConfig config) {
    var all = new LinkedHashMap<String, String>();
    all.put("service.version", version());
    all.put("service.instance.id", UUID.randomUUID().toString());
    all.putAll(config.environment().resource());
    all.put("service.name", config.serviceName());
    return all;
  }

  private List<MeterReading> readings() {
    var all = new ArrayList<>(genAi.readings());
    all.addAll(meters.readings());
    return all;
  }

  private long nowNanos() {
    var now = clock.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Starts to send. */
  public void start() {
    exporter.start();
  }

  @Override
  public Observed began(String id, ServerRequestHeaders headers) {
    return new RequestTrace(this, config.traces() ? trace(headers) : null, id, nowNanos());
  }

  private TraceContext trace(ServerRequestHeaders headers) {
    if (headers.contains(PARENT)) {
      var state = headers.contains(STATE) ? headers.get(STATE).values() : "";
      var given = TraceContext.of(headers.get(PARENT).values(), state);
      if (given.isPresent()) {
        return given.get();
      }
    }
    int drawn = ThreadLocalRandom.current().nextInt(PERCENT);
    return TraceContext.begin(drawn < config.samplePercent());
  }

  void keep(Span span) {
    exporter.add(span);
  }

  void record(Meter meter, Map<String, String> attributes, double value) {
    genAi.record(meter, attributes, value);
  }

  String labelOf(String model) {
    return meters.labelOf(model);
  }

  /** Sends the rest within two seconds, and stops. */
  @Override
  public void close() {
    exporter.close();
  }
}
