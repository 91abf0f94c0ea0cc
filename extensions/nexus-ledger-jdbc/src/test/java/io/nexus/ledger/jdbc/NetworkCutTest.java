package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetBook;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Hold;
import io.nexus.control.budget.Window;
import io.nexus.control.lease.Admission;
import io.nexus.control.lease.LeaseListener;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.Treasury;
import io.nexus.control.ledger.Attempt;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Target;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.LedgerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway that is cut off from its database while it spends. */
@Timeout(120)
class NetworkCutTest {

  private static final Money COST = Money.usd("0.01");
  private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private static PostgresServer server;

  @TempDir Path dir;

  private int spent;

  @BeforeAll
  static void start() throws Exception {
    server = new PostgresServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  /** Waits no longer than a second for an answer; what stands in the address counts. */
  private static LedgerSettings through(Wire wire, LedgerSettings settings) {
    var address = ADDRESS.matcher(settings.url()).replaceFirst("127.0.0.1:" + wire.port());
    return new LedgerSettings(
        address + "&socketTimeout=1&connectTimeout=1&loginTimeout=1", settings.password());
  }

  private static int portOf(LedgerSettings settings) {
    var address = ADDRESS.matcher(settings.url());
    assertTrue(address.find());
    return Integer.parseInt(address.group(1));
  }

  private Treasury treasury(LedgerSettings settings) throws Exception {
    var terms =
        new LeaseTerms(
            "a",
            dir.resolve("journal"),
            1 << 20,
            Duration.ofSeconds(3),
            Money.usd("1"),
            Duration.ofMillis(500),
            false);
    return Treasury.leased(
        () -> new JdbcLedgers().open(settings), terms, InstantSource.system(), LeaseListener.NONE);
  }

  private static BudgetBook book(Treasury treasury) {
    var terms =
        new BudgetTerms(
            "global",
            Map.of(),
            Money.usd("100"),
            new Window.Lifetime(),
            ZoneOffset.UTC,
            80,
            HardLimitAction.REJECT,
            false);
    var book =
        new BudgetBook(
            List.of(terms), BudgetListener.NONE, treasury.allotments(), treasury.clock().millis());
    treasury.awaitFirstView();
    return book;
  }

  private Admission spend(Treasury treasury, BudgetBook book) {
    try (var hold = book.of(Caller.ANONYMOUS).at("p", "b", "m").hold()) {
      var admission = treasury.admit(hold, COST);
      if (admission instanceof Admission.Held) {
        var record = record(treasury, hold);
        assertTrue(treasury.begin(record));
        treasury.settle(record);
        hold.settle(COST);
      }
      return admission;
    }
  }

  private SpendRecord record(Treasury treasury, Hold hold) {
    return new SpendRecord(
        new Attempt("r" + ++spent, 1),
        treasury.clock().instant(),
        Caller.ANONYMOUS,
        new Target("b", "p", "m"),
        Usage.of(10, 20),
        "",
        COST,
        Precision.REPORTED,
        Outcome.COMPLETED,
        Treasury.chargesOf(hold));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain");
      Thread.sleep(5);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Wire.Cut.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void spend_networkCut_losesNothingAndCountsNothingTwice(Wire.Cut cut) throws Exception {
    var direct = server.newLedger();
    try (var wire = new Wire(portOf(direct))) {
      var treasury = treasury(through(wire, direct));
      var book = book(treasury);
      for (int i = 0; i < 20; i++) {
        assertInstanceOf(Admission.Held.class, spend(treasury, book));
      }

      wire.cut(cut);
      await(() -> spend(treasury, book) instanceof Admission.Unavailable);
      await(() -> !treasury.figures().away().isEmpty());
      assertTrue(treasury.figures().away().contains("cannot be reached"), treasury.figures()::away);
      assertTrue(treasury.figures().recordsPending() > 0);

      wire.mend();
      await(() -> spend(treasury, book) instanceof Admission.Held);
      await(() -> treasury.figures().recordsPending() == 0);
      treasury.close();
    }
    try (var books = new JdbcLedgers().books(direct)) {
      var balance = books.balances().getFirst();
      assertEquals(new Money(COST.nanos() * spent), balance.settled());
      assertEquals(Money.ZERO, balance.outstanding());
      var audit = books.verify();
      assertTrue(audit.agrees());
      assertEquals(spent, audit.records());
    }
  }
}
