package io.nexus.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine on which the figures were measured.
 *
 * @param processor the model's name as the kernel gives it
 * @param processors how many the JVM may use
 * @param system operating system and version
 * @param java the running JVM
 * @param loadAverage the average number of runnable processes over the last minute before the
 *     measurement; negative if not known
 */
public record Machine(
    String processor, int processors, String system, String java, double loadAverage) {

  /** The largest load of an idle machine. */
  private static final double QUIET = 0.7;

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The machine and JVM that this runs on. */
  public static Machine here() {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processorName() {
    try (var lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException _) {
      return System.getProperty("os.arch");
    }
  }

  /** A line about the machine, and a warning if it is too busy for reliable figures. */
  @Override
  public String toString() {
    var line = processors + " x " + processor + ", " + system + ", Java " + java;
    return loadAverage <= QUIET
        ? line
        : line
            + "%nthe machine is busy (load average %s): percentiles will be too high"
                .formatted(Quantity.digits(loadAverage));
  }
}
