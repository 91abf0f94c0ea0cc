package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Usage;
import io.nexus.server.account.Retention;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.ConnectionDeadlines;
import io.nexus.server.routes.SpendRoute;
import io.nexus.server.spend.ReportThread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpendRouteTest {

  private static final Instant NOW = Instant.parse("2026-11-05T12:00:00Z");
  private static final Caller CI = new Caller("ci", "research", "", List.of("batch"));
  private static final Caller DEV = new Caller("dev", "", "", List.of());
  private static final ServedBy GPT = new ServedBy("openai", "openai", "gpt-4o");

  @TempDir Path folder;

  private String keys() throws Exception {
    var admin = Files.writeString(folder.resolve("admin-key"), "admin");
    var toml = "[server]\nport = 0\nadmin_key_file = \"" + admin + "\"\n";
    for (var name : List.of("ci", "dev")) {
      var digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("key-of-" + name).getBytes(StandardCharsets.UTF_8));
      toml +=
          "[[keys]]\nname = \"%s\"\nsha256 = \"%s\"\n"
              .formatted(name, HexFormat.of().formatHex(digest));
    }
    return toml;
  }

  private static LedgerBox spent(Path folder, String toml) throws Exception {
    var box = LedgerBox.open(folder, toml);
    box.post("2026-11-02T10:00:00Z", CI, GPT, Usage.of(1000, 500), "0.0075");
    box.post("2026-11-05T10:00:00Z", DEV, GPT, Usage.of(2000, 0), "0.005");
    return box;
  }

  /** A server with this route alone. */
  private static final class Served implements AutoCloseable {
    private final ReportThread books;
    private final ConnectionDeadlines deadlines;
    private final WebServer server;

    Served(LedgerBox box, ReportThread.Source source) {
      var config = box.config();
      books = new ReportThread(source, Duration.ofSeconds(20));
      var clients = new Clients(() -> NOW, () -> true);
      clients.replace(
          config.keys().stream()
              .map(key -> ClientKey.of(key, ClientKey.Source.CONFIGURATION, NOW, 0))
              .toList(),
          false,
          Map.of());
      var route =
          new SpendRoute(
              clients,
              headers ->
                  config.server().adminKey().isSet()
                      && ApiKey.of(headers).equals(config.server().adminKey().reveal()),
              books,
              config.budget().timeZone(),
              () -> NOW);
      deadlines = Wiring.deadlines(config.server());
      server =
          HttpServer.create(
                  config.server(),
                  HttpRouting.builder().get("/v1/spend", route::handle),
                  Wiring.guard(config.server(), clients),
                  deadlines,
                  null,
                  InstantSource.fixed(NOW))
              .start();
    }

    RawHttp.Answer get(String query, String key) throws Exception {
      try (var client = RawHttp.connect(server.port())) {
        return client.get("/v1/spend" + query, "Authorization: Bearer " + key);
      }
    }

    @Override
    public void close() {
      server.stop();
      deadlines.close();
      books.close();
    }
  }

  private static Served serve(LedgerBox box) {
    return new Served(box, () -> Books.open(box.config()));
  }

  @Test
  void spend_clientsKey_showsItsOwnSpendOnly() throws Exception {
    try (var box = spent(folder, keys());
        var served = serve(box)) {
      var answer = served.get("?by=key&since=2026-11-01&until=2026-12-01", "key-of-ci");
      assertEquals(200, answer.status());
      assertEquals("no-store", answer.header("Cache-Control").orElseThrow());
      assertEquals(
          """
          {"object":"spend","by":"key","since":"2026-11-01T00:00:00Z",\
          "until":"2026-12-01T00:00:00Z","time_zone":"UTC","data":[\
          {"group":"ci","requests":1,"input_tokens":1000,"cached_input_tokens":0,\
          "output_tokens":500,"reasoning_tokens":0,"cost_usd":0.0075}],\
          "total":{"requests":1,"input_tokens":1000,"cached_input_tokens":0,\
          "output_tokens":500,"reasoning_tokens":0,"cost_usd":0.0075}}\
          """,
          answer.text());
      assertTrue(served.get("?by=model", "key-of-dev").text().contains("\"cost_usd\":0.005}]"));
    }
  }

  @Test
  void spend_adminKey_showsEverybodysSpend() throws Exception {
    try (var box = spent(folder, keys());
        var served = serve(box)) {
      var text = served.get("?by=key", "admin").text();
      assertTrue(text.contains("\"ci\"") && text.contains("\"dev\""), text);
      assertTrue(served.get("?since=1d", "admin").text().contains("\"requests\":1,"));
      var divided = served.get("?by=key,model", "admin").text();
      assertTrue(divided.contains("\"by\":\"key,model\""), divided);
      assertTrue(divided.contains("{\"key\":\"ci\",\"model\":\""), divided);
      var own = served.get("?by=key,model", "key-of-dev").text();
      assertFalse(own.contains("\"ci\""), own);
    }
  }

  @Test
  void spend_noKey_isRefused() throws Exception {
    try (var box = spent(folder, keys());
        var served = serve(box)) {
      assertEquals(401, served.get("", "nobody").status());
    }
  }

  @Test
  void spend_gatewayWithoutKeys_showsAllToEverybody() throws Exception {
    try (var box = spent(folder, "[server]\nport = 0\n");
        var served = serve(box)) {
      assertTrue(served.get("", "any").text().contains("\"total\":{\"requests\":2,"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?by=colour, by, \"'by' has to be one of model, backend, api, key, team, user, tag, outcome, day, or two with a comma.\"",
    "'?by=key,key', by, \"'by' has to be one group, or two that differ.\"",
    "'?by=key,model,day', by, \"'by' has to be one group, or two that differ.\"",
    "?since=soon, since, \"since: 'soon' is no moment\"",
    "?since=1d&until=2d, until, \"'until' must not be before 'since'.\"",
    "?group_by=key, group_by, There is no parameter 'group_by'"
  })
  void spend_badParameter_isNamed(String query, String param, String message) throws Exception {
    try (var box = LedgerBox.open(folder, "[server]\nport = 0\n");
        var served = serve(box)) {
      var answer = served.get(query, "any");
      assertEquals(400, answer.status());
      assertTrue(answer.text().contains("\"param\":\"" + param + "\""), answer.text());
      assertTrue(answer.text().contains(message.replace("\"", "")), answer.text());
    }
  }

  @Test
  void spend_memoryLedger_answersFromWhatItKeeps() throws Exception {
    try (var box = LedgerBox.open(folder, "[server]\nport = 0\n")) {
      var memory = new MemoryLedger(() -> NOW, 1);
      var record = box.post("2026-11-02T10:00:00Z", CI, GPT, Usage.of(1, 1), "7");
      var _ = memory.post("a", "a-1", List.of(record));
      try (var served = new Served(box, () -> memory)) {
        assertTrue(served.get("", "any").text().contains("\"cost_usd\":7}]"));
      }
    }
  }

  @Test
  void spend_ledgerAway_isUnavailableAndSaysNoAddress() throws Exception {
    try (var box = LedgerBox.open(folder, "[server]\nport = 0\n");
        var log = LogCapture.open();
        var served =
            new Served(
                box,
                () -> {
                  throw new LedgerException(Kind.UNREACHABLE, "ledger: jdbc:sqlite:secret.db");
                })) {
      var answer = served.get("", "any");
      assertEquals(503, answer.status());
      assertFalse(answer.text().contains("secret"), answer.text());
      assertTrue(log.text().contains("secret.db"), log::text);
    }
  }

  @Test
  void ask_tooMuchAtOnce_isTurnedAway() throws Exception {
    var refusals = new CountDownLatch(23);
    var done = new CountDownLatch(1);
    try (var books =
            new ReportThread(() -> new MemoryLedger(() -> NOW, 1), Duration.ofSeconds(20));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Integer> asked =
          () -> {
            try {
              return books.ask(
                  _ -> {
                    await(done);
                    return 1;
                  });
            } catch (LedgerException e) {
              assertTrue(e.getMessage().contains("too many"), e::toString);
              refusals.countDown();
              return 0;
            }
          };
      var answers = IntStream.range(0, 40).mapToObj(_ -> clients.submit(asked)).toList();
      refusals.await();
      done.countDown();
      int answered = 0;
      for (var answer : answers) {
        answered += answer.get();
      }
      assertEquals(17, answered);
    }
  }

  @Test
  void ask_tooLong_isNotWaitedFor() throws Exception {
    var done = new CountDownLatch(1);
    try (var books = new ReportThread(() -> new MemoryLedger(() -> NOW, 1), Duration.ofMillis(1))) {
      var e =
          assertThrows(
              LedgerException.class,
              () ->
                  books.ask(
                      _ -> {
                        await(done);
                        return 1;
                      }));
      assertTrue(e.getMessage().contains("too long"), e::toString);
      done.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void retention_oldRecords_removesThem() throws Exception {
    try (var box = spent(folder, "[server]\nport = 0\n");
        var books = new ReportThread(() -> Books.open(box.config()), Duration.ofSeconds(20));
        var retention = new Retention(books, 2, () -> NOW)) {
      retention.run();
      assertEquals("1 records, 1 balances: all agree.\n", box.run("ledger", "verify").out());
    }
  }
}
