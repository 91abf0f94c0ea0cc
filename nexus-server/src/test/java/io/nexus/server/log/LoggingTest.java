package io.nexus.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process that ends. */
@Timeout(60)
class LoggingTest {

  @TempDir Path folder;

  /**
   * The process. What it says while the platform closes its logging is said when that flushes, or
   * at the end if it does not; and the platform closes it once more as the process ends.
   */
  public static void main(String[] args) {
    Logging.configure();
    var log = System.getLogger("io.nexus");
    var flushed = new AtomicBoolean();
    System.setErr(
        new PrintStream(System.err) {
          @Override
          public void flush() {
            if (flushed.compareAndSet(false, true)) {
              log.log(Level.INFO, "in the middle");
            }
            super.flush();
          }
        });
    LogManager.getLogManager().reset();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> log.log(Level.INFO, "at the end")));
    System.getLogger("io.helidon").log(Level.INFO, "goodbye");
    System.exit(0);
  }

  @Test
  void log_processEnds_losesNothingAndKeepsLevels() throws Exception {
    var written = folder.resolve("log");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = place(Logging.class) + File.pathSeparator + place(LoggingTest.class);
    var process =
        new ProcessBuilder(java, "-cp", classes, LoggingTest.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(written.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    var text = Files.readString(written);
    var said = text.lines().map(line -> line.replaceAll("^\\S+Z INFO ", "")).sorted().toList();
    assertEquals(List.of("at the end", "in the middle"), said, text);
  }

  private static String place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
