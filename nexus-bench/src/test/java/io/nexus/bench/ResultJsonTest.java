package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultJsonTest {

  @Test
  void write_results_readBackWithNullForNotMeasured(@TempDir Path folder) throws IOException {
    var file = folder.resolve("deep").resolve("results.json");
    var results = List.of(BenchmarkResult.of("A.b", new TreeMap<>()).withMean(41.5));

    ResultJson.write(file, new ResultTable.Report(Machine.here(), false, results, Targets.ALL));

    var json = new JsonMapper().readTree(file.toFile());
    var first = json.path("results").path(0);
    assertEquals("A.b", first.path("name").asText());
    assertEquals(41.5, first.path("meanNanos").asDouble());
    assertTrue(first.path("p999Nanos").isNull());
    assertEquals(Targets.ALL.size(), json.path("targets").size());
    assertTrue(json.path("machine").path("processors").asInt() > 0);
  }
}
