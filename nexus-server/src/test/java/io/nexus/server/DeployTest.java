package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the files for operating systems and containers against what they are written for. */
final class DeployTest {

  private static final Path DEPLOY = Path.of("..", "deploy");

  @Test
  void packageRuntime_modulesOfJava_areAllThatTheGatewayRequires() throws Exception {
    var roots =
        Set.copyOf(List.of(found("package-runtime.sh", "MODULES=([a-z.,_]+)").split(",", -1)));
    var packed =
        Configuration.empty()
            .resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), roots)
            .modules()
            .stream()
            .map(ResolvedModule::name)
            .collect(Collectors.toSet());
    var missing = new TreeSet<String>();
    for (var module : required("io.nexus.server")) {
      if (ModuleFinder.ofSystem().find(module).isPresent() && !packed.contains(module)) {
        missing.add(module);
      }
    }

    assertEquals(Set.of(), missing);
    assertTrue(packed.contains("java.logging"), () -> "nothing was resolved: " + packed);
  }

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

  /** What a module needs to be resolved, over as many steps as it takes. */
  private static Set<String> required(String root) {
    var names = new TreeSet<String>();
    require(ModuleLayer.boot().configuration().findModule(root).orElseThrow(), names);
    return names;
  }

  private static void require(ResolvedModule module, Set<String> names) {
    if (names.add(module.name())) {
      var descriptor = module.reference().descriptor();
      // An automatic module reads every other; what it needs of Java is not written anywhere.
      if (!descriptor.isAutomatic()) {
        module.reads().forEach(read -> require(read, names));
      }
    }
  }
}
