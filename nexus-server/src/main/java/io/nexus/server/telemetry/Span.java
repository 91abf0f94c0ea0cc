package io.nexus.server.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/** A part of a trace, while it goes on and when it has ended. Not for concurrent use. */
final class Span {

  /** The kinds that there are here, with their numbers in the protocol. */
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
   * A span that begins.
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

  /** Notes something, unless it is an empty text. */
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
