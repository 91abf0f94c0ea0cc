package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ModuleTest {

  @Test
  void tests_always_runOnTheModulePath() {
    assertTrue(getClass().getModule().isNamed());
  }
}
