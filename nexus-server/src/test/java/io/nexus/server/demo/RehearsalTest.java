package io.nexus.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {

  @TempDir private Path temp;

  @Test
  void run_installedExtensions_getsEveryAnswerAndLeavesNoFile() throws Exception {
    new Rehearsal(temp, 3).run();

    try (var left = Files.list(temp)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
