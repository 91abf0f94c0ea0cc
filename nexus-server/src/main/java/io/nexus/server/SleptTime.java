package io.nexus.server;

import io.nexus.control.lease.MachineTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long the machine has been asleep since it started. {@link System#nanoTime} stops during
 * sleep; Linux's uptime does not.
 */
final class SleptTime {

  private static final Path UPTIME = Path.of("/proc/uptime");

  private SleptTime() {}

  /** In milliseconds, up to a constant; {@link MachineTime#UNKNOWN} on other systems. */
  static long millis() {
    try {
      var seconds = Files.readString(UPTIME).split(" ", 2)[0];
      long uptimeMillis = Long.parseLong(seconds.replace(".", "")) * 10;
      return uptimeMillis - System.nanoTime() / 1_000_000;
    } catch (IOException | NumberFormatException e) {
      return MachineTime.UNKNOWN;
    }
  }
}
