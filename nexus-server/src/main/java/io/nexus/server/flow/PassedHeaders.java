package io.nexus.server.flow;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.http.PlainHeader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The headers that the gateway passes through. Only listed headers pass: clients' keys stay here,
 * and so do backends' internal headers.
 */
final class PassedHeaders {

  private static final Set<String> OF_CLIENTS =
      Set.of(
          "openai-beta",
          "openai-organization",
          "openai-project",
          "idempotency-key",
          "traceparent",
          "tracestate",
          "user-agent");
  private static final Set<String> OF_ONE_API = Set.of("anthropic-", "openai-", "x-stainless-");
  private static final String OF_SDKS = "x-stainless-";

  /** API versions and requested beta features. */
  private static final String OF_ANTHROPIC = "anthropic-";

  private static final Set<String> IDS =
      Set.of("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid");
  private static final String LIMITS = "x-ratelimit-";
  private static final List<String> ANTHROPIC_LIMITS =
      List.of("anthropic-ratelimit-", "anthropic-priority-", "anthropic-fast-");
  private static final HeaderName UPSTREAM_ID = HeaderNames.create("X-Upstream-Request-Id");

  private PassedHeaders() {}

  /** Those of a client's request. */
  static Map<String, String> of(ServerRequestHeaders headers) {
    Map<String, String> passed = null;
    for (var header : headers) {
      var name = header.headerName().lowerCase();
      if (OF_CLIENTS.contains(name) || name.startsWith(OF_SDKS) || name.startsWith(OF_ANTHROPIC)) {
        var value = header.values();
        if (PlainHeader.isPlain(value)) {
          passed = passed == null ? new LinkedHashMap<>() : passed;
          passed.put(header.headerName().defaultCase(), value);
        }
      }
    }
    return passed == null ? Map.of() : passed;
  }

  /** The headers with the same meaning in every API. */
  static Map<String, String> ofNoApi(Map<String, String> headers) {
    var left = new LinkedHashMap<>(headers);
    left.keySet().removeIf(name -> OF_ONE_API.stream().anyMatch(prefix -> begins(name, prefix)));
    return left;
  }

  /**
   * Copies the headers of a backend's answer to the client's.
   *
   * @param mask covers the backend's key
   */
  static void write(BackendReply reply, KeyMask mask, ServerResponseHeaders response) {
    reply.eachHeader(
        name -> isId(name) || isLimit(name),
        (name, value) -> {
          if (isId(name)) {
            response.setIfAbsent(HeaderValues.create(UPSTREAM_ID, mask.header(value)));
          } else {
            response.set(HeaderNames.create(name), mask.header(value));
          }
        });
  }

  private static boolean isLimit(String name) {
    return begins(name, LIMITS) || isAnthropicLimit(name);
  }

  /** A quick test for names of id headers, so that most need no look-up. */
  private static boolean isId(String name) {
    return name.regionMatches(true, name.length() - 2, "id", 0, 2)
        && IDS.contains(name.toLowerCase(Locale.ROOT));
  }

  private static boolean isAnthropicLimit(String name) {
    return begins(name, OF_ANTHROPIC)
        && ANTHROPIC_LIMITS.stream().anyMatch(prefix -> begins(name, prefix));
  }

  private static boolean begins(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
