package io.nexus.server.telemetry;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The position of a request in a trace.
 *
 * @param traceId 32 hexadecimal digits
 * @param parentId the parent span, 16 hexadecimal digits; empty if the trace begins here
 * @param state the trace state of other systems, passed on unchanged; may be empty
 * @param sampled whether its spans are recorded
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 */
record TraceContext(String traceId, String parentId, String state, boolean sampled) {

  private static final int SAMPLED = 1;
  private static final Pattern PARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
  private static final Pattern ZEROS = Pattern.compile("0+");

  /** Parses {@code traceparent} and {@code tracestate}; empty if they are malformed. */
  static Optional<TraceContext> of(String parent, String state) {
    var parts = PARENT.matcher(parent);
    if (!parts.matches()
        || parts.group(1).equals("ff")
        || (parts.group(1).equals("00") && parts.group(5) != null)
        || ZEROS.matcher(parts.group(2)).matches()
        || ZEROS.matcher(parts.group(3)).matches()) {
      return Optional.empty();
    }
    boolean sampled = (HexFormat.fromHexDigits(parts.group(4)) & SAMPLED) != 0;
    return Optional.of(new TraceContext(parts.group(2), parts.group(3), state, sampled));
  }

  /** A trace that begins here. */
  static TraceContext begin(boolean sampled) {
    return new TraceContext(newId() + newId(), "", "", sampled);
  }

  /** An id for a span. */
  static String newId() {
    long id = 0;
    while (id == 0) {
      id = ThreadLocalRandom.current().nextLong();
    }
    return HexFormat.of().toHexDigits(id);
  }

  /** The {@code traceparent} for calls from a span. */
  String parentFor(String spanId) {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }
}
