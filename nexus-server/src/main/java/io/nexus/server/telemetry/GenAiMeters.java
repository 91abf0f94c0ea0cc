package io.nexus.server.telemetry;

import io.nexus.metrics.MeterReading;
import io.nexus.metrics.MeterReading.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The histograms of the conventions for generative AI, with the recommended buckets. Their
 * attributes are bounded, since unknown models share one value. Safe for any number of threads.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/">Metrics</a>
 */
final class GenAiMeters {

  private static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
  };
  private static final double[] SECONDS = {
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
  };
  private static final double[] FIRST_TOKEN_SECONDS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
  };

  /** The meters. */
  enum Meter {
    TOKEN_USAGE(
        "gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", TOKENS),
    OPERATION_DURATION(
        "gen_ai.client.operation.duration",
        "s",
        "How long a backend took for an attempt, to the end of its answer.",
        SECONDS),
    REQUEST_DURATION(
        "gen_ai.server.request.duration",
        "s",
        "How long a request took, from its arrival to the end of its answer.",
        SECONDS),
    FIRST_TOKEN(
        "gen_ai.server.time_to_first_token",
        "s",
        "From a request's arrival to the beginning of the stream that answers it.",
        FIRST_TOKEN_SECONDS);

    private final String text;
    private final String unit;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // the array is never modified or published
    private final double[] bounds;

    Meter(String text, String unit, String help, double[] bounds) {
      this.text = text;
      this.unit = unit;
      this.help = help;
      this.bounds = bounds;
    }
  }

  private record Key(Meter meter, Map<String, String> attributes) {}

  private final ConcurrentMap<Key, Distribution> series = new ConcurrentHashMap<>();

  void record(Meter meter, Map<String, String> attributes, double value) {
    series
        .computeIfAbsent(
            new Key(meter, Map.copyOf(attributes)), key -> new Distribution(key.meter.bounds))
        .record(value);
  }

  /** The unit of a meter; empty for one that is not here. */
  static String unitOf(String name) {
    for (var meter : Meter.values()) {
      if (meter.text.equals(name)) {
        return meter.unit;
      }
    }
    return "";
  }

  /** The current values, grouped by meter. */
  List<MeterReading> readings() {
    var readings = new ArrayList<MeterReading>();
    for (var meter : Meter.values()) {
      series.forEach(
          (key, distribution) -> {
            if (key.meter == meter) {
              var attributes = new TreeMap<>(key.attributes);
              readings.add(
                  new MeterReading(
                      meter.text,
                      meter.help,
                      List.copyOf(attributes.keySet()),
                      List.copyOf(attributes.values()),
                      new Value.Distribution(
                          distribution.bounds(), distribution.counts(), distribution.sum())));
            }
          });
    }
    return readings;
  }
}
