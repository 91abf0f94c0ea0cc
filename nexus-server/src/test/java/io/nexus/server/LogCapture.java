package io.nexus.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * All that is logged while it is open, down to the finest of Nexus's own, as an operator reads it.
 */
final class LogCapture extends Handler implements AutoCloseable {

  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger OWN = Logger.getLogger("io.nexus");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Level before = OWN.getLevel() == null ? Level.INFO : OWN.getLevel();

  private LogCapture() {
    setLevel(Level.ALL);
    OWN.setLevel(Level.ALL);
    ROOT.addHandler(this);
  }

  static LogCapture open() {
    return new LogCapture();
  }

  @Override
  public void publish(LogRecord entry) {
    StringWriter text = new StringWriter();
    text.append(entry.getLevel().getName()).append(' ');
    text.append(new SimpleFormatter().formatMessage(entry));
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(new PrintWriter(text));
    }
    lines.add(text.toString());
  }

  /** Each entry, its level first, with the trace of what was thrown. */
  List<String> lines() {
    return lines;
  }

  String text() {
    return String.join("\n", lines);
  }

  /** How many entries have that text. */
  long count(String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
    OWN.setLevel(before);
  }
}
