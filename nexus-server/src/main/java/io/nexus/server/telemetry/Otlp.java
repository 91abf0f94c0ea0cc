package io.nexus.server.telemetry;

import io.nexus.metrics.MeterReading;
import io.nexus.metrics.MeterReading.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spans and meters as messages of OTLP 1.x. The numbers are those of its fields.
 *
 * @see <a href="https://github.com/open-telemetry/opentelemetry-proto">opentelemetry-proto</a>
 */
final class Otlp {

  private static final String SCOPE = "io.nexus";
  private static final int CUMULATIVE = 2;
  private static final int ERROR = 2;
  private static final int SAMPLED = 1;

  private final byte[] resource;
  private final byte[] scope;

  /** Creates messages with the gateway's attributes. */
  Otlp(Map<String, String> attributes, String version) {
    var about = new ProtoWriter();
    attributes.forEach((key, value) -> attribute(about, 1, key, value));
    resource = about.toByteArray();
    scope = new ProtoWriter().text(1, SCOPE).text(2, version).toByteArray();
  }

  /** An {@code ExportTraceServiceRequest}. */
  byte[] traces(List<Span> spans) {
    var out = new ProtoWriter();
    out.message(
        1,
        resourceSpans ->
            resourceSpans
                .raw(1, resource)
                .message(
                    2,
                    scopeSpans -> {
                      scopeSpans.raw(1, scope);
                      spans.forEach(span -> scopeSpans.message(2, to -> write(to, span)));
                    }));
    return out.toByteArray();
  }

  private static void write(ProtoWriter out, Span span) {
    var trace = span.trace();
    out.raw(1, hex(trace.traceId())).raw(2, hex(span.id())).text(3, trace.state());
    if (!span.parentId().isEmpty()) {
      out.raw(4, hex(span.parentId()));
    }
    out.text(5, span.name())
        .number(6, span.kind().number())
        .fixed64(7, span.startNanos())
        .fixed64(8, span.endNanos());
    span.attributes().forEach((key, value) -> attribute(out, 9, key, value));
    if (!span.error().isEmpty()) {
      out.message(15, status -> status.text(2, span.error()).number(3, ERROR));
    }
    out.fixed32(16, SAMPLED);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static void attribute(ProtoWriter out, int field, String key, Object value) {
    out.message(field, pair -> pair.text(1, key).message(2, any -> write(any, value)));
  }

  private static void write(ProtoWriter any, Object value) {
    switch (value) {
      case String text -> any.text(1, text);
      case Boolean flag -> any.number(2, flag ? 1 : 0);
      case Long number -> any.number(3, number);
      case Integer number -> any.number(3, number);
      case Double number -> any.real(4, number);
      case List<?> list ->
          any.message(5, array -> list.forEach(each -> array.message(1, to -> write(to, each))));
      default -> any.text(1, value.toString());
    }
  }

  /**
   * An {@code ExportMetricsServiceRequest}.
   *
   * @param startNanos the start of the sums, in nanoseconds of the epoch
   * @param nowNanos when the readings were taken
   */
  byte[] metrics(List<MeterReading> readings, long startNanos, long nowNanos) {
    var byName = new LinkedHashMap<String, List<MeterReading>>();
    for (var reading : readings) {
      if (!isNaN(reading.value())) {
        byName.computeIfAbsent(reading.name(), _ -> new ArrayList<>()).add(reading);
      }
    }
    var out = new ProtoWriter();
    out.message(
        1,
        resourceMetrics ->
            resourceMetrics
                .raw(1, resource)
                .message(
                    2,
                    scopeMetrics -> {
                      scopeMetrics.raw(1, scope);
                      byName
                          .values()
                          .forEach(
                              series ->
                                  scopeMetrics.message(
                                      2, to -> metric(to, series, startNanos, nowNanos)));
                    }));
    return out.toByteArray();
  }

  private static boolean isNaN(Value value) {
    return value instanceof Value.Level(var level) && Double.isNaN(level);
  }

  private static void metric(ProtoWriter out, List<MeterReading> series, long start, long now) {
    var first = series.getFirst();
    out.text(1, first.name()).text(2, first.help()).text(3, unit(first.name()));
    switch (first.value()) {
      case Value.Level _ ->
          out.message(
              5, gauge -> series.forEach(one -> gauge.message(1, to -> point(to, one, 0, now))));
      case Value.Total _ ->
          out.message(
              7,
              sum -> {
                series.forEach(one -> sum.message(1, to -> point(to, one, start, now)));
                sum.number(2, CUMULATIVE).number(3, 1);
              });
      case Value.Distribution _ ->
          out.message(
              9,
              histogram -> {
                series.forEach(one -> histogram.message(1, to -> point(to, one, start, now)));
                histogram.number(2, CUMULATIVE);
              });
    }
  }

  private static String unit(String name) {
    var unit = GenAiMeters.unitOf(name);
    if (!unit.isEmpty()) {
      return unit;
    }
    var stem =
        name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
    if (stem.endsWith("_seconds")) {
      return "s";
    }
    return stem.endsWith("_usd") ? "{USD}" : stem.endsWith("_bytes") ? "By" : "";
  }

  private static void point(ProtoWriter out, MeterReading one, long start, long now) {
    if (start != 0) {
      out.fixed64(2, start);
    }
    out.fixed64(3, now);
    int attributes =
        switch (one.value()) {
          case Value.Level(var level) -> {
            out.real(4, level);
            yield 7;
          }
          case Value.Total(var sum) -> {
            out.real(4, sum);
            yield 7;
          }
          case Value.Distribution(var bounds, var counts, var sum) -> {
            out.fixed64(4, Arrays.stream(counts).sum())
                .real(5, sum)
                .packed(6, counts)
                .packed(7, bounds);
            yield 9;
          }
        };
    for (int i = 0; i < one.labels().size(); i++) {
      attribute(out, attributes, one.labelNames().get(i), one.labels().get(i));
    }
  }
}
