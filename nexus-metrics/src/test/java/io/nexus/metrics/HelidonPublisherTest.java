package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsConfig;
import io.helidon.metrics.api.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelidonPublisherTest {
  private final MeterRegistry registry =
      MeterRegistry.create(MetricsConfig.builder().warnOnMultipleRegistries(false).build());

  @Test
  void publishTo_registry_showsWhatThereIsAndWhatComes() {
    try (var meters = FilledMeters.create()) {
      meters.publishTo(registry);
      meters.exclusions("tier").increment();
      meters.exclusions("tier").increment();

      assertEquals(
          2,
          registry
              .meter(
                  FunctionalCounter.class,
                  "nexus_reconciler_exclusions_total",
                  List.of(Tag.create("reconciler", "tier")))
              .orElseThrow()
              .count());
      var model = List.of(Tag.create("provider", "openai"), Tag.create("model", "gpt-4o"));
      assertEquals(0.000300001, gauge("nexus_spend_usd_total", model));
      assertEquals(25.5, gauge("nexus_budget_percent_used", List.of()));
      assertEquals(1.5, gauge("nexus_budget_queue_wait_seconds_sum", List.of()));
      assertEquals(1, gauge("nexus_budget_queue_wait_seconds_count", List.of()));
    }
  }

  @Test
  void close_published_takesTheMetersOut() {
    try (var meters = FilledMeters.create()) {
      meters.publishTo(registry);
      assertTrue(registry.gauge("nexus_budget_percent_used", List.of()).isPresent());
    }
    assertEquals(
        List.of(),
        registry.meters().stream()
            .map(meter -> meter.id().name())
            .filter(name -> name.startsWith("nexus_"))
            .toList());
  }

  private double gauge(String name, List<Tag> tags) {
    return registry.meter(Gauge.class, name, tags).orElseThrow().value().doubleValue();
  }
}
