package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShippedExampleTest {

  /** Tests run in the module's folder. */
  private static final Path FILE = Path.of("..", "deploy", "nexus.toml");

  @Test
  void load_shippedExample_isValidWithoutNotices() throws IOException {
    var environment = Map.of("OPENAI_API_KEY", "a", "NEXUS_KEY_RESEARCH", "b");

    var loaded = Example.loaded(Files.readString(FILE), environment);

    assertEquals(List.of(), loaded.notices());
    for (var backend : loaded.config().backends()) {
      assertTrue(backend.url().getPath().endsWith("/v1"), backend.url()::toString);
    }
  }
}
