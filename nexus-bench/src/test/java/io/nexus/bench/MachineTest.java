package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void toString_quietMachine_isOneLine() {
    assertEquals("2 x CPU, Linux 6, Java 25", machine(0.3).toString());
    assertEquals("2 x CPU, Linux 6, Java 25", machine(-1).toString());
  }

  @Test
  void toString_busyMachine_warns() {
    assertTrue(machine(4.8).toString().contains("busy (load average 4.80)"));
  }

  @Test
  void here_isThisMachine() {
    assertEquals(Runtime.getRuntime().availableProcessors(), Machine.here().processors());
  }

  private static Machine machine(double loadAverage) {
    return new Machine("CPU", 2, "Linux 6", "25", loadAverage);
  }
}
