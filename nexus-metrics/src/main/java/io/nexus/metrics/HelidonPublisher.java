package io.nexus.metrics;

import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Publishes the series to a registry of Helidon Metrics, for its publishers or an application's
 * endpoint. Helidon's meters read these series on demand, so nothing is counted twice and recording
 * costs no more.
 *
 * <p>Helidon counts whole numbers, so amounts of dollars or seconds are gauges there. Of
 * histograms, count and sum are published; the buckets are on the page only ({@link LongHistogram}
 * explains why).
 */
final class HelidonPublisher {
  private final MeterRegistry registry;
  private final IdentityHashMap<Series, List<Meter>> added = new IdentityHashMap<>();

  HelidonPublisher(MeterRegistry registry) {
    this.registry = registry;
  }

  void add(Series series) {
    switch (series) {
      case Series.Count count when count.name().inNanos() ->
          gauge(count, "", () -> count.adder().sum() / PageWriter.NANOS);
      case Series.Count count -> counter(count, "", count.adder());
      case Series.Reading reading -> gauge(reading, "", reading::value);
      case Series.Distribution distribution -> {
        var histogram = distribution.histogram();
        gauge(distribution, "_count", () -> (double) histogram.count());
        gauge(distribution, "_sum", () -> histogram.sum() / PageWriter.NANOS);
      }
    }
  }

  void remove(Series series) {
    var meters = added.remove(series);
    if (meters != null) {
      meters.forEach(registry::remove);
    }
  }

  void removeAll() {
    added.values().stream().flatMap(List::stream).forEach(registry::remove);
    added.clear();
  }

  private void add(Series series, Meter meter) {
    added.computeIfAbsent(series, _ -> new ArrayList<>()).add(meter);
  }

  private void counter(Series series, String suffix, LongAdder adder) {
    var name = series.name();
    add(
        series,
        registry.getOrCreate(
            FunctionalCounter.builder(name.text() + suffix, adder, LongAdder::sum)
                .description(name.help())
                .tags(tags(series))));
  }

  private void gauge(Series series, String suffix, Supplier<Double> value) {
    var name = series.name();
    add(
        series,
        registry.getOrCreate(
            Gauge.builder(name.text() + suffix, value)
                .description(name.help())
                .tags(tags(series))));
  }

  private static List<Tag> tags(Series series) {
    var names = series.name().labels();
    var tags = new ArrayList<Tag>(names.size());
    for (int i = 0; i < names.size(); i++) {
      tags.add(Tag.create(names.get(i), series.labels().get(i)));
    }
    return tags;
  }
}
