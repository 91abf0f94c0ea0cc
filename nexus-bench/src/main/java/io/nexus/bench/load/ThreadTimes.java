package io.nexus.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Processor time by the names of a process's threads, from {@code /proc} (proc(5)).
 *
 * @param micros in user and kernel mode since they started, in steps of 10 ms; summed by thread
 *     name, without ended threads. The kernel keeps 15 characters of a name
 */
record ThreadTimes(Map<String, Long> micros) {

  /** The live threads of a process. */
  static ThreadTimes of(long pid) throws IOException {
    var micros = new TreeMap<String, Long>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (var thread : threads.toList()) {
        add(thread.resolve("stat"), micros);
      }
    }
    return new ThreadTimes(micros);
  }

  private static void add(Path stat, Map<String, Long> micros) throws IOException {
    try {
      var text = Files.readString(stat);
      micros.merge(ProcessSample.command(text), ProcessSample.cpuMicros(text), Long::sum);
    } catch (NoSuchFileException _) {
      // It has ended since the folder was listed.
    }
  }

  /** The sum over the threads whose name matches. */
  long of(Predicate<String> name) {
    return micros.entrySet().stream()
        .filter(entry -> name.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
