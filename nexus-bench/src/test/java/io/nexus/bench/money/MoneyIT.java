package io.nexus.bench.money;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.bench.Distribution;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway in every scenario: with its limits, and where it has none. */
class MoneyIT {

  private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();

  @TempDir static Path folder;

  private static MoneyHarness harness;

  @BeforeAll
  static void run() throws Exception {
    var options = new MoneyOptions();
    options.answerTokens = 200;
    options.alsoUnlimited = true;
    options.command = Distribution.serve(folder);
    harness = new MoneyHarness(options, new PrintStream(OUT, true, StandardCharsets.UTF_8));
    var _ = harness.run(folder.resolve("money.json"));
  }

  @AfterAll
  static void forget() {
    OUT.reset();
  }

  @Test
  void nexus_inEveryScenario_losesNoDollar() {
    assertEquals(names(List.of(MoneyScenario.values())), results(harness.results()));
    assertAll(
        harness.results().stream()
            .map(result -> (Executable) () -> assertTrue(result.isClean(), () -> text(result))));
  }

  @Test
  void nexusWithoutLimits_overspendsWhereverAnythingIsBilled() {
    assertEquals(names(List.of(MoneyScenario.values())), results(harness.unlimited()));
    assertAll(
        harness.unlimited().stream()
            .filter(result -> !result.scenario().equals(MoneyScenario.errors.name()))
            .map(
                result ->
                    (Executable)
                        () -> assertEquals(1, result.overspent().signum(), () -> text(result))));
  }

  @Test
  void results_areWrittenAsJson_withCommandsToRepeatThem() throws IOException {
    var json = new JsonMapper().readTree(folder.resolve("money.json").toFile());

    var first = json.path("results").path(0);
    assertEquals("race", first.path("scenario").asText());
    assertTrue(first.path("billed").decimalValue().signum() > 0, first::toString);
    assertTrue(first.path("commands").path(1).asText().contains("curl"), first::toString);
    assertTrue(OUT.toString(StandardCharsets.UTF_8).contains("falsely refused"), OUT::toString);
  }

  private static List<String> names(List<MoneyScenario> scenarios) {
    return scenarios.stream().map(MoneyScenario::name).toList();
  }

  private static List<String> results(List<MoneyResult> results) {
    return results.stream().map(MoneyResult::scenario).toList();
  }

  private static String text(MoneyResult result) {
    return MoneyText.table(Arrays.asList(result));
  }
}
