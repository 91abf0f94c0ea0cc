package io.nexus.bench.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways of other makes, by the user's commands. */
class RunningGatewayTest {

  private final MoneyOptions options = new MoneyOptions();

  @Test
  void spentNanos_binaryFraction_isRounded() throws Exception {
    assertEquals(OptionalLong.of(16_250_000), spent("echo 0.016249999999999997"));
    assertEquals(OptionalLong.of(0), spent("echo 1.2e-17"));
    assertEquals(OptionalLong.empty(), spent(""));
  }

  @Test
  void spentNanos_noNumber_saysWhatWasPrinted() {
    var failure = assertThrows(IOException.class, () -> spent("echo null"));

    assertEquals("--spend-command printed 'null', not a number of dollars", failure.getMessage());
  }

  @Test
  void newKey_nothingPrinted_fails() {
    options.keyCommand = "true";
    try (var gateway = new RunningGateway(options)) {
      assertThrows(IOException.class, () -> gateway.newKey("name", 1));
    }
  }

  @Test
  void run_commandThatFails_isReportedAndTheOthersGoOn(@TempDir Path folder) throws Exception {
    options.gateway("http://127.0.0.1:9", "", 0);
    options.scenarios = EnumSet.of(MoneyScenario.race, MoneyScenario.streams);
    options.keyCommand = "exit 3";
    var out = new ByteArrayOutputStream();

    var harness = new MoneyHarness(options, new PrintStream(out, true, StandardCharsets.UTF_8));
    boolean isClean = harness.run(folder.resolve("money.json"));

    assertEquals(false, isClean);
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("race: failed: 'exit 3' ended with 3"), text);
    assertTrue(text.contains("streams: failed: 'exit 3' ended with 3"), text);
  }

  @Test
  void run_answersTooShortToBreak_isBadUsage(@TempDir Path folder) {
    options.answerTokens = 20;
    var harness = new MoneyHarness(options, new PrintStream(new ByteArrayOutputStream()));

    assertThrows(IllegalArgumentException.class, () -> harness.run(folder.resolve("money.json")));
  }

  private OptionalLong spent(String command) throws IOException, InterruptedException {
    options.keyCommand = "echo key";
    options.spendCommand = command;
    try (var gateway = new RunningGateway(options)) {
      return gateway.spentNanos("name");
    }
  }
}
