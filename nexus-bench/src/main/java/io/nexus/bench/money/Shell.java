package io.nexus.bench.money;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs the user's commands. */
final class Shell {

  private Shell() {}

  /**
   * Runs one.
   *
   * @return what it printed
   * @throws IOException if it fails
   */
  static String run(String command, Map<String, String> environment)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException("'" + command + "' ended with " + exit);
    }
    return out.strip();
  }
}
