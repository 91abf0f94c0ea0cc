package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the files for operating systems and containers against what they are written for. */
final class DeployTest {

  private static final Path DEPLOY = Path.of("..", "deploy");

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
    for (var script :
        List.of("package-runtime.sh", "check-distribution.sh", "image/build", "image/check")) {
      var file = DEPLOY.resolve(script);
      assertTrue(Files.isExecutable(file), script);
      assertEquals(0, new ProcessBuilder("sh", "-n", file.toString()).start().waitFor(), script);
    }
  }

  @Test
  void kubernetes_files_areThereAndPodsMayTakeTheirTimeToStop(@TempDir Path folder)
      throws Exception {
    var kubernetes = DEPLOY.resolve("kubernetes");
    var named = new ArrayList<>(List.of("nexus.toml", "monitoring/kustomization.yaml"));
    yaml(kubernetes.resolve("kustomization.yaml"))
        .path("resources")
        .forEach(file -> named.add(file.asText()));
    assertEquals(5, named.size());
    for (var file : named) {
      assertTrue(Files.exists(kubernetes.resolve(file)), file);
    }
    var config = config(kubernetes.resolve("nexus.toml"), folder);
    var pod = yaml(kubernetes.resolve("deployment.yaml")).at("/spec/template/spec");

    long most = config.server().drainDelay().plus(config.server().shutdownGrace()).toSeconds() + 10;
    assertTrue(pod.path("terminationGracePeriodSeconds").asLong() >= most);
    assertTrue(pod.at("/containers/0/securityContext/readOnlyRootFilesystem").asBoolean());
    assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
    assertEquals(config.server().port(), pod.at("/containers/0/ports/0/containerPort").asInt());
    for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      var path = pod.at("/containers/0/" + probe + "/httpGet/path").asText();
      assertTrue(path.startsWith("/health/"), probe);
    }
  }

  @Test
  void image_inAllFiles_isOfTheProjectsVersion() throws Exception {
    var version = found("../pom.xml", "<version>([^<]+)</version>");

    assertEquals(version, found("kubernetes/deployment.yaml", "image: nexus:(\\S+)"));
    assertEquals(version, found("compose/compose.yaml", "image: nexus:(\\S+)"));
  }

  @Test
  void compose_files_areThere() throws Exception {
    var compose = DEPLOY.resolve("compose");
    int mounted = 0;
    for (var service : yaml(compose.resolve("compose.yaml")).path("services")) {
      for (var volume : service.path("volumes")) {
        var text = volume.asText();
        if (text.startsWith(".")) {
          var from = text.substring(0, text.indexOf(':'));
          assertTrue(Files.exists(compose.resolve(from)), from);
          mounted++;
        }
      }
    }
    assertEquals(6, mounted);
  }

  private static NexusConfig config(Path file, Path folder) throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), "secret");
    var toml = Files.readString(file).replaceAll("_env = .*", "_file = '" + secret + "'");
    var result = NexusConfig.load(Files.writeString(folder.resolve("nexus.toml"), toml), Map.of());
    return assertInstanceOf(Loaded.class, result, result::toString).config();
  }

  private static JsonNode yaml(Path file) throws IOException {
    var load = new Load(LoadSettings.builder().build());
    return new JsonMapper().valueToTree(load.loadFromString(Files.readString(file)));
  }

  private static String found(String file, String pattern) throws IOException {
    var matcher = Pattern.compile(pattern).matcher(Files.readString(DEPLOY.resolve(file)));
    assertTrue(matcher.find(), () -> file + " has no " + pattern);
    return matcher.group(1);
  }
}
