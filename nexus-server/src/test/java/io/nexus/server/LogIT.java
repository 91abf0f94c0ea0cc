package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a launched gateway, in both of its forms. */
@Timeout(120)
class LogIT {

  private static final String SECRET = "a text that belongs to nobody else";
  private static final String CONFIG =
      """
      [server]
      admin_key_env = "ADMIN"
      [budget]
      monthly_limit = 0.0055
      hard_limit_action = "reject"
      [[keys]]
      name = "ci"
      team = "research"
      key_env = "KEY"
      [log]
      access = true
      format = "%s"
      """;

  @TempDir private Path temp;

  private Station station() throws IOException {
    return Station.open(temp).with("KEY", "nx-ci").with("ADMIN", "nx-admin");
  }

  private static int ask(LaunchedGateway gateway, String model, String key) throws IOException {
    var body = Station.ask().replace("\"m\"", "\"" + model + "\"").replace("Hi", SECRET);
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body, "Authorization: Bearer " + key).status();
    }
  }

  private static void askAll(LaunchedGateway gateway) throws IOException {
    assertEquals(200, ask(gateway, "m", "nx-ci"));
    assertEquals(429, ask(gateway, "m", "nx-ci"));
    assertEquals(404, ask(gateway, "no\\nsuch", "nx-ci"));
    assertEquals(401, ask(gateway, "m", "nx-other"));
  }

  @Test
  void json_eachLineIsAnObject_eachRequestHasOne() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("a", CONFIG.formatted("json"));
      askAll(gateway);
      gateway.close();
      var log = gateway.log();
      var lines = new ArrayList<JsonNode>();
      for (var line : log.lines().toList()) {
        lines.add(GatewayBox.parse(line));
      }
      assertTrue(lines.stream().allMatch(line -> line.hasNonNull("message")), log);
      // A line is written when its request has ended, by when the next one may have, too.
      var requests =
          lines.stream()
              .filter(LogIT::isAccess)
              .sorted(Comparator.comparingInt(line -> line.path("status").asInt()))
              .toList();
      assertEquals(4, requests.size(), log);
      var served = requests.get(0);
      assertEquals("ci research chat m cloud m global 200", text(served));
      assertEquals("COMPLETED", served.path("outcome").asText());
      assertEquals("0.005", served.path("cost_usd").asText());
      assertEquals(500, served.path("output_tokens").asInt());
      assertTrue(served.path("id").asText().startsWith("req_"), log);
      assertEquals("invalid_api_key", requests.get(1).path("error").asText());
      assertEquals("model_not_found", requests.get(2).path("error").asText());
      assertEquals("ci research chat m   global 429", text(requests.get(3)));
      assertEquals("insufficient_quota", requests.get(3).path("error").asText());
      assertFalse(log.contains(SECRET) || log.contains("nx-"), log);
    }
  }

  private static boolean isAccess(JsonNode line) {
    return line.path("logger").asText().equals("io.nexus.access");
  }

  private static String text(JsonNode line) {
    var names =
        List.of("key", "team", "api", "model", "backend", "served_model", "budget", "status");
    return String.join(" ", names.stream().map(name -> line.path(name).asText()).toList());
  }

  /** The value with which systemd identifies the log file. */
  private String journal() throws IOException {
    var log = Files.createFile(Files.createDirectory(temp.resolve("a")).resolve("log"));
    return Files.getAttribute(log, "unix:dev") + ":" + Files.getAttribute(log, "unix:ino");
  }

  @Test
  void text_eachRequestHasALine_thatNoNameCanEnd() throws Exception {
    try (var station = station().with("JOURNAL_STREAM", journal())) {
      var gateway = station.gateway("a", CONFIG.formatted("text"));
      askAll(gateway);
      gateway.close();
      var log = gateway.log();
      var requests = log.lines().filter(line -> line.contains("INFO request id=req_")).toList();
      assertTrue(requests.stream().allMatch(line -> line.startsWith("<6>20")), log);
      assertTrue(log.lines().noneMatch(line -> line.startsWith("20")), log);
      assertEquals(4, requests.size(), log);
      var served =
          requests.stream().filter(line -> line.contains("status=200")).findFirst().orElseThrow();
      assertTrue(served.contains("key=ci team=research api=chat model=m backend=cloud"), log);
      assertTrue(served.contains("status=200 outcome=COMPLETED input_tokens=8"), log);
      assertTrue(requests.stream().anyMatch(line -> line.contains("model=\"no\\nsuch\"")), log);
      assertFalse(log.contains(SECRET) || log.contains("nx-"), log);
    }
  }
}
