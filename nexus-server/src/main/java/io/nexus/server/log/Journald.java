package io.nexus.server.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Lines for systemd's journal, prefixed with their syslog priority, so that {@code journalctl -p
 * warning} works.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html">sd-daemon</a>
 */
final class Journald extends Formatter {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final int ERROR = 3;
  private static final int WARNING = 4;
  private static final int INFORMATION = 6;
  private static final int DEBUG = 7;

  private final Formatter lines;

  /** The same lines with their priorities. */
  Journald(Formatter lines) {
    this.lines = lines;
  }

  /**
   * Whether standard error goes to the journal: compares its device and inode with {@code
   * JOURNAL_STREAM}, which systemd sets.
   *
   * @param stream the variable's value; empty if not set
   */
  static boolean reads(String stream) {
    try {
      return stream.equals(
          Files.getAttribute(STANDARD_ERROR, "unix:dev")
              + ":"
              + Files.getAttribute(STANDARD_ERROR, "unix:ino"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String format(LogRecord each) {
    var mark = "<" + priority(each.getLevel()) + ">";
    return mark + lines.format(each).stripTrailing().replace("\n", "\n" + mark) + "\n";
  }

  private static int priority(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return ERROR;
    }
    if (value >= Level.WARNING.intValue()) {
      return WARNING;
    }
    return value >= Level.INFO.intValue() ? INFORMATION : DEBUG;
  }
}
