/**
 * The gateway's meters by name, and the page that Prometheus reads.
 *
 * <p>{@link io.nexus.metrics.GatewayMeters} is the way in:
 *
 * {@snippet :
 * var meters = new GatewayMeters(configuredModels::contains);
 * meters.publishTo(MeterRegistry.create());
 *
 * BackendMeters openai = meters.backend("openai"); // once, not per request
 * openai.duration(elapsedNanos);
 *
 * String page = meters.page(PageFormat.forAccept(acceptHeader));
 * }
 */
@org.jspecify.annotations.NullMarked
module io.nexus.metrics {
  requires static org.jspecify;
  requires java.management;
  requires transitive io.helidon.metrics.api;
  requires transitive io.nexus.control;

  exports io.nexus.metrics;
}
