package io.nexus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the figures were measured; none means much without it.
 *
 * @param processor the model's name as the kernel gives it
 * @param processors how many the JVM may use
 * @param system operating system and version
 * @param java the running JVM
 */
public record Machine(String processor, int processors, String system, String java) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The machine and JVM that this runs on. */
  public static Machine here() {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version());
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

  /** One line. */
  @Override
  public String toString() {
    return processors + " x " + processor + ", " + system + ", Java " + java;
  }
}
