package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sinks of spend records of a launched gateway that is killed: a file, a webhook, an extension. */
@Timeout(180)
class SpendSinksIT {

  private static final byte[] KEY = "a key of the receiver's".getBytes(UTF_8);

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.4
      hard_limit_action = "reject"
      over_budget_status = "402"
      [[spend_sinks]]
      name = "lines"
      type = "file"
      path = "out/spend.jsonl"
      max_bytes = 10000
      max_files = 1000
      batch_size = 5
      interval_seconds = 0
      [[spend_sinks]]
      name = "billing"
      type = "webhook"
      url = "{0}/hook"
      secret_env = "HOOK_SECRET"
      batch_size = 7
      interval_seconds = 0
      [[spend_sinks]]
      name = "queue"
      type = "third-party"
      interval_seconds = 0
      [spend_sinks.options]
      file_env = "QUEUE_FILE"
      """;

  private static final String EXTENSION =
      """
      package third.party;
      import io.nexus.control.ledger.SpendRecord;
      import io.nexus.control.spi.SpendSink;
      import io.nexus.control.spi.SpendSinkFactory;
      import java.io.IOException;
      import java.nio.file.*;
      import java.util.*;
      public final class Extension implements SpendSinkFactory {
        public String name() { return "third-party"; }
        public Set<String> types() { return Set.of("third-party"); }
        public SpendSink create(String name, String type, Map<String, String> options) {
          Path file = Path.of(options.get("file"));
          return new SpendSink() {
            public void accept(List<SpendRecord> records) throws IOException {
              StringBuilder text = new StringBuilder();
              for (SpendRecord each : records) {
                text.append("{\\"id\\":\\"").append(each.attempt().requestId())
                    .append("\\",\\"attempt\\":").append(each.attempt().number())
                    .append(",\\"revision\\":").append(each.attempt().revision())
                    .append(",\\"cost_usd\\":").append(each.cost()).append("}\\n");
              }
              Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            public void close() {}
          };
        }
      }
      """;

  @TempDir private Path temp;
  private final AtomicBoolean taking = new AtomicBoolean();
  private final Queue<UpstreamRequest> taken = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void install() throws Exception {
    ThirdParty.install(temp.resolve("work"), temp.resolve("extensions"), EXTENSION);
  }

  @Test
  void kill_inTheMiddle_everyRecordReachesEverySink() throws Exception {
    try (var receiver = Upstream.start(this::receive);
        var station =
            Station.open(temp)
                .with("HOOK_SECRET", "whsec_" + Base64.getEncoder().encodeToString(KEY))
                .with("QUEUE_FILE", temp.resolve("queue").toString())) {
      var killed = gateway(station, receiver);
      try (var _ = Crowd.start(killed.port(), 8, _ -> Station.ask())) {
        // Its failures stop no request, and are seen.
        await(killed, "nexus_spend_sink_pending_records", "billing", 20);
        await(killed, "nexus_spend_sink_failures_total", "billing", 1);
        killed.kill();
      }
      assertTrue(killed.log().contains("Spend sink billing is behind: the webhook"), killed.log());
      taking.set(true);
      var gateway = gateway(station, receiver);
      try (var crowd = Crowd.start(gateway.port(), 8, _ -> Station.ask())) {
        crowd.awaitRefused();
      }
      gateway.close();
      var entered = entered(station);
      assertTrue(entered.size() > 40, entered.toString());
      assertEquals(entered, given(lines()), gateway.log());
      assertEquals(entered, given(posted()), gateway.log());
      var queue = Files.readAllLines(temp.resolve("queue"));
      assertEquals(entered, given(queue.stream().map(SpendSinksIT::json).toList()));
      station.assertVerified("a");
      assertRotated();
    }
  }

  private UpstreamReply receive(UpstreamRequest message) {
    boolean takes = taking.get();
    if (takes) {
      taken.add(message);
    }
    return UpstreamReply.refuse(takes ? 200 : 500, "{}");
  }

  private LaunchedGateway gateway(Station station, Upstream receiver) throws Exception {
    return station.gateway(
        "a",
        CONFIG.replace("{0}", receiver.url()),
        "/bin/sh",
        "-c",
        "exec \"$@\" --extensions " + temp.resolve("extensions"),
        "sh");
  }

  private static void await(LaunchedGateway gateway, String metric, String sink, int least)
      throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (gateway.metrics().sum(metric, "sink=\"" + sink + "\"").intValue() < least) {
      assertTrue(System.nanoTime() < end, metric + ": " + gateway.log());
      Thread.sleep(5);
    }
  }

  /** The cost of each record of the ledger, by its id. */
  private static Map<String, BigDecimal> entered(Station station) throws Exception {
    var entered = new TreeMap<String, BigDecimal>();
    var export = station.nexus("a", "ledger", "export");
    assertEquals(0, export.exit(), export.out());
    var rows = export.out().lines().toList();
    int cost = List.of(rows.getFirst().split(",")).indexOf("cost_usd");
    for (var row : rows.subList(1, rows.size())) {
      var cells = row.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
      entered.put(cells[0] + "." + cells[1] + "." + cells[2], usd(cells[cost]));
    }
    return entered;
  }

  /** The same of what a sink was given, twins left out. */
  private static Map<String, BigDecimal> given(List<JsonNode> records) {
    var given = new TreeMap<String, BigDecimal>();
    for (var record : records) {
      var id =
          record.path("id").asText()
              + "."
              + record.path("attempt").asInt()
              + "."
              + record.path("revision").asInt();
      given.put(id, usd(record.path("cost_usd").asText()));
    }
    return given;
  }

  private static BigDecimal usd(String text) {
    return new BigDecimal(text).stripTrailingZeros();
  }

  private List<JsonNode> lines() throws IOException {
    var lines = new ArrayList<JsonNode>();
    try (var files = Files.list(temp.resolve("a/out"))) {
      for (var file : files.toList()) {
        Files.readAllLines(file).forEach(line -> lines.add(json(line)));
      }
    }
    return lines;
  }

  private void assertRotated() throws IOException {
    assertTrue(Files.exists(temp.resolve("a/out/spend.jsonl.2")));
    assertTrue(Files.size(temp.resolve("a/out/spend.jsonl.2")) >= 10_000);
  }

  /** The records of all messages that were taken, whose signatures are right. */
  private List<JsonNode> posted() throws Exception {
    var records = new ArrayList<JsonNode>();
    for (var message : taken) {
      assertEquals(signature(message), message.header("webhook-signature").orElseThrow());
      var body = message.json();
      assertEquals("spend.records", body.path("type").asText());
      assertEquals("billing", body.path("sink").asText());
      assertTrue(body.path("records").size() <= 7, body.toString());
      body.path("records").forEach(records::add);
    }
    return records;
  }

  private static String signature(UpstreamRequest message) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    var signed =
        message.header("webhook-id").orElseThrow()
            + "."
            + message.header("webhook-timestamp").orElseThrow()
            + "."
            + message.text();
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
  }

  private static JsonNode json(String text) {
    try {
      return GatewayBox.parse(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }
}
