package io.nexus.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The kernel's counters of some processes, from {@code /proc} (proc(5)).
 *
 * @param cpuMicros processor time in user and kernel mode since they started, in steps of 10 ms
 * @param residentBytes memory in RAM; shared pages count for each process
 * @param threads the number of threads
 */
record ProcessSample(long cpuMicros, long residentBytes, int threads) {

  /** No process. */
  static final ProcessSample NONE = new ProcessSample(0, 0, 0);

  /** From USER_HZ, which is 100 on every common architecture. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final long BYTES_PER_KB = 1_024;

  /** Of the fields that follow the command's name: utime and stime, 14 and 15 in proc(5). */
  private static final int UTIME = 11;

  private static final Path PROC = Path.of("/proc");

  /** Some processes together. */
  static ProcessSample of(List<ProcessHandle> processes) throws IOException {
    var all = NONE;
    for (var process : processes) {
      all = all.plus(of(process.pid()));
    }
    return all;
  }

  /** One process; {@link #NONE} if it has ended. */
  static ProcessSample of(long pid) throws IOException {
    var folder = PROC.resolve(Long.toString(pid));
    try {
      return parse(
          Files.readString(folder.resolve("stat")), Files.readString(folder.resolve("status")));
    } catch (NoSuchFileException _) {
      return NONE;
    }
  }

  /**
   * Reads the two files' text.
   *
   * @throws IOException if it is not what proc(5) describes
   */
  static ProcessSample parse(String stat, String status) throws IOException {
    try {
      return new ProcessSample(
          cpuMicros(stat),
          field(status, "VmRSS:") * BYTES_PER_KB,
          Math.toIntExact(field(status, "Threads:")));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("not a process's stat and status: " + stat, e);
    }
  }

  /** The processor time in a stat file, of a process or of one thread. */
  static long cpuMicros(String stat) {
    // The command's name is in parentheses and may itself contain spaces and parentheses.
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * MICROS_PER_TICK;
  }

  /** The command's name in a stat file: a thread's own if it has one. */
  static String command(String stat) {
    return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  }

  /** A number of the status file; 0 if absent, as the memory of a process that is ending. */
  private static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip().split(" ", 2)[0]))
        .findFirst()
        .orElse(0);
  }

  private ProcessSample plus(ProcessSample other) {
    return new ProcessSample(
        cpuMicros + other.cpuMicros, residentBytes + other.residentBytes, threads + other.threads);
  }
}
