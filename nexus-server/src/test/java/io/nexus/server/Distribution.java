package io.nexus.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The distribution that the build has made, unpacked once for all tests of this process. */
final class Distribution {

  private Distribution() {}

  /** Made at the first use, and removed at the end. */
  private static final class Unpacked {
    static final Path HOME = unpack();

    private static Path unpack() {
      var archive = Path.of(System.getProperty("nexus.distribution"));
      try {
        var folder = Files.createTempDirectory("nexus-distribution");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
        run("tar", "-xzf", archive.toString(), "-C", folder.toString());
        var home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
        // The first start would do this within its deadline.
        run(home.resolve("nexus").toString(), "cache");
        return home;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void run(String... command) throws IOException {
      var builder = new ProcessBuilder(command).inheritIO();
      builder.environment().put("NEXUS_JAVA_HOME", System.getProperty("java.home"));
      int exit = builder.start().onExit().join().exitValue();
      if (exit != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + exit);
      }
    }

    private static void remove(Path folder) {
      try (var all = Files.walk(folder)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The folder that has the launcher. */
  static Path home() {
    return Unpacked.HOME;
  }
}
