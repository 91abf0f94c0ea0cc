package io.nexus.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {

  @TempDir private Path temp;

  @Test
  void run_installedExtensions_getsEveryAnswerAndLeavesNoFile() throws Exception {
    new Rehearsal(temp, 3, RehearsalTest::start).run();

    try (var left = Files.list(temp)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private static Gateway start(Path file) {
    var loaded = assertInstanceOf(Loaded.class, NexusConfig.load(file, Map.of()));
    return Gateway.start(loaded.config(), Extensions.installed());
  }
}
