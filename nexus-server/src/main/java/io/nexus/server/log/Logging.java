package io.nexus.server.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log: one line for each event, to standard error. */
public final class Logging {

  private static final String LEVELS =
      """
      .level=INFO
      io.helidon.level=WARNING
      org.apache.hc.level=OFF
      """;

  private Logging() {}

  /**
   * Sets it up, unless the operator configures java.util.logging with a file. Must be called before
   * anything logs; if something else, such as an agent, logged first, the platform's manager stays.
   */
  public static void configure() {
    // Otherwise it would open every jar in search of one.
    System.setProperty("slf4j.provider", "org.slf4j.jul.JULServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "WARN");
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    var manager = LogManager.getLogManager();
    try {
      manager.readConfiguration(new ByteArrayInputStream(LEVELS.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array cannot fail to be read", e);
    }
    Logger.getLogger("").addHandler(new StandardError());
    if (manager instanceof LastingLogManager lasting) {
      lasting.keep();
    }
  }

  /** Writes JSON from now on, unless the operator has configured the log otherwise. */
  public static void useJson() {
    for (var handler : Logger.getLogger("").getHandlers()) {
      if (handler instanceof StandardError) {
        handler.setFormatter(marked(new JsonLine()));
      }
    }
  }

  private static Formatter marked(Formatter lines) {
    var stream = System.getenv("JOURNAL_STREAM");
    return stream != null && Journald.reads(stream) ? new Journald(lines) : lines;
  }

  private static final class StandardError extends Handler {

    StandardError() {
      setFormatter(marked(new Line()));
    }

    @Override
    public void publish(LogRecord each) {
      if (isLoggable(each)) {
        System.err.print(getFormatter().format(each));
        flush();
      }
    }

    @Override
    public void flush() {
      System.err.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }

  /**
   * Time in UTC, level, text, and the stack of what was thrown. The platform's formatter
   * initialises time zones and locales, which takes a tenth of a start.
   */
  private static final class Line extends Formatter {

    private static final int TO_MILLISECONDS = "2026-11-23T17:59:51.377".length();

    @Override
    public String format(LogRecord each) {
      var line = new StringWriter();
      line.append(time(each.getInstant())).append("Z ").append(each.getLevel().getName());
      line.append(' ').append(formatMessage(each));
      if (each instanceof EventLog.Event event) {
        line.append(' ').append(event.text());
      }
      line.append(System.lineSeparator());
      if (each.getThrown() != null) {
        each.getThrown().printStackTrace(new PrintWriter(line, true));
      }
      return line.toString();
    }

    /** To milliseconds; the odd last digit makes the text have all nine, of which three stay. */
    private static String time(Instant instant) {
      int nanos = instant.getNano() | 1;
      return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), nanos, ZoneOffset.UTC)
          .toString()
          .substring(0, TO_MILLISECONDS);
    }
  }
}
