package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Programs that use real clients from npm and PyPI. They are installed on first use, in the
 * versions that their sources name, and tell a line of JSON for each thing they did.
 *
 * @param sources where the programs stand, with {@code package-lock.json} and {@code
 *     requirements.txt}
 * @param folder where they are installed and run
 * @param temp where their output goes
 * @param environment their environment variables
 */
record ClientPrograms(Path sources, Path folder, Path temp, Map<String, String> environment) {

  /** Takes three seconds where pip takes 40. */
  private static final String INSTALLER = "uv==0.9.7";

  /** Runs a program of Node.js, and expects this number of successful operations. */
  void node(int operations, String... program) throws IOException, InterruptedException {
    install("package-lock.json", "npm", "ci", "--no-audit", "--no-fund");
    var command = new ArrayList<>(List.of("node"));
    command.addAll(List.of(program));
    assertServed(operations, command.toArray(String[]::new));
  }

  /** Runs a program of Python in the same way. */
  void python(int operations, String... program) throws IOException, InterruptedException {
    var python = folder.resolve("venv/bin/python").toString();
    copySources();
    if (!Files.exists(Path.of(python))) {
      run("python3", "-m", "venv", "venv");
      run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", INSTALLER);
    }
    install(
        "requirements.txt",
        folder.resolve("venv/bin/uv").toString(),
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "-r",
        "requirements.txt");
    var command = new ArrayList<>(List.of(python));
    command.addAll(List.of(program));
    assertServed(operations, command.toArray(String[]::new));
  }

  private void assertServed(int operations, String... command)
      throws IOException, InterruptedException {
    var lines = new ArrayList<JsonNode>();
    for (var line : run(command).lines().toList()) {
      if (line.startsWith("{\"client\"")) {
        lines.add(GatewayBox.parse(line));
      }
    }
    for (var line : lines) {
      assertTrue(line.path("ok").asBoolean(), line.toPrettyString());
    }
    assertEquals(operations, lines.size(), String.join(" ", command));
  }

  /** Installs clients unless those that the file names are there. */
  private void install(String file, String... command) throws IOException, InterruptedException {
    copySources();
    var installed = folder.resolve(file + ".installed");
    var wanted = Files.readAllBytes(sources.resolve(file));
    if (!Files.exists(installed) || !Arrays.equals(wanted, Files.readAllBytes(installed))) {
      run(command);
      Files.write(installed, wanted);
    }
  }

  private void copySources() throws IOException {
    Files.createDirectories(folder);
    for (var from : List.of(sources.resolveSibling("checks.mjs"), sources)) {
      if (Files.isDirectory(from)) {
        try (var files = Files.newDirectoryStream(from, "*.*")) {
          for (var file : files) {
            copy(file);
          }
        }
      } else if (Files.exists(from)) {
        copy(from);
      }
    }
  }

  private void copy(Path file) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  private String run(String... command) throws IOException, InterruptedException {
    var out = Files.createTempFile(temp, "client", ".out");
    var err = Files.createTempFile(temp, "client", ".err");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    var said = exit == 0 ? "" : Files.readString(out) + Files.readString(err);
    assertEquals(0, exit, () -> String.join(" ", command) + ":\n" + said);
    return Files.readString(out);
  }
}
