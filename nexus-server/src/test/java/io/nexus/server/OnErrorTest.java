package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.spi.LedgerFactory;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.cli.Serve;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget service that fails: the ledger cannot be reached. */
class OnErrorTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1
      on_error = "POLICY"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  private static final String LOCAL =
      """
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{0}"
      models = ["own"]
      """;

  private static final String BODY = Chats.body("m", "\"max_tokens\":100");

  /** Where the ledger should be there is nothing. */
  private static final class Away implements LedgerFactory {
    @Override
    public String name() {
      return "away";
    }

    @Override
    public boolean opens(String url) {
      return true;
    }

    @Override
    public Ledger open(LedgerSettings settings) throws LedgerException {
      throw new LedgerException(Kind.UNREACHABLE, "ledger: away: there is none");
    }

    @Override
    public LedgerReports books(LedgerSettings settings) throws LedgerException {
      throw new LedgerException(Kind.UNREACHABLE, "ledger: away: there are none");
    }
  }

  private static GatewayBox start(String policy, Path folder, Upstream upstream)
      throws IOException {
    return start(CONFIG.replace("POLICY", policy) + LOCAL, folder, new Away(), upstream);
  }

  private static GatewayBox start(
      String toml, Path folder, LedgerFactory ledgers, Upstream upstream) throws IOException {
    return GatewayBox.of(toml, upstream)
        .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"))
        .with(new Extensions(List.of(), List.of(), List.of(), List.of(), List.of(ledgers)))
        .start();
  }

  @Test
  void open_letsRequestsThroughAndCountsAndRecordsThem(@TempDir Path folder) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box = start("open", folder, upstream)) {
      assertEquals(200, Chats.send(box, BODY).status());
      assertEquals(200, Chats.send(box, Chats.body("m", "\"stream\":true")).status());
      assertTrue(
          MetricsPage.of(box).count("nexus_budget_errors_total", "reason=\"ledger_away\"") >= 2);
      JsonNode stats = box.idle();
      assertEquals(2_000_000, GatewayBox.nanos(stats.at("/backends/0/spend_usd")));
      assertEquals(2, stats.at("/requests/success").asLong());
    }
  }

  @Test
  void closed_refusesWhatCostsAndServesWhatIsFree(@TempDir Path folder) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box = start("closed", folder, upstream)) {
      for (String body : List.of(BODY, Chats.body("m", "\"stream\":true"))) {
        Answer answer = Chats.send(box, body);
        assertEquals(503, answer.status());
        JsonNode error = GatewayBox.json(answer).path("error");
        assertEquals("service_unavailable", error.path("type").asText());
        assertEquals("budget_unavailable", error.path("code").asText());
      }
      assertTrue(upstream.chats().isEmpty(), "nothing that costs is sent");
      assertEquals(200, Chats.send(box, Chats.body("own")).status());
      assertTrue(
          MetricsPage.of(box).count("nexus_budget_errors_total", "reason=\"ledger_away\"") >= 2);
      assertEquals(0, GatewayBox.nanos(box.idle().at("/backends/0/spend_usd")));
    }
  }

  private static int status(GatewayBox box, String path) throws IOException {
    try (var connection = RawHttp.connect(box.gateway().port())) {
      return connection.get(path).status();
    }
  }

  @ParameterizedTest
  @CsvSource({"open, false, 200", "open, true, 200", "closed, true, 200", "closed, false, 503"})
  void ready_ledgerAway_dependsOnWhetherAnythingCanBeServed(
      String policy, boolean local, int status, @TempDir Path folder) throws Exception {
    var toml = CONFIG.replace("POLICY", policy) + (local ? LOCAL : "");
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box = start(toml, folder, new Away(), upstream)) {
      assertEquals(status, status(box, "/health/ready"));
      assertEquals(200, status(box, "/health/live"));
    }
  }

  /** A ledger that serves until another process takes the gateway's name. */
  private static final class Taken implements LedgerFactory {
    private final MemoryLedger ledger = new MemoryLedger(InstantSource.system(), 1000);
    private final AtomicReference<NodeLease> joined = new AtomicReference<>();

    @Override
    public String name() {
      return "taken";
    }

    @Override
    public boolean opens(String url) {
      return true;
    }

    @Override
    public Ledger open(LedgerSettings settings) {
      return (Ledger)
          Proxy.newProxyInstance(
              Ledger.class.getClassLoader(),
              new Class<?>[] {Ledger.class},
              (_, method, arguments) -> {
                try {
                  var answer = method.invoke(ledger, arguments);
                  if (answer instanceof NodeLease lease) {
                    joined.set(lease);
                  }
                  return answer;
                } catch (InvocationTargetException e) {
                  throw e.getCause() == null ? e : e.getCause();
                }
              });
    }

    @Override
    public LedgerReports books(LedgerSettings settings) {
      return ledger;
    }

    void takeName() {
      var _ = ledger.join(joined.get().node(), "another", Duration.ofMinutes(1));
    }
  }

  @Test
  @Timeout(60)
  void open_nameTakenByAnotherProcess_refusesWhatCostsAndEnds(@TempDir Path folder)
      throws Exception {
    var ledgers = new Taken();
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box =
            start(CONFIG.replace("POLICY", "open") + LOCAL, folder, ledgers, upstream);
        var process = Executors.newSingleThreadExecutor()) {
      assertEquals(200, Chats.send(box, BODY).status());
      assertEquals(200, status(box, "/health/ready"));
      ledgers.takeName();
      box.gateway().awaitFenced();
      assertEquals(503, status(box, "/health/ready"));
      int sent = upstream.chats().size();
      assertEquals(503, Chats.send(box, BODY).status());
      assertEquals(sent, upstream.chats().size(), "nothing that costs is sent");
      assertEquals(0, MetricsPage.of(box).nanos("nexus_budget_unsecured_usd_total"));
      assertEquals(3, process.submit(() -> Serve.awaitEnd(box.gateway())).get());
    }
    assertEquals(1_000_000, ledgers.ledger.balances().getFirst().settled().nanos());
    assertTrue(ledgers.ledger.verify().agrees());
  }
}
