package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.lease.LeaseListener;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.LeasedFunds;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.Line;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway that is cut off from its database while it spends. */
@Timeout(120)
class NetworkCutTest {

  private static final long PATIENCE_NANOS = 30_000_000_000L;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir Path dir;

  /** Waits at most a second for an answer; the address sets it. */
  private static LedgerSettings through(Line line, LedgerSettings settings) {
    var there = server.through(line, settings);
    return new LedgerSettings(
        there.url() + "&socketTimeout=1&connectTimeout=1&loginTimeout=1", there.password());
  }

  private Funds funds(LedgerSettings settings) throws Exception {
    var terms =
        new LeaseTerms(
            "a",
            dir.resolve("journal"),
            1 << 20,
            Duration.ofSeconds(3),
            Money.usd("1"),
            Duration.ofMillis(500),
            false);
    return LeasedFunds.start(
        () -> new JdbcLedgerFactory().open(settings),
        terms,
        new MachineTime(InstantSource.system(), System::nanoTime),
        LeaseListener.NONE);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain");
      Thread.sleep(5);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Line.Cut.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void spend_networkCut_losesNothingAndCountsNothingTwice(Line.Cut cut) throws Exception {
    var direct = server.newLedger();
    int spent;
    try (var line = server.line()) {
      var funds = funds(through(line, direct));
      var gateway = new Spender("r", funds, new Window.Lifetime(), ZoneOffset.UTC);
      for (int i = 0; i < 20; i++) {
        assertInstanceOf(Admission.Held.class, gateway.spend());
      }

      line.cut(cut);
      await(() -> gateway.spend() instanceof Admission.Unavailable);
      // Until the driver says why, it only does not answer.
      await(() -> funds.figures().away().contains("cannot be reached"));
      assertFalse(funds.figures().away().contains("VALUES"), funds.figures()::away);
      assertTrue(funds.figures().recordsPending() > 0);

      line.mend();
      await(() -> gateway.spend() instanceof Admission.Held);
      await(() -> funds.figures().recordsPending() == 0);
      spent = gateway.spent();
      funds.close();
    }
    try (var books = new JdbcLedgerFactory().books(direct)) {
      var balance = books.balances().getFirst();
      assertEquals(new Money(Spender.COST.nanos() * spent), balance.settled());
      assertEquals(Money.ZERO, balance.outstanding());
      var audit = books.verify();
      assertTrue(audit.agrees());
      assertEquals(spent, audit.records());
    }
  }
}
