package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Speech;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Traces and metrics of a launched gateway, at a collector that reads the real protocol. */
@Timeout(120)
class TelemetryIT {

  private static final String SECRET = "a text that belongs to nobody else";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String CONFIG =
      """
      [otel]
      enabled = true
      metric_interval_seconds = 1
      [otel.headers]
      X-Token_env = "TOKEN"
      [budget]
      monthly_limit = 0.01
      hard_limit_action = "reject"
      [[keys]]
      name = "ci"
      team = "research"
      key_env = "KEY"
      [routing.aliases]
      "gpt" = "m"
      """;

  @TempDir private Path temp;

  private static UpstreamReply answer(UpstreamRequest request) {
    var usage = UpstreamUsage.of(8, 500);
    return request.streaming()
        ? UpstreamReply.stream(request, List.of("a", "b"), usage)
        : UpstreamReply.chat(request, SECRET, usage);
  }

  private static int ask(LaunchedGateway gateway, String body, String... headers) throws Exception {
    var all = new ArrayList<>(List.of(headers));
    all.add("Authorization: Bearer nx-ci");
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body, all.toArray(String[]::new)).status();
    }
  }

  @Test
  void requests_leaveSpansAndMetrics_withoutTheirTexts() throws Exception {
    try (var collector = new OtlpCollector();
        var station =
            Station.of(temp, Upstream.start(TelemetryIT::answer))
                .with("KEY", "nx-ci")
                .with("TOKEN", "hush")
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
                .with("OTEL_SERVICE_NAME", "llm")
                .with("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,team=a%20b")) {
      var gateway = station.gateway("a", CONFIG);
      var body = Station.ask().replace("\"m\"", "\"gpt\"").replace("Hi", SECRET);
      assertEquals(
          200,
          ask(gateway, body, "traceparent: 00-" + TRACE + "-" + PARENT + "-01", "tracestate: a=b"));
      var first = collector.awaitSpans(2);
      assertSpans(first);
      var sent = station.upstream().chats().getFirst();
      assertEquals(
          "00-" + TRACE + "-" + OtlpCollector.hex(client(first).getSpanId()) + "-01",
          sent.header("traceparent").orElseThrow());
      assertEquals("a=b", sent.header("tracestate").orElseThrow());

      assertEquals(200, ask(gateway, body.replace("{\"model\"", "{\"stream\":true,\"model\"")));
      assertEquals(429, ask(gateway, body));
      var all = collector.awaitSpans(5);
      var refused = all.getLast();
      assertEquals(Span.SpanKind.SPAN_KIND_SERVER, refused.getKind());
      var told = OtlpCollector.texts(refused.getAttributesList());
      assertEquals("429", told.get("http.response.status_code"));
      assertEquals("insufficient_quota", told.get("error.type"));
      assertEquals("global", told.get("nexus.budget"));
      assertTrue(
          station.upstream().chats().getLast().header("traceparent").orElseThrow().endsWith("-01"));
      // A request whose client keeps no trace leaves none, and the trace goes on as it is.
      var unsampled = "00-" + TRACE + "-" + PARENT + "-00";
      assertEquals(404, ask(gateway, body.replace("gpt", "none"), "traceparent: " + unsampled));
      assertMetrics(collector);
      gateway.close();
      assertEquals(5, collector.awaitSpans(5).size());
      for (var message : collector.messages()) {
        assertEquals("hush", message.header("X-Token").orElseThrow());
        assertEquals("application/x-protobuf", message.header("Content-Type").orElseThrow());
        assertFalse(message.text().contains(SECRET) || message.text().contains("nx-ci"));
      }
      var resource = OtlpCollector.texts(collector.resource().getAttributesList());
      assertEquals("llm", resource.get("service.name"));
      assertEquals("test", resource.get("deployment.environment.name"));
      assertEquals("a b", resource.get("team"));
      assertFalse(gateway.log().contains("WARNING The collector"), gateway.log());
    }
  }

  /** Answers of both kinds in each API, and one that is translated, in the backend's words. */
  @Test
  void answers_leaveTheirFinishReasons() throws Exception {
    var body =
        "{\"model\":\"%s\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    var google = "/v1beta/models/g:";
    var choices = ",\"n\":2,\"max_tokens\":8,\"messages\"";
    try (var collector = new OtlpCollector();
        var station =
            Station.of(temp, Upstream.start(TelemetryIT::says))
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())) {
      var gateway = station.gateway("a", "[otel]\nenabled = true\n" + others(station));
      List<Asked> all =
          List.of(
              new Asked(Chats.PATH, body.formatted("m"), "[stop]"),
              new Asked(Chats.PATH, body.formatted("m").replace(":9,", ":5,"), "[length]"),
              new Asked(
                  Chats.PATH,
                  body.formatted("m").replace(",\"max_tokens\":9,\"messages\"", choices),
                  "[stop, tool_calls]"),
              new Asked(Responses.PATH, Responses.body("m"), "[completed]"),
              new Asked(
                  Responses.PATH,
                  Responses.body("m", "\"max_output_tokens\":16"),
                  "[max_output_tokens]"),
              new Asked(Messages.PATH, body.formatted("c"), "[end_turn]"),
              new Asked(Chats.PATH, body.formatted("c"), "[end_turn]"),
              new Asked(google + "generateContent", Gemini.ask(), "[STOP]"),
              new Asked(google + "generateContent", Gemini.ask(Gemini.limit(5)), "[MAX_TOKENS]"));
      int spans = 0;
      for (var asked : all) {
        for (var stream : List.of(false, true)) {
          try (var client = gateway.connect()) {
            var answer = client.post(asked.path(stream), asked.body(stream));
            assertEquals(200, answer.status(), answer.text());
          }
          spans += 2;
          var attempt = client(collector.awaitSpans(spans).subList(spans - 2, spans));
          assertEquals(
              asked.reasons(),
              OtlpCollector.texts(attempt.getAttributesList())
                  .get("gen_ai.response.finish_reasons"),
              () -> asked + (stream ? " as a stream" : ""));
        }
      }
    }
  }

  /** A request, and the reasons for which its choices end. */
  private record Asked(String of, String json, String reasons) {
    String path(boolean stream) {
      return stream ? of.replace(":generateContent", ":streamGenerateContent?alt=sse") : of;
    }

    String body(boolean stream) {
      return stream && !of.contains(":generate")
          ? json.substring(0, json.length() - 1) + ",\"stream\":true}"
          : json;
    }
  }

  /** A short answer, cut off if the request has a low limit; two choices if it asks for two. */
  private static UpstreamReply says(UpstreamRequest request) {
    var usage = UpstreamUsage.of(8, 2);
    var asked = request.json();
    if (asked.path("n").asInt() == 2) {
      var first = "{\"index\":0,\"%s\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}";
      var last = "{\"finish_reason\":\"tool_calls\",\"index\":1,\"%s\":{\"content\":\"b\"}}";
      var json = "{\"id\":\"1\",\"model\":\"m\",\"choices\":[%s]%s}";
      return request.streaming()
          ? UpstreamReply.events(
              List.of(
                  new Chunk(json.formatted(last.formatted("delta"), ""), 1),
                  new Chunk(json.formatted(first.formatted("delta"), ""), 1)),
              usage)
          : UpstreamReply.json(
              200,
              json.formatted(
                  first.formatted("message") + "," + last.formatted("message"),
                  ",\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2}"),
              usage);
    }
    boolean cut =
        asked.path("max_tokens").asInt() == 5
            || asked.path("max_output_tokens").asInt() == 16
            || asked.at("/generationConfig/maxOutputTokens").asInt() == 5;
    return Speech.of(List.of("a", "b"), cut, usage).to(request);
  }

  private static String others(Station station) {
    return """
    [[backends]]
    name = "claude"
    type = "anthropic"
    url = "%1$s"
    models = ["c"]
    [[backends]]
    name = "gemini"
    type = "google"
    url = "%1$s"
    models = ["g"]
    [[pricing]]
    model = "c"
    input = 0
    output = 10
    [[pricing]]
    model = "g"
    input = 0
    output = 10
    """
        .formatted(station.upstream().url());
  }

  private static Span client(List<Span> spans) {
    return spans.stream()
        .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT)
        .findFirst()
        .orElseThrow();
  }

  private static void assertSpans(List<Span> spans) {
    assertEquals(2, spans.size());
    var attempt = client(spans);
    var request = spans.getFirst().equals(attempt) ? spans.getLast() : spans.getFirst();
    assertEquals(TRACE, OtlpCollector.hex(request.getTraceId()));
    assertEquals(PARENT, OtlpCollector.hex(request.getParentSpanId()));
    assertEquals("a=b", request.getTraceState());
    assertEquals(Span.SpanKind.SPAN_KIND_SERVER, request.getKind());
    assertEquals("chat gpt", request.getName());
    var asked = OtlpCollector.texts(request.getAttributesList());
    assertEquals("ci", asked.get("nexus.key"));
    assertEquals("research", asked.get("nexus.team"));
    assertEquals("200", asked.get("http.response.status_code"));
    assertEquals(request.getSpanId(), attempt.getParentSpanId());
    assertEquals("chat m", attempt.getName());
    var told = OtlpCollector.texts(attempt.getAttributesList());
    assertEquals("chat", told.get("gen_ai.operation.name"));
    assertEquals("openai", told.get("gen_ai.provider.name"));
    assertEquals("openai", told.get("gen_ai.system"));
    assertEquals("gpt", told.get("gen_ai.request.model"));
    assertEquals("m", told.get("gen_ai.response.model"));
    assertEquals("8", told.get("gen_ai.usage.input_tokens"));
    assertEquals("500", told.get("gen_ai.usage.output_tokens"));
    assertEquals("0.005", told.get("nexus.cost.usd"));
    assertEquals("[global]", told.get("nexus.budgets"));
    assertEquals("cloud", told.get("nexus.backend"));
    assertEquals("completed", told.get("nexus.outcome"));
    assertEquals(StatusCode.STATUS_CODE_UNSET, attempt.getStatus().getCode());
    assertTrue(attempt.getStartTimeUnixNano() >= request.getStartTimeUnixNano());
    assertTrue(attempt.getEndTimeUnixNano() <= request.getEndTimeUnixNano());
  }

  private static void assertMetrics(OtlpCollector collector) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (count(collector.awaitMetric("gen_ai.server.request.duration")) < 4) {
      assertTrue(System.nanoTime() < end);
      Thread.sleep(50);
    }
    assertEquals(2, count(collector.awaitMetric("gen_ai.client.operation.duration")));
    assertEquals(1, count(collector.awaitMetric("gen_ai.server.time_to_first_token")));
    var tokens = collector.awaitMetric("gen_ai.client.token.usage");
    assertEquals("{token}", tokens.getUnit());
    var output =
        tokens.getHistogram().getDataPointsList().stream()
            .filter(
                point ->
                    "output"
                        .equals(
                            OtlpCollector.texts(point.getAttributesList())
                                .get("gen_ai.token.type")))
            .findFirst()
            .orElseThrow();
    assertEquals(1000, output.getSum());
    assertEquals(output.getExplicitBoundsCount() + 1, output.getBucketCountsCount());
    assertEquals(
        output.getCount(), output.getBucketCountsList().stream().mapToLong(Long::longValue).sum());
    var spend = collector.awaitMetric("nexus_spend_usd_total");
    assertTrue(spend.getSum().getIsMonotonic());
    assertEquals(0.01, spend.getSum().getDataPoints(0).getAsDouble());
    var limit = collector.awaitMetric("nexus_budget_limit_usd").getGauge().getDataPoints(0);
    assertEquals(0.01, limit.getAsDouble());
    assertEquals(1, count(collector.awaitMetric("nexus_time_to_first_token_seconds")));
  }

  private static long count(Metric metric) {
    return metric.getHistogram().getDataPointsList().stream()
        .mapToLong(HistogramDataPoint::getCount)
        .sum();
  }
}
