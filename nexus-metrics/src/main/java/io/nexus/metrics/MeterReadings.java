package io.nexus.metrics;

import io.nexus.metrics.MeterReading.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads all values of a table, for an exporter. */
final class MeterReadings {

  private MeterReadings() {}

  static List<MeterReading> of(MeterTable table) {
    var readings = new ArrayList<MeterReading>();
    for (var name : MeterName.values()) {
      for (var series : table.family(name).values()) {
        readings.add(
            new MeterReading(
                name.text(), name.help(), name.labels(), series.labels(), value(series)));
      }
    }
    return readings;
  }

  private static Value value(Series series) {
    return switch (series) {
      case Series.Count count -> {
        long sum = count.adder().sum();
        yield new Value.Total(count.name().inNanos() ? sum / PageWriter.NANOS : sum);
      }
      case Series.Reading reading ->
          reading.name().kind() == MeterName.Kind.COUNTER
              ? new Value.Total(reading.value())
              : new Value.Level(reading.value());
      case Series.Distribution(var name, var _, var histogram) -> {
        double sum = histogram.sum() / PageWriter.NANOS;
        var counts = histogram.cumulative();
        for (int i = counts.length - 1; i > 0; i--) {
          counts[i] -= counts[i - 1];
        }
        var bounds =
            Arrays.stream(name.buckets().nanos())
                .mapToDouble(bound -> bound / PageWriter.NANOS)
                .toArray();
        yield new Value.Distribution(bounds, counts, sum);
      }
    };
  }
}
