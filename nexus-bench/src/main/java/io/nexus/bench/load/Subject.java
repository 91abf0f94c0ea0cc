package io.nexus.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server under load.
 *
 * @param name as the report shows it
 * @param port of this machine
 * @param process the process whose processor time and memory, with its descendants, are measured;
 *     empty if none
 */
record Subject(String name, int port, Optional<ProcessHandle> process) {

  /** The mock upstream itself, the reference for the others. */
  static final String DIRECT = "direct";

  /** The kernel's counters; {@link ProcessSample#NONE} for a subject without a process. */
  ProcessSample sample() throws IOException {
    return ProcessSample.of(processes());
  }

  /** The process and its descendants. Reads the list of all processes of the machine. */
  List<ProcessHandle> processes() {
    return process.stream()
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .toList();
  }
}
