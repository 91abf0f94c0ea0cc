package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.bench.load.LoadOptions.Scenario;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadHarnessTest {

  @Test
  void run_anotherGatewayBeside_measuresItInTheSameRun(@TempDir Path folder) throws Exception {
    var options = new LoadOptions();
    options.scenarios = EnumSet.of(Scenario.json);
    options.seconds = 1;
    options.warmupSeconds = 0;
    options.connections = 2;
    options.rate = 200;
    options.withoutNginx = true;
    options.withoutGateway = true;
    var file = folder.resolve("load.json");
    try (var other = MockUpstream.start(0)) {
      options.beside =
          List.of("other:" + other.port() + ":" + ProcessHandle.current().pid() + ":sk-a");
      var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
      new LoadHarness(options, silent).run(file);
    }

    var open = new JsonMapper().readTree(file.toFile()).path("json").path(0).path("open");
    assertEquals(List.of("direct", "other"), open.findValuesAsText("subject"));
    assertEquals(200, open.path(1).path("load").path("succeeded").asInt());
    assertTrue(open.path(1).path("cpuMicrosPerRequest").asDouble() > 0, open::toString);
  }

  @Test
  void withKey_insertsItAfterTheFirstLine() {
    var request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    var subject = new Subject("other", 1, Optional.empty(), "sk-a");
    assertEquals(
        "GET / HTTP/1.1\r\nAuthorization: Bearer sk-a\r\nHost: localhost\r\n\r\n",
        new String(subject.withKey(request), StandardCharsets.US_ASCII));
  }
}
