package io.nexus.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * OpenTelemetry's variables, which supply omitted keys.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OTLP exporters</a>
 */
final class TelemetryEnvironment {

  private static final String OTLP = "OTEL_EXPORTER_OTLP_";
  private static final String ENDPOINT = OTLP + "ENDPOINT";
  private static final String HEADERS = OTLP + "HEADERS";
  private static final String PROTOCOL = OTLP + "PROTOCOL";

  private final TableReader in;
  private final Map<String, String> environment;
  private final boolean enabled;

  TelemetryEnvironment(TableReader in, boolean enabled) {
    this.in = in;
    this.environment = in.environment();
    this.enabled = enabled;
  }

  /** Whether the environment disables the export. */
  static boolean isOff(Map<String, String> environment) {
    return "true".equalsIgnoreCase(environment.get("OTEL_SDK_DISABLED"));
  }

  URI endpoint(URI otherwise) {
    return address(ENDPOINT).orElse(otherwise);
  }

  String text(String variable, String otherwise) {
    return value(variable).orElse(otherwise);
  }

  /** Whether the environment leaves the export of a signal enabled. */
  boolean exports(String signal) {
    return !text("OTEL_" + signal + "_EXPORTER", "otlp").equals("none");
  }

  /** The values from variables, with headers from the file's reference if given. */
  TelemetryConfig.FromEnvironment rest(Optional<Secret> headers) {
    value(PROTOCOL)
        .filter(protocol -> enabled && !protocol.equals("http/protobuf"))
        .ifPresent(
            protocol ->
                in.notice(
                    "enabled", PROTOCOL + " is not http/protobuf, the only supported protocol"));
    return new TelemetryConfig.FromEnvironment(
        address(OTLP + "TRACES_ENDPOINT"),
        address(OTLP + "METRICS_ENDPOINT"),
        headers.or(() -> value(HEADERS).map(_ -> Secret.inEnvironment(HEADERS, environment))),
        pairs(text("OTEL_RESOURCE_ATTRIBUTES", "")));
  }

  private Optional<URI> address(String variable) {
    return value(variable)
        .flatMap(
            text ->
                switch (Addresses.parseSecretWeb(text)) {
                  case Parsed.Ok<URI>(var uri) -> Optional.of(uri);
                  case Parsed.Wrong<URI>(var wrong) -> {
                    if (enabled) {
                      in.problem(
                          "endpoint",
                          "the address in " + variable + " " + wrong,
                          "give an address such as \"http://localhost:4318\"");
                    }
                    yield Optional.empty();
                  }
                });
  }

  private Optional<String> value(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(s -> !s.isEmpty());
  }

  /** Names and values, {@code a=1,b=2}, in the spelling of W3C's baggage. */
  static Map<String, String> pairs(String list) {
    var pairs = new LinkedHashMap<String, String>();
    for (var pair : list.split(",", -1)) {
      int end = pair.indexOf('=');
      if (end > 0) {
        pairs.put(pair.substring(0, end).strip(), decoded(pair.substring(end + 1).strip()));
      }
    }
    return pairs;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }
}
