package io.nexus.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The log: one line an event, to standard error. */
final class Logging {

  private static final String FORMAT =
      """
      .level=INFO
      java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n
      io.helidon.level=WARNING
      org.apache.hc.level=OFF
      """;

  private static final String HELIDON = "io.helidon";
  private static final int QUIET = Level.INFO.intValue();

  private Logging() {}

  /** Sets it up, unless the operator names a file of the platform's own. */
  static void configure() {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    try {
      LogManager.getLogManager()
          .readConfiguration(new ByteArrayInputStream(FORMAT.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array cannot fail to be read", e);
    }
    Logger.getLogger("").addHandler(new StayingHandler());
  }

  /**
   * Writes to standard error until the very end: the platform closes all handlers as soon as the
   * process is told to stop, while requests still come to their end. It forgets the levels then,
   * too, and Helidon has much to say at its end.
   */
  private static final class StayingHandler extends ConsoleHandler {

    StayingHandler() {
      setLevel(Level.ALL);
      setFormatter(new SimpleFormatter());
      setFilter(
          each -> each.getLevel().intValue() > QUIET || !each.getLoggerName().startsWith(HELIDON));
    }

    @Override
    public synchronized void close() {
      flush();
      Logger.getLogger("").addHandler(this);
    }
  }
}
