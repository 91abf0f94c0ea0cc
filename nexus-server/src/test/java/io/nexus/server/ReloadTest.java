package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effects of a reload of the file while requests run. */
class ReloadTest {

  private static final String ADMIN = "Authorization: Bearer the-admin-key";
  private static final String ALICE = "Authorization: Bearer key-of-alice";
  private static final String BOB = "Authorization: Bearer key-of-bob";
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 10
      [[budgets]]
      name = "team"
      match = { team = "t" }
      limit = 5
      hard_limit_action = "reject"
      [[keys]]
      name = "alice"
      key_env = "ALICE"
      team = "t"
      [[backends]]
      name = "one"
      type = "generic"
      location = "cloud"
      url = "URL"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 1000
      output = 10000
      """;

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @SuppressWarnings("NullAway.Init")
  private Upstream first;

  @SuppressWarnings("NullAway.Init")
  private Upstream second;

  @SuppressWarnings("NullAway.Init")
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    // 100 x $0.001 + 10 x $0.01 = $0.20 a request.
    first = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
    second = Upstream.answering("Ho", UpstreamUsage.of(100, 10));
    environment.putAll(
        Map.of(
            "NEXUS_SERVER__PORT", "0",
            "NEXUS_LEDGER__URL", "memory",
            "NEXUS_ADMIN_KEY", "the-admin-key",
            "ALICE", "key-of-alice",
            "BOB", "key-of-bob"));
    write(CONFIG);
    gateway = new Gateway(load(), Extensions.installed(), InstantSource.system());
    gateway.reloadsFrom(() -> NexusConfig.load(file(), environment));
    gateway.start();
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    first.close();
    second.close();
  }

  private Path file() {
    return folder.resolve("nexus.toml");
  }

  private void write(String toml) throws IOException {
    Files.writeString(file(), toml.replace("URL", first.url()).replace("OTHER", second.url()));
  }

  private NexusConfig load() {
    return switch (NexusConfig.load(file(), environment)) {
      case Loaded loaded -> loaded.config();
      case Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  private RawHttp.Answer send(String method, String path, String body, String key)
      throws IOException {
    try (var client = RawHttp.connect(gateway.port())) {
      client.request(method, path, body, key);
      return client.read();
    }
  }

  private RawHttp.Answer chat(String key) throws IOException {
    return send("POST", GatewayBox.CHAT, AdminBox.CHAT, key);
  }

  private String reload(int status, String toml) throws IOException {
    write(toml);
    var answer = send("POST", "/admin/v1/reload", "", ADMIN);
    assertEquals(status, answer.status(), answer::text);
    return answer.text();
  }

  @Test
  void reload_keysAndBudgets_areAsTheFileHasThem() throws Exception {
    assertEquals(200, chat(ALICE).status());
    assertEquals(401, chat(BOB).status());
    reload(
        200,
        CONFIG.replace("limit = 5", "limit = 0.2")
            + "[[keys]]\nname = \"bob\"\nkey_env = \"BOB\"\n[[budgets]]\nname = \"new\"\nlimit = 3\n");
    assertEquals(429, chat(ALICE).status(), "the spend goes on under the lower limit");
    assertEquals(200, chat(BOB).status());
    var budgets = GatewayBox.json(send("GET", "/admin/v1/budgets", "", ADMIN)).path("data");
    assertEquals(List.of("global", "team", "new"), budgets.findValuesAsText("name"));
    assertEquals(List.of("0.4", "0.2", "0.2"), budgets.findValuesAsText("spent"));
    reload(200, CONFIG);
    assertEquals(200, chat(ALICE).status());
    assertEquals(401, chat(BOB).status());
    var metrics = send("GET", "/metrics", "", ADMIN).text();
    assertTrue(metrics.contains("nexus_config_reloads_total{result=\"applied\"} 2"), metrics);
  }

  @Test
  void reload_aMistake_changesNothingAndIsSaid() throws Exception {
    var said = reload(400, CONFIG.replace("limit = 5", "limit = -5").replace("alice", "al ice"));
    assertTrue(said.contains("limit") && said.contains("al ice"), said);
    assertTrue(said.contains("invalid_configuration"), said);
    assertEquals(200, chat(ALICE).status());
    said = reload(400, CONFIG + "[pricing_files]\nlitellm = \"none.json\"\n");
    assertTrue(said.contains("none.json"), said);
    assertEquals(200, chat(ALICE).status());
    var metrics = send("GET", "/metrics", "", ADMIN).text();
    assertTrue(metrics.contains("nexus_config_reloads_total{result=\"refused\"} 2"), metrics);
  }

  @Test
  void reload_renamedBudget_isANewOneAndSaidSo() throws Exception {
    assertEquals(200, chat(ALICE).status());
    var renamed = CONFIG.replace("\"team\"", "\"crew\"");
    var said = reload(200, renamed);
    assertTrue(said.contains("budget team is not configured any more, and $0.2 was"), said);
    assertTrue(said.contains("nexus ledger carry --from team --to NEW"), said);
    assertFalse(reload(200, renamed).contains("carry"), "said once");
  }

  @Test
  void reload_whatNeedsARestart_isNamed() throws Exception {
    environment.remove("NEXUS_SERVER__PORT");
    var said = reload(200, "[server]\nport = 8123\n[ledger]\nkeep_days = 7\n" + CONFIG);
    assertTrue(said.contains("[\"ledger.keep_days\",\"server.port\"]"), said);
  }

  @Test
  void reload_overridesAndMadeThings_stayInForce() throws Exception {
    send("PATCH", "/admin/v1/budgets/team", "{\"limit\":0}", ADMIN);
    var made = GatewayBox.json(send("POST", "/admin/v1/keys", "{\"name\":\"carol\"}", ADMIN));
    reload(200, CONFIG.replace("limit = 5", "limit = 6"));
    assertEquals(429, chat(ALICE).status());
    var budget = GatewayBox.json(send("GET", "/admin/v1/budgets/team", "", ADMIN));
    assertEquals("6", budget.path("configured_limit").asText());
    assertEquals("0", budget.path("limit").asText());
    assertEquals(200, chat("Authorization: Bearer " + made.path("key").asText()).status());
  }

  @Test
  void reload_anotherAddressOrPrice_countsFromTheNextRequestOn() throws Exception {
    assertTrue(chat(ALICE).text().contains("Hi"));
    reload(200, CONFIG.replace("URL", "OTHER").replace("input = 1000", "input = 2000"));
    var answer = chat(ALICE);
    assertTrue(answer.text().contains("Ho"), answer::text);
    assertEquals("0.3", answer.header("X-Nexus-Cost").orElseThrow());
    reload(200, CONFIG.replace("name = \"one\"", "name = \"two\"").replace("[\"m\"]", "[\"n\"]"));
    assertEquals(404, chat(ALICE).status());
  }

  @Test
  void reload_underLoad_dropsNoRequest() throws Exception {
    var stop = new AtomicBoolean();
    var served = new AtomicInteger();
    var free = CONFIG.replace("= 1000\n", "= 0\n").replace("= 10000\n", "= 0\n");
    reload(200, free);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients =
          IntStream.range(0, 8)
              .mapToObj(_ -> threads.submit(() -> askUntil(stop, served)))
              .toList();
      for (int i = 0; i < 20; i++) {
        reload(200, i % 2 == 0 ? free.replace("URL", "OTHER") : free);
        int before = served.get();
        while (served.get() < before + 20 && clients.stream().noneMatch(each -> each.isDone())) {
          Thread.onSpinWait();
        }
      }
      stop.set(true);
      for (var client : clients) {
        assertEquals("", client.get());
      }
    }
    assertTrue(first.chats().size() > 100 && second.chats().size() > 100);
  }

  /** The first answer that is no answer; empty if there was none. */
  private String askUntil(AtomicBoolean stop, AtomicInteger served) {
    try (var client = RawHttp.connect(gateway.port())) {
      while (!stop.get()) {
        var answer = client.post(GatewayBox.CHAT, AdminBox.CHAT, ALICE);
        if (answer.status() != 200) {
          return answer.status() + answer.text();
        }
        served.incrementAndGet();
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
