package io.nexus.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * @param key sent with each request; empty for none
 */
record Subject(String name, int port, Optional<ProcessHandle> process, String key) {

  /** The mock upstream itself, the reference for the others. */
  static final String DIRECT = "direct";

  /** A subject without keys. */
  Subject(String name, int port, Optional<ProcessHandle> process) {
    this(name, port, process, "");
  }

  /** The request with the key, if there is one. */
  byte[] withKey(byte[] request) {
    if (key.isEmpty()) {
      return request;
    }
    var text = new String(request, StandardCharsets.US_ASCII);
    int firstLine = text.indexOf("\r\n");
    return (text.substring(0, firstLine)
            + "\r\nAuthorization: Bearer "
            + key
            + text.substring(firstLine))
        .getBytes(StandardCharsets.US_ASCII);
  }

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
