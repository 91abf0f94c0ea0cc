package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.bench.Distribution;
import io.nexus.bench.load.LoadOptions.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness with the packaged gateway, for a moment: what it sends is served. */
class LoadIT {

  @TempDir private Path folder;

  @Test
  void run_everyShortScenario_isServedWithoutFailure() throws Exception {
    var options = new LoadOptions();
    options.scenarios =
        EnumSet.of(
            Scenario.json,
            Scenario.messages,
            Scenario.responses,
            Scenario.sse,
            Scenario.first,
            Scenario.refused);
    options.seconds = 1;
    options.warmupSeconds = 0;
    options.connections = 2;
    options.streams = 10;
    options.withoutNginx = true;
    options.gatewayCommand = Distribution.serve(folder);
    var out = new ByteArrayOutputStream();
    var file = folder.resolve("load.json");

    new LoadHarness(options, new PrintStream(out, true, StandardCharsets.UTF_8)).run(file);

    var printed = out.toString(StandardCharsets.UTF_8);
    var report = new JsonMapper().readTree(file.toFile());
    var failures =
        checks(report).stream()
            .filter(check -> check.path("target").asText().equals("none"))
            .toList();
    assertEquals(9, failures.size(), printed);
    for (var check : failures) {
      assertEquals("0", check.path("measured").asText(), printed);
    }
    for (var loop : List.of("closed", "open")) {
      for (var json : report.path("json")) {
        for (var measured : json.path(loop)) {
          assertTrue(measured.path("load").path("succeeded").asLong() > 0, printed);
        }
      }
    }
    assertEquals(30, report.path("sse").path(1).path("load").path("completed").asLong(), printed);
    assertTrue(report.path("first").path(1).path("coldNanos").asDouble() > 0, printed);
    assertTrue(
        report.path("refused").path(0).path("refusedMeanwhile").path("succeeded").asLong() > 0,
        printed);
  }

  private static List<JsonNode> checks(JsonNode report) {
    return StreamSupport.stream(report.path("checks").spliterator(), false).toList();
  }
}
