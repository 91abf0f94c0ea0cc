package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.ledger.jdbc.testing.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gives the packaged distribution its Java and runs it on a machine that has none. */
final class DistributionIT {

  private static final Path DEPLOY = Path.of("..", "deploy").toAbsolutePath().normalize();
  private static final String TOOLS_ONLY = "/usr/bin:/bin";

  @TempDir private Path temp;

  private record Ran(int exit, String out) {}

  @Test
  void distributionWithItsOwnJava_noOther_servesWithAndWithoutItsCache() throws Exception {
    var plain = Path.of(System.getProperty("nexus.distribution"));
    var archive = Files.copy(plain, temp.resolve(plain.getFileName()));
    var java = Map.of("JAVA_HOME", System.getProperty("java.home"), "PATH", TOOLS_ONLY);
    var packed = run(java, DEPLOY.resolve("package-runtime.sh").toString(), archive.toString());
    assertEquals(0, packed.exit(), packed.out());

    var none = Map.of("PATH", TOOLS_ONLY);
    var own = packed.out().strip();
    assertEquals(0, run(none, "tar", "-xzf", own, "-C", temp.toString()).exit());
    var home = temp.resolve(plain.getFileName().toString().replace(".tar.gz", ""));
    var listed = run(none, home.resolve("runtime/bin/java").toString(), "--list-modules").out();
    var modules = listed.lines().map(line -> line.split("[ @]", 2)[0]).toList();
    assertTrue(
        modules.containsAll(
            List.of("io.nexus.server", "io.nexus.ledger.jdbc", "org.postgresql.jdbc")),
        listed);
    var checked =
        run(
            Map.of("PATH", TOOLS_ONLY, "CHECK_PORT", Integer.toString(FreePort.find())),
            home.resolve("deploy/check-distribution.sh").toString(),
            home.toString());

    assertEquals(0, checked.exit(), checked.out());
    assertTrue(checked.out().endsWith("\nfine\n"), checked.out());
  }

  private Ran run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var log = temp.resolve("log").toFile();
    var builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    return new Ran(exit, Files.readString(log.toPath()));
  }
}
