package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LedgerTimeTest {

  @TempDir Path dir;

  private final TestTime time = new TestTime();
  private final MemoryLedger ledger = new MemoryLedger(time::instant, 100_000);
  private final FaultyLedger troubled = new FaultyLedger(ledger);

  private Gateway gateway(String node) throws LedgerException {
    return new Gateway(node, troubled.ledger(), dir, time.machine(), false);
  }

  private static Money usd(String usd) {
    return Money.usd(usd);
  }

  private Balance global() {
    return ledger.balances().getFirst();
  }

  /** The ledger's thread runs every few milliseconds; the tests wait for its work. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private void pass(Duration duration) {
    time.pass(duration);
  }

  @Test
  void clock_machinesAMinuteApart_isTheLedgers() throws Exception {
    var ahead = new MachineTime(() -> time.instant().plusSeconds(60), time::nanos);
    var behind = new MachineTime(() -> time.instant().minusSeconds(60), time::nanos);
    var a = new Gateway("a", ledger, dir, ahead, false);
    var b = new Gateway("b", ledger, dir, behind, false);
    for (var gateway : List.of(a, b)) {
      var apart = Duration.between(time.instant(), gateway.funds.clock().instant()).abs();
      assertTrue(apart.compareTo(Duration.ofSeconds(5)) < 0, apart.toString());
    }
    assertEquals(a.state().cycle(), b.state().cycle());
    a.funds.close();
    b.funds.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void clock_setByAnHour_hasNoEffect(long hours) throws Exception {
    var ownClock = new MemoryLedger(() -> time.wall().instant(), 1000);
    var gateway = new Gateway("a", ownClock, dir, time.machine(), false);
    assertEquals(new Admission.Held(true), gateway.spend("1"));
    var cycle = gateway.state().cycle();
    time.setClock(Duration.ofHours(hours));
    for (int i = 1; i <= 5; i++) {
      pass(Duration.ofSeconds(2));
      assertEquals(new Admission.Held(true), gateway.spend("1"));
      await(() -> gateway.funds.figures().recordsPending() == 0);
      assertEquals(cycle, gateway.state().cycle());
      assertEquals(usd(Integer.toString(i + 1)), gateway.state().spent());
      assertEquals("", gateway.funds.figures().away());
    }
    assertEquals(new Admission.Refused(), gateway.spend("4.000000001"));
    gateway.funds.close();
    assertEquals(usd("6"), ownClock.balances().getFirst().settled());
    assertEquals(3, ownClock.balances().size(), "no other cycle");
  }

  @Test
  void renew_nobodyAsks_showsThatItLives() throws Exception {
    var gateway = gateway("a");
    for (int i = 0; i < 8; i++) {
      pass(Duration.ofSeconds(1));
      // Answered by a round that began after the time had passed.
      gateway.funds.refresh(gateway.budgets());
      gateway.funds.awaitFirstView();
    }
    var other = ledger.join("b", "b-1", Duration.ofSeconds(3));
    assertEquals(2, ledger.renew(other));
    gateway.funds.close();
    assertEquals(1, ledger.renew(other), "it has left");
  }

  @Test
  void clock_goesOtherThanTheLedgers_isSetAgainAndAgain() throws Exception {
    var ahead = new AtomicLong();
    var fast = new MemoryLedger(() -> time.instant().plusMillis(ahead.get()), 1000);
    var gateway = new Gateway("a", fast, dir, time.machine(), false);
    for (int second = 1; second <= 20; second++) {
      pass(Duration.ofSeconds(1));
      ahead.set(second * 300L);
      gateway.funds.refresh(gateway.budgets());
      gateway.funds.awaitFirstView();
    }
    var apart = Duration.between(gateway.funds.clock().instant(), fast.now()).abs();
    assertTrue(apart.toMillis() < 2000, "apart " + apart);
    gateway.funds.close();
  }

  @Test
  void round_error_isAwayAndTriedAgain() throws Exception {
    var gateway = gateway("a");
    troubled.breaks(new NoClassDefFoundError("driver"));
    await(() -> !gateway.funds.figures().away().isEmpty());
    assertTrue(gateway.funds.figures().away().contains("driver"));
    assertTrue(gateway.funds.figures().errors() > 0);
    assertInstanceOf(Admission.Unavailable.class, gateway.spend("5"));
    troubled.breaks(null);
    pass(Duration.ofSeconds(5));
    await(() -> gateway.funds.figures().away().isEmpty());
    assertEquals(new Admission.Held(true), gateway.spend("5"));
    gateway.funds.close();
    assertEquals(usd("5"), global().settled());
  }

  @Test
  void start_error_isSaidAtOnce() {
    troubled.breaks(new StackOverflowError());
    var e = assertThrows(LedgerException.class, () -> gateway("a"));
    assertTrue(e.getMessage().contains("StackOverflowError"), e.getMessage());
  }
}
