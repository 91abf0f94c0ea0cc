package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the files for operating systems and containers against what they are written for. */
final class DeployTest {

  private static final Path DEPLOY = Path.of("..", "deploy");

  @Test
  void dockerfile_version_isTheProjects() throws Exception {
    var pom = Files.readString(Path.of("..", "pom.xml"));
    var version = Pattern.compile("<version>([^<]+)</version>").matcher(pom);

    assertTrue(version.find());
    assertEquals(version.group(1), found("docker/Dockerfile", "ARG VERSION=(\\S+)"));
  }

  @Test
  void unit_timeToStop_isMoreThanTheGatewayTakes() throws Exception {
    var grace =
        NexusConfig.defaults(Map.of()) instanceof Loaded loaded
            ? loaded.config().server().shutdownGrace().toSeconds()
            : Long.MAX_VALUE;

    var timeout = Long.parseLong(found("systemd/nexus.service", "TimeoutStopSec=(\\d+)"));

    assertTrue(timeout >= grace + 10, () -> timeout + " s for a grace of " + grace + " s");
  }

  @Test
  void scripts_areExecutableShell() throws Exception {
    for (var script : List.of("package-runtime.sh", "check-distribution.sh")) {
      var file = DEPLOY.resolve(script);
      assertTrue(Files.isExecutable(file), script);
      assertEquals(0, new ProcessBuilder("sh", "-n", file.toString()).start().waitFor(), script);
    }
  }

  private static String found(String file, String pattern) throws IOException {
    var matcher = Pattern.compile(pattern).matcher(Files.readString(DEPLOY.resolve(file)));
    assertTrue(matcher.find(), () -> file + " has no " + pattern);
    return matcher.group(1);
  }
}
