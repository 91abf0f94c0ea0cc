package io.nexus.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A copy of the launcher in a folder of its own, and an environment without this machine's Java.
 */
final class LauncherBox {

  private static final List<String> TOOLS =
      List.of(
          "basename",
          "cat",
          "dirname",
          "find",
          "head",
          "ln",
          "ls",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "tail");

  final Path temp;
  final Path bin;
  final Path home;
  final Path root;
  final Map<String, String> environment = new HashMap<>();

  record Launched(int exit, String out, String err) {}

  LauncherBox(Path folder) throws IOException {
    // The real path: on some systems temporary folders are behind a link, which the launcher
    // follows.
    temp = folder.toRealPath();
    bin = Files.createDirectories(temp.resolve("bin"));
    home = Files.createDirectories(temp.resolve("home"));
    root = Files.createDirectories(temp.resolve("a clone"));
    for (String tool : TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      script(
          bin.resolve(tool),
          "exec %s \"$@\"".formatted(Files.exists(real) ? real : "/bin/" + tool));
    }
    Files.copy(Path.of("..", "nexus"), root.resolve("nexus"));
    executable(root.resolve("nexus"));
    environment.put("PATH", bin.toString());
    environment.put("HOME", home.toString());
    environment.put("NEXUS_SYSTEM_ROOT", temp.resolve("system").toString());
  }

  /** Makes it a packaged distribution: modules, no pom.xml. */
  void packaged() throws IOException {
    Files.createDirectories(root.resolve("modules"));
  }

  /** Makes it a clone with one source, a JDK 25 and a fake Maven. */
  void sources(String mavenBody) throws IOException {
    Files.createFile(root.resolve("pom.xml"));
    Path source = root.resolve("nexus-control/src/main/A.java");
    Files.createDirectories(source.getParent());
    Files.createFile(source);
    Files.createDirectories(root.resolve("deploy"));
    Files.createFile(root.resolve("deploy/LinkRuntime.java"));
    script(bin.resolve("mvn"), mavenBody);
    environment.put("JAVA_HOME", jdk(temp.resolve("25"), "25.0.1").toString());
  }

  /** A JDK whose java prints its version and home on request, else its home and arguments. */
  static Path jdk(Path at, String version) throws IOException {
    Path real = Files.createDirectories(at).toRealPath();
    Files.writeString(real.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    script(real.resolve("bin/javac"), "exit 1");
    script(
        real.resolve("bin/java"),
        """
        case "$*" in
          *-version)
            printf '    java.home = %%s\\nopenjdk version "%%s" 2025-10-21\\n' '%s' '%s' >&2
            exit 0 ;;
          *LinkRuntime.java*)
            for output in "$@"; do :; done
            mkdir -p "$output/bin" "$output/lib"
            : >"$output/lib/modules"
            ln -s '%s' "$output/bin/java"
            exit 0 ;;
          *-XX:AOTCacheOutput=*rehearse)
            for argument in "$@"; do
              case $argument in
                -XX:AOTCacheOutput=*) echo "$*" >"${argument#*=}" ;;
              esac
            done
            exit 0 ;;
        esac
        echo 'java: %s'
        printf '%%s|' "$@"
        echo
        case "$*" in *"Main serve"*) exit 7 ;; esac
        """
            .formatted(real, version, real.resolve("bin/java"), real));
    return real;
  }

  static void script(Path path, String body) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\n" + body + "\n");
    executable(path);
  }

  private static void executable(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs the launcher from its own folder. */
  Launched run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("nexus").toString()));
    command.addAll(List.of(arguments));
    return start(root, command.toArray(String[]::new));
  }

  Launched start(Path directory, String... command) throws IOException, InterruptedException {
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    return new Launched(exit, Files.readString(out), Files.readString(err));
  }
}
