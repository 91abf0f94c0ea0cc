package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets whose configuration is another one when the gateway starts again on its ledger. */
@Timeout(60)
class ChangedBudgetsTest {

  private static final String CONFIG =
      """
      [[budgets]]
      name = "NAME"
      limit = 10
      window = "WINDOW"
      hard_limit_action = "reject"
      [ledger]
      node = "one"
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

  /** Each answer costs a tenth of a cent. */
  private static final String BODY = Chats.body("m", "\"max_tokens\":100");

  private static final int COST_NANOS = 1_000_000;

  @TempDir Path folder;

  private GatewayBox start(String name, String window, Upstream upstream) throws Exception {
    return GatewayBox.of(CONFIG.replace("NAME", name).replace("WINDOW", window), upstream)
        .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"))
        .onSystemClock()
        .start();
  }

  private static long spentNanos(GatewayBox box) throws Exception {
    JsonNode stats = box.idle();
    return GatewayBox.nanos(stats.at("/budgets/0/current_spending_usd"));
  }

  @Test
  void start_windowChanged_countsWhatWasSpentWithin() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100))) {
      try (GatewayBox box = start("team", "365d", upstream)) {
        assertEquals(200, Chats.send(box, BODY).status());
        assertEquals(COST_NANOS, spentNanos(box));
      }
      for (int starts = 0; starts < 2; starts++) {
        try (LogCapture log = LogCapture.open();
            GatewayBox box = start("team", "400d", upstream)) {
          assertEquals(COST_NANOS, spentNanos(box));
          assertEquals(1 - starts, log.count("0.001 USD spent since are carried over"));
        }
      }
    }
  }

  @Test
  void start_renamed_saysWithWhichCommandItCounts() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100))) {
      try (GatewayBox box = start("team", "lifetime", upstream)) {
        assertEquals(200, Chats.send(box, BODY).status());
      }
      try (LogCapture log = LogCapture.open();
          GatewayBox box = start("crew", "lifetime", upstream)) {
        assertEquals(0, spentNanos(box));
        assertEquals(
            1, log.count("budget team is not configured here, and $0.001 was spent on it"));
        assertEquals(1, log.count("nexus ledger carry --from team --to NEW"));
        Files.writeString(
            folder.resolve("nexus.toml"),
            CONFIG
                .replace("NAME", "crew")
                .replace("WINDOW", "lifetime")
                .replace("{0}", upstream.url())
                .replace("[ledger]", "[ledger]\nurl = \"jdbc:sqlite:%s\"")
                .formatted(folder.resolve("ledger.db")));
        var ran = LedgerBox.run(folder, "ledger", "carry", "--from", "team", "--to", "crew");
        assertTrue(
            ran.out().contains("0.001 USD in all carried to budget 'crew'"), ran.out() + ran.err());
      }
      try (GatewayBox box = start("crew", "lifetime", upstream)) {
        assertEquals(COST_NANOS, spentNanos(box));
      }
    }
  }
}
