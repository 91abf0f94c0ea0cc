package io.nexus.server.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/** A span of a trace, running or ended. Not for concurrent use. */
final class Span {

  /** The kinds used here, with their protocol numbers. */
  enum Kind {
    SERVER(2),
    CLIENT(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  private final TraceContext trace;
  private final String id = TraceContext.newId();
  private final String parentId;
  private final Kind kind;
  private final long startNanos;

  /** Values are texts, lists of texts, whole numbers, numbers and truth values. */
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  private String name = "";
  private String error = "";
  private long endNanos;

  /**
   * Starts a span.
   *
   * @param startNanos in nanoseconds of the epoch
   */
  Span(TraceContext trace, String parentId, Kind kind, long startNanos) {
    this.trace = trace;
    this.parentId = parentId;
    this.kind = kind;
    this.startNanos = startNanos;
  }

  void name(String text) {
    name = text;
  }

  /** Sets an attribute, unless it is an empty text. */
  void set(String key, Object value) {
    if (!value.equals("")) {
      attributes.put(key, value);
    }
  }

  void fail(String what) {
    error = what;
  }

  void end(long atNanos) {
    endNanos = Math.max(atNanos, startNanos);
  }

  TraceContext trace() {
    return trace;
  }

  String id() {
    return id;
  }

  String parentId() {
    return parentId;
  }

  Kind kind() {
    return kind;
  }

  String name() {
    return name;
  }

  long startNanos() {
    return startNanos;
  }

  long endNanos() {
    return endNanos;
  }

  Map<String, Object> attributes() {
    return attributes;
  }

  /** Why it failed; empty if it did not. */
  String error() {
    return error;
  }
}
