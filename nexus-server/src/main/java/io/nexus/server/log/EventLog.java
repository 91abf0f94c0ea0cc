package io.nexus.server.log;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Logs events with fields: as JSON fields, or as {@code name=value} in a text log. */
public final class EventLog {

  private static final String PLAIN = "[A-Za-z0-9_.:/@+*-]+";

  private final Logger logger;

  /** Logs by that name. */
  public EventLog(String name) {
    this.logger = Logger.getLogger(name);
  }

  /**
   * Logs an event.
   *
   * @param what the event, one word
   * @param fields strings and numbers in order; empty strings are left out
   */
  public void log(String what, Map<String, Object> fields) {
    var event = new Event(what, fields);
    event.setLoggerName(logger.getName());
    logger.log(event);
  }

  /** An event for the log's formatters. */
  static final class Event extends LogRecord {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, Object> fields;

    Event(String what, Map<String, Object> fields) {
      super(Level.INFO, what);
      this.fields = fields;
    }

    Map<String, Object> fields() {
      return fields;
    }

    /**
     * The fields as text. Control characters are escaped, so that a client's text cannot end the
     * line.
     */
    String text() {
      return fields.entrySet().stream()
          .map(field -> field.getKey() + "=" + quoted(field.getValue().toString()))
          .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) {
      return value.matches(PLAIN) ? value : JsonLine.quoted(value);
    }
  }
}
