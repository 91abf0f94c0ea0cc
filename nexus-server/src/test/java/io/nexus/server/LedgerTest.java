package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.FreePort;
import io.nexus.server.GatewayBox.Setup;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway and the ledger that outlives it. */
@Timeout(120)
class LedgerTest {

  private static final long PATIENCE_NANOS = 20_000_000_000L;

  @TempDir Path folder;

  private Setup setup(String limit, String onError, String price, Upstream upstream) {
    String config =
        """
        [budget]
        monthly_limit = %s
        on_error = "%s"
        [ledger]
        node = "one"
        [[backends]]
        name = "cloud"
        type = "openai"
        url = "{0}"
        models = ["m"]
        max_concurrent = 500
        [[pricing]]
        model = "m"
        input = 0
        output = %s
        """
            .formatted(limit, onError, price);
    return GatewayBox.of(config, upstream).with("NEXUS_LEDGER__URL", url()).onSystemClock();
  }

  private Path file() {
    return folder.resolve("ledger.db");
  }

  private String url() {
    return "jdbc:sqlite:" + file();
  }

  /** An upstream that respects its output limit. */
  private static Upstream upstream(String price) throws Exception {
    return Upstream.start(
            request -> {
              long most = request.json().path("max_tokens").asLong();
              long tokens = Math.min(most, 101 + request.number() % 7);
              return UpstreamReply.chat(request, "Hi", UpstreamUsage.of(8, tokens));
            })
        .price(Prices.of("0", price));
  }

  private static String ask(int maxTokens) {
    return Chats.body("m", "\"max_tokens\":" + maxTokens);
  }

  private static long spent(GatewayBox box) throws Exception {
    return GatewayBox.nanos(box.idle().at("/budget/current_spending_usd"));
  }

  private static void awaitPosted(GatewayBox box) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (MetricsPage.of(box).count("nexus_ledger_records_pending") > 0) {
      assertTrue(System.nanoTime() < end, "records are still pending");
      Thread.sleep(5);
    }
  }

  private static void awaitErrors(GatewayBox box, int errors) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (MetricsPage.of(box).count("nexus_ledger_errors_total") < errors) {
      assertTrue(System.nanoTime() < end, "the ledger is not tried again");
      Thread.sleep(5);
    }
  }

  private LedgerReports books() throws Exception {
    var settings = new LedgerSettings(url(), "");
    return Extensions.installed().ledgers().stream()
        .filter(each -> each.opens(settings.url()))
        .findFirst()
        .orElseThrow()
        .books(settings);
  }

  /** The books have exactly what the upstream bills. */
  private void assertBooked(long billNanos) throws Exception {
    try (var books = books()) {
      assertEquals(new Money(billNanos), books.balances().getFirst().settled());
      assertTrue(books.verify().agrees());
    }
  }

  @Test
  void requests_whileNoCallToTheLedgerReturns_areServedFromWhatIsGranted() throws Exception {
    var held = new HeldLedgers();
    try (Upstream upstream = upstream("10");
        GatewayBox box = setup("1", "closed", "10", upstream).with(held.extensions()).start()) {
      // Four times what the first request may cost is drawn: $0.40.
      assertEquals(200, Chats.send(box, ask(10_000)).status());
      held.awaitHeld();
      int answered = held.answered();

      var answers = Chats.atOnce(box, 100, i -> i % 2 == 0 ? ask(300) : streamed(300));
      assertEquals(100, Chats.count(answers, 200));
      assertEquals(upstream.billNanos(), spent(box));
      Answer more = Chats.send(box, ask(60_000));
      assertEquals(503, more.status(), more::text);
      assertEquals("budget_unavailable", GatewayBox.json(more).at("/error/code").asText());
      assertEquals(answered, held.answered(), "no call has returned meanwhile");
      assertEquals(101, MetricsPage.of(box).count("nexus_ledger_records_pending"));

      held.release();
      awaitPosted(box);
      assertBooked(upstream.billNanos());
      assertEquals(Set.of("ledger"), held.callers(), "one thread alone speaks to the ledger");
      assertEquals(200, Chats.send(box, ask(60_000)).status());
    } finally {
      held.release();
    }
  }

  private static String streamed(int maxTokens) {
    return Chats.body("m", "\"max_tokens\":" + maxTokens, "\"stream\":true");
  }

  @Test
  void restart_afterCleanStop_goesOnWithTheBudgetToTheNanoDollar() throws Exception {
    String price = "3.141592653";
    try (Upstream upstream = upstream(price)) {
      long before;
      try (GatewayBox box = setup("0.01", "closed", price, upstream).start()) {
        for (int i = 0; i < 9; i++) {
          assertEquals(200, Chats.send(box, ask(300)).status());
        }
        before = spent(box);
        assertEquals(upstream.billNanos(), before);
        assertTrue(MetricsPage.of(box).count("nexus_ledger_draws_total") > 0);
      }
      assertBooked(before);
      try (GatewayBox box = setup("0.01", "closed", price, upstream).start()) {
        assertEquals(before, spent(box));
        assertMetrics(box);
        Answer answer = Chats.send(box, ask(300));
        while (answer.status() == 200) {
          answer = Chats.send(box, ask(300));
        }
        assertEquals("budget_exceeded", GatewayBox.json(answer).at("/error/code").asText());
        assertEquals(upstream.billNanos(), spent(box));
      }
      long bill = upstream.billNanos();
      assertTrue(bill > before && bill <= 10_000_000, "billed " + bill);
      assertTrue(bill > 9_000_000, "nearly all can be spent: " + bill);
      assertBooked(bill);
      try (var books = books()) {
        assertEquals(Money.ZERO, books.balances().getFirst().outstanding());
      }
    }
  }

  private static void assertMetrics(GatewayBox box) throws Exception {
    var names =
        Set.of(
            "nexus_ledger_draws_total",
            "nexus_ledger_draw_seconds_count",
            "nexus_ledger_outstanding_usd",
            "nexus_ledger_stranded_usd",
            "nexus_ledger_records_pending",
            "nexus_ledger_errors_total");
    var lines = MetricsPage.of(box).lines();
    for (var name : names) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(name)), name);
    }
  }

  @Test
  void start_ledgerOfAnotherGateway_saysWhatToUse() throws Exception {
    try (Upstream upstream = upstream("10");
        LogCapture log = LogCapture.open();
        GatewayBox _ = setup("1", "closed", "10", upstream).start()) {
      var second = setup("1", "closed", "10", upstream).with("NEXUS_LEDGER__NODE", "two");
      var e = assertThrows(StartException.class, second::start);
      assertTrue(String.valueOf(e.getMessage()).contains("PostgreSQL"), e::toString);
      assertEquals(0, log.count("PostgreSQL"), "told by the start, and not logged as well");
    }
  }

  @Test
  void request_ledgerAwayAndClosed_isRefusedUntilItIsBack() throws Exception {
    Files.createDirectories(file());
    try (Upstream upstream = upstream("10");
        LogCapture log = LogCapture.open();
        GatewayBox box = setup("1", "closed", "10", upstream).start()) {
      awaitErrors(box, 2);
      Answer refused = Chats.send(box, ask(300));
      assertEquals(503, refused.status(), refused::text);
      assertEquals("budget_unavailable", GatewayBox.json(refused).at("/error/code").asText());
      assertEquals(0, upstream.chats().size());
      assertEquals(1, log.count(file() + ": the file cannot be opened"), log::text);

      Files.delete(file());
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (Chats.send(box, ask(300)).status() != 200) {
        assertTrue(System.nanoTime() < end, log::text);
        Thread.sleep(20);
      }
      awaitPosted(box);
      assertBooked(upstream.billNanos());
      assertEquals(1, log.count("Ledger: away"), log::text);
      assertEquals(1, log.count("Ledger: back"), log::text);
    }
  }

  @Test
  void request_ledgerAwayAndOpen_isServedAndRecordedLater() throws Exception {
    Files.createDirectories(file());
    try (Upstream upstream = upstream("10");
        GatewayBox box = setup("1", "open", "10", upstream).start()) {
      for (int i = 0; i < 5; i++) {
        assertEquals(200, Chats.send(box, ask(300)).status());
      }
      assertEquals(upstream.billNanos(), spent(box));
      assertEquals(5, MetricsPage.of(box).count("nexus_ledger_records_pending"));

      Files.delete(file());
      awaitPosted(box);
      assertBooked(upstream.billNanos());
    }
  }

  @Test
  void start_databaseThatNobodyServes_saysSoAndStarts() throws Exception {
    int port = FreePort.find();
    String node = "test-" + ProcessHandle.current().pid();
    Path journal = Path.of("nexus-data", "journal-" + node);
    try (Upstream upstream = upstream("10");
        LogCapture log = LogCapture.open();
        GatewayBox box =
            setup("1", "closed", "10", upstream)
                .with("NEXUS_LEDGER__URL", "jdbc:postgresql://127.0.0.1:" + port + "/nexus?user=u")
                .with("NEXUS_LEDGER__NODE", node)
                .start()) {
      assertEquals(503, Chats.send(box, ask(300)).status());
      assertTrue(log.count("the database cannot be reached") > 0, log::text);
      assertEquals(0, upstream.chats().size());
    } finally {
      Files.deleteIfExists(journal.resolve("lock"));
      Files.deleteIfExists(journal);
    }
  }
}
