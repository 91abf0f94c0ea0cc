package io.nexus.server;

import java.util.Map;
import java.util.ResourceBundle;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Loggers that write to the platform's logging, like the platform's own. The platform would open
 * every jar in search of logger finders, which takes 50 ms at start; it stops when it has found
 * two.
 */
public class PlatformLoggers extends System.LoggerFinder {

  /** For the service loader. */
  public PlatformLoggers() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new PlatformLogger(Logger.getLogger(name));
  }

  /** A second finder, because the platform searches for a second one in order to reject it. */
  public static final class Second extends PlatformLoggers {

    /** For the service loader. */
    public Second() {}
  }

  private record PlatformLogger(Logger logger) implements System.Logger {

    private static final Map<Level, java.util.logging.Level> LEVELS =
        Map.of(
            Level.ALL, java.util.logging.Level.ALL,
            Level.TRACE, java.util.logging.Level.FINER,
            Level.DEBUG, java.util.logging.Level.FINE,
            Level.INFO, java.util.logging.Level.INFO,
            Level.WARNING, java.util.logging.Level.WARNING,
            Level.ERROR, java.util.logging.Level.SEVERE,
            Level.OFF, java.util.logging.Level.OFF);

    @Override
    public String getName() {
      return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
      return logger.isLoggable(LEVELS.get(level));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        var event = event(level, bundle, message);
        event.setThrown(thrown);
        logger.log(event);
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object... parameters) {
      if (isLoggable(level)) {
        var event = event(level, bundle, format);
        event.setParameters(parameters);
        logger.log(event);
      }
    }

    private LogRecord event(
        Level level, @Nullable ResourceBundle bundle, @Nullable String message) {
      var event = new LogRecord(LEVELS.get(level), message);
      event.setLoggerName(getName());
      event.setResourceBundle(bundle);
      // Otherwise the platform would report this class as the caller.
      event.setSourceClassName(getName());
      return event;
    }
  }
}
