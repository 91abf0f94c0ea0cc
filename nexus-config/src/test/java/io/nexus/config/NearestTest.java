package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  @ParameterizedTest
  @CsvSource({"a, a, 0", "'', abc, 3", "prot, port, 1", "kitten, sitting, 3", "abc, '', 3"})
  void editDistance_ofTwoNames_countsEdits(String a, String b, int edits) {
    assertEquals(edits, Nearest.editDistance(a, b));
  }

  @Test
  void to_veryLongName_isFast() {
    assertEquals(Optional.of("mode"), Nearest.to("mode".repeat(1_000_000), List.of("mode")));
  }

  @ParameterizedTest
  @CsvSource({"limit, monthly_limit", "mde, mode", "max, max_size"})
  void to_name_findsWhatWasMeant(String name, String meant) {
    var known = List.of("mode", "monthly_limit", "max_size");

    assertEquals(Optional.of(meant), Nearest.to(name, known));
  }
}
