package io.nexus.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** A collector of OpenTelemetry, which reads messages as OpenTelemetry's own classes do. */
final class OtlpCollector implements AutoCloseable {

  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Upstream upstream = Upstream.start(_ -> UpstreamReply.refuse(200, ""));

  OtlpCollector() throws IOException {}

  String url() {
    return upstream.url().replaceFirst("/v1$", "");
  }

  List<UpstreamRequest> messages() {
    return upstream.requests();
  }

  /** The spans received, once there is at least this number. */
  List<Span> awaitSpans(int least) throws Exception {
    return await(
        () -> {
          var spans = new ArrayList<Span>();
          for (var message : of("/v1/traces")) {
            for (var resource :
                ExportTraceServiceRequest.parseFrom(message).getResourceSpansList()) {
              resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
            }
          }
          return spans.size() >= least ? spans : List.<Span>of();
        });
  }

  /** The resource attributes of the sender. */
  Resource resource() throws InvalidProtocolBufferException {
    return ExportTraceServiceRequest.parseFrom(of("/v1/traces").getFirst())
        .getResourceSpans(0)
        .getResource();
  }

  /** The last state of the metric of that name, once it has come. */
  Metric awaitMetric(String name) throws Exception {
    return await(
            () -> {
              var found = new ArrayList<Metric>();
              for (var message : of("/v1/metrics")) {
                var request = ExportMetricsServiceRequest.parseFrom(message);
                request
                    .getResourceMetrics(0)
                    .getScopeMetrics(0)
                    .getMetricsList()
                    .forEach(
                        metric -> {
                          if (metric.getName().equals(name)) {
                            found.add(metric);
                          }
                        });
              }
              return found;
            })
        .getLast();
  }

  private List<byte[]> of(String path) {
    return messages().stream()
        .filter(message -> message.path().endsWith(path))
        .map(UpstreamRequest::body)
        .toList();
  }

  private static <T> List<T> await(Callable<List<T>> source) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    var found = source.call();
    while (found.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come");
      }
      Thread.sleep(20);
      found = source.call();
    }
    return found;
  }

  /** Attributes as texts. */
  static Map<String, String> texts(List<KeyValue> attributes) {
    var texts = new TreeMap<String, String>();
    attributes.forEach(each -> texts.put(each.getKey(), text(each.getValue())));
    return texts;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(OtlpCollector::text)
              .toList()
              .toString();
      default -> throw new AssertionError(value.toString());
    };
  }

  static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Override
  public void close() throws IOException {
    upstream.close();
  }
}
