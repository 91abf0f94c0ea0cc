package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchMainTest {
  private final StringWriter errors = new StringWriter();

  @Test
  void execute_filterThatMatchesNothing_isBadUsage() {
    assertEquals(2, execute("no such benchmark"));
    assertEquals(
        "nexus: bench: no benchmark matches 'no such benchmark': see --list"
            + System.lineSeparator(),
        errors.toString());
  }

  @Test
  void execute_unknownOption_isBadUsage() {
    assertEquals(2, execute("--fast"));
    assertTrue(errors.toString().contains("--fast"), errors.toString());
  }

  @Test
  void execute_gatewayOfAnotherMachine_isBadUsage() {
    assertEquals(2, execute("--load", "--no-nginx", "--gateway-url", "http://192.0.2.1:8000"));
    assertEquals(2, execute("--load", "--no-nginx", "--beside", "busbar"));
    assertEquals(2, execute("--load", "--no-nginx", "--beside", "busbar:8080:999999999"));
    assertTrue(errors.toString().contains("192.0.2.1"), errors.toString());
  }

  @Test
  void execute_gatewayThatDoesNotStart_saysWhatItPrinted() {
    assertEquals(1, execute("--load", "--no-nginx", "--gateway-command", "ls --no-such-option"));
    assertTrue(errors.toString().contains("nexus ended at start"), errors.toString());
    assertTrue(errors.toString().contains("no-such-option"), errors.toString());
  }

  @Test
  void execute_loadWithoutServers_measuresTheUpstream(@TempDir Path folder) throws IOException {
    var file = folder.resolve("load.json");

    int exit =
        execute(
            "--load",
            "--no-gateway",
            "--no-nginx",
            "--scenario=json,sse",
            "--seconds=1",
            "--warmup=0",
            "--rate=500",
            "--streams=4",
            "--json=" + file);

    assertEquals(0, exit, errors::toString);
    var json = new JsonMapper().readTree(file.toFile());
    var open = json.path("json").path(0).path("open").path(0);
    assertEquals("direct", open.path("subject").asText());
    assertEquals(500, open.path("load").path("succeeded").asInt());
    assertEquals(12, json.path("sse").path(0).path("load").path("completed").asInt());
    assertEquals(0, json.path("sse").path(0).path("load").path("failed").asInt());
  }

  private int execute(String... arguments) {
    return BenchMain.commandLine().setErr(new PrintWriter(errors, true)).execute(arguments);
  }
}
