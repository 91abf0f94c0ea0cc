package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.spi.LedgerFactory;
import io.nexus.server.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{0}"
      models = ["own"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
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
    return GatewayBox.of(CONFIG.replace("POLICY", policy), upstream)
        .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"))
        .with(new Extensions(List.of(), List.of(), List.of(), List.of(), List.of(new Away())))
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
}
