package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetrySectionTest {

  private static final String ON = "[otel]\nenabled = true\n";

  private static TelemetryConfig telemetry(String toml, Map<String, String> environment) {
    return Example.loaded(toml, environment).config().telemetry();
  }

  @Test
  void read_fileIsSilent_variablesCount() {
    var telemetry =
        telemetry(
            ON,
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.example.com/base/",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://other:4318/v1/metrics",
                "OTEL_EXPORTER_OTLP_HEADERS", "api-key=hush%20hush,x=1",
                "OTEL_SERVICE_NAME", "llm",
                "OTEL_TRACES_EXPORTER", "otlp",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_RESOURCE_ATTRIBUTES", "a=b,c=d=e"));

    assertEquals(URI.create("https://otlp.example.com/base/v1/traces"), telemetry.tracesUrl());
    assertEquals(URI.create("http://other:4318/v1/metrics"), telemetry.metricsUrl());
    assertEquals(Map.of("api-key", "hush hush", "x", "1"), telemetry.allHeaders());
    assertEquals("llm", telemetry.serviceName());
    assertTrue(telemetry.traces());
    assertFalse(telemetry.metrics());
    assertEquals(Map.of("a", "b", "c", "d=e"), telemetry.environment().resource());
  }

  @Test
  void read_fileSpeaks_wins() {
    var telemetry =
        telemetry(
            ON + "endpoint = \"http://here:4318\"\nservice_name = \"mine\"\n",
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://there", "OTEL_SERVICE_NAME", "other"));

    assertEquals(URI.create("http://here:4318/v1/metrics"), telemetry.metricsUrl());
    assertEquals("mine", telemetry.serviceName());
  }

  @Test
  void read_variablesAlone_switchNothingOn_andOff() {
    var endpoint = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://there");
    assertFalse(telemetry("", endpoint).enabled());
    assertFalse(telemetry(ON, Map.of("OTEL_SDK_DISABLED", "true")).enabled());
    assertTrue(telemetry("", Map.of("NEXUS_OTEL__ENABLED", "true")).enabled());
    assertTrue(telemetry("[otel]\nendpoint = \"http://here\"\n", Map.of()).enabled());
    assertFalse(
        telemetry("[otel]\nendpoint = \"http://here\"\nenabled = false\n", Map.of()).enabled());
  }

  @Test
  void read_headersOfAVariable_goBeforeOpenTelemetrys() {
    var telemetry =
        telemetry(
            ON + "headers_env = \"COLLECTOR\"\n",
            Map.of("COLLECTOR", "api-key=a", "OTEL_EXPORTER_OTLP_HEADERS", "api-key=b"));
    assertEquals(Map.of("api-key", "a"), telemetry.allHeaders());
    var unset = Example.problems(ON + "headers_env = \"COLLECTOR\"\n", Map.of());
    assertTrue(unset.contains("otel.headers_env"), unset);
  }

  @Test
  void read_variableThatIsNoAddress_isTold() {
    var wrong = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317");
    var problems = Example.problems(ON, wrong);
    assertTrue(problems.contains("otel.endpoint"), problems);
    assertTrue(problems.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), problems);
    assertEquals("", Example.problems("", wrong));
  }
}
