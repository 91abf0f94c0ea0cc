package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MicroSuiteTest {

  @Test
  void names_filter_leavesWhatContainsAMatch() {
    assertEquals(
        List.of("Cost.ofUsage", "Cost.worstCase"),
        new MicroSuite("^Cost.(of|worst)", false).names());
  }

  @Test
  void names_filterThatMatchesNothing_isEmpty() {
    assertEquals(List.of(), new MicroSuite("no such benchmark", false).names());
  }

  @Test
  void new_filterThatIsNoExpression_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MicroSuite("(", false));
  }

  @Test
  void targets_each_namesABenchmarkThatExists() {
    var names = new MicroSuite("", false).names();

    for (var target : Targets.ALL) {
      assertTrue(names.contains(target.benchmark()), target.benchmark() + " of " + names);
    }
  }
}
