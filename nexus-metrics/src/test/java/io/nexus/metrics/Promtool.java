package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs Prometheus's {@code promtool}. A machine without it fails the test: none is skipped. */
final class Promtool {
  private Promtool() {}

  /**
   * The result of one run.
   *
   * @param exit its exit status
   * @param output standard output and error together
   */
  record Result(int exit, String output) {}

  static Result run(String stdin, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path input = Files.createTempFile("promtool", ".in");
    Path output = Files.createTempFile("promtool", ".out");
    try {
      Files.writeString(input, stdin);
      int exit = start(command, input, output).waitFor();
      return new Result(exit, Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(input);
      Files.delete(output);
    }
  }

  private static Process start(List<String> command, Path input, Path output) {
    try {
      return new ProcessBuilder(command)
          .redirectInput(input.toFile())
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException e) {
      return fail(
          "this test needs promtool on the PATH: apt-get install prometheus, or brew install"
              + " prometheus",
          e);
    }
  }
}
