package io.nexus.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The process and its JVM, under the names of Prometheus's client libraries. Values are read at the
 * scrape, so that the start does not load the management beans.
 *
 * @see <a
 *     href="https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics">process
 *     metrics</a>
 */
final class ProcessMeters {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final int KIBIBYTE = 1024;
  private static final double MILLIS = 1e3;

  private ProcessMeters() {}

  static void observe(MeterTable table) {
    var process = ProcessHandle.current();
    table.reading(
        MeterName.PROCESS_CPU,
        () -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / PageWriter.NANOS);
    table.reading(
        MeterName.PROCESS_START_TIME,
        () -> process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli() / MILLIS);
    if (Files.isReadable(STATUS)) {
      table.reading(MeterName.PROCESS_RESIDENT_MEMORY, ProcessMeters::residentBytes);
    }
    table.reading(
        MeterName.JVM_MEMORY_USED,
        () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        "heap");
    table.reading(
        MeterName.JVM_MEMORY_USED,
        () -> ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed(),
        "nonheap");
    table.reading(
        MeterName.JVM_THREADS, () -> ManagementFactory.getThreadMXBean().getThreadCount());
  }

  /** Linux reports it in a line such as {@code VmRSS: 81920 kB}, where kB means 1,024 bytes. */
  private static double residentBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.substring(RESIDENT.length()).strip().split(" ", 2)[0])
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIBIBYTE)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(STATUS + " has no line " + RESIDENT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
