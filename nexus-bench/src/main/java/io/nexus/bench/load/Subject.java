package io.nexus.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is put under load.
 *
 * @param name as the report shows it
 * @param port of this machine
 * @param process whose processor time and memory are accounted, with all that it has started; empty
 *     for what is not
 */
record Subject(String name, int port, Optional<ProcessHandle> process) {

  /** The mock upstream itself, what the others are compared with. */
  static final String DIRECT = "direct";

  /** What the kernel has counted; {@link ProcessSample#NONE} for a subject without a process. */
  ProcessSample sample() throws IOException {
    return ProcessSample.of(processes());
  }

  /** The process and all that it has started, which reads about every process of the machine. */
  List<ProcessHandle> processes() {
    return process.stream()
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .toList();
  }
}
