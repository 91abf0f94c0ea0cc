package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.lease.LeaseListener;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.LeasedFunds;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways on one PostgreSQL whose machines disagree about the day. */
@Timeout(120)
class SharedClockTest {

  private static final int DAY_SECONDS = 86_400;
  private static final int BEFORE_MIDNIGHT_SECONDS = 45;
  private static final Duration AHEAD = Duration.ofMinutes(1);

  @TempDir Path dir;

  /** A zone in which the day ends soon, but not while this test runs. */
  private static ZoneOffset soonMidnight(Instant now) {
    int seconds =
        (int)
            Math.floorMod(
                DAY_SECONDS - BEFORE_MIDNIGHT_SECONDS - now.getEpochSecond(), (long) DAY_SECONDS);
    return ZoneOffset.ofTotalSeconds(seconds > DAY_SECONDS / 2 ? seconds - DAY_SECONDS : seconds);
  }

  private Funds funds(String node, LedgerSettings settings, InstantSource machine)
      throws Exception {
    var terms =
        new LeaseTerms(
            node,
            dir.resolve(node),
            1 << 20,
            Duration.ofSeconds(3),
            Money.usd("1"),
            Duration.ofSeconds(10),
            false);
    return LeasedFunds.start(
        () -> new JdbcLedgerFactory().open(settings),
        terms,
        new MachineTime(machine, System::nanoTime),
        LeaseListener.NONE);
  }

  @Test
  void spend_machinesOnDifferentDays_isOfOneCycle() throws Exception {
    var server = new PostgresServer();
    try {
      var settings = server.newLedger();
      var right = InstantSource.system();
      InstantSource ahead = () -> right.instant().plus(AHEAD);
      var zone = soonMidnight(right.instant());
      assertNotEquals(
          LocalDate.ofInstant(right.instant(), zone), LocalDate.ofInstant(ahead.instant(), zone));
      for (var machine : Map.of("a", right, "b", ahead).entrySet()) {
        var funds = funds(machine.getKey(), settings, machine.getValue());
        var gateway = new Spender(machine.getKey(), funds, new Window.Daily(), zone);
        assertInstanceOf(Admission.Held.class, gateway.spend());
        funds.close();
      }
      try (var books = new JdbcLedgerFactory().books(settings)) {
        assertEquals(1, books.balances().size(), books.balances()::toString);
        assertEquals(new Money(2 * Spender.COST.nanos()), books.balances().getFirst().settled());
      }
    } finally {
      server.close();
    }
  }
}
