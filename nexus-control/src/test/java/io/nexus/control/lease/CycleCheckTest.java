package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nexus.control.budget.Cycle;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets whose zone, window, name or limit was changed, or differs between gateways. */
@Timeout(60)
class CycleCheckTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Window DAILY = new Window.Daily();

  @TempDir Path dir;

  private final TestTime time = new TestTime();
  private final MemoryLedger ledger = new MemoryLedger(time::instant, 100_000);

  private Gateway gateway(String node, String name, String limit, Window window, ZoneId zone)
      throws LedgerException {
    var terms = Gateway.budget(name, limit, window, zone, HardLimitAction.REJECT);
    return new Gateway(node, ledger, dir, time.machine(), List.of(terms));
  }

  private static Money usd(String usd) {
    return Money.usd(usd);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private static void spendAndStop(Gateway gateway, String usd) {
    assertEquals(new Admission.Held(true), gateway.spend(usd));
    gateway.funds.close();
  }

  @Test
  void start_aloneInAnotherZone_goesByItsOwnCycle() throws Exception {
    spendAndStop(gateway("a", "global", "10", DAILY, ZoneOffset.UTC), "4");
    var gateway = gateway("a", "global", "10", DAILY, BERLIN);
    assertEquals(Instant.parse("2026-11-22T23:00:00Z"), gateway.state().cycle().start());
    gateway.funds.close();
  }

  @Test
  void start_anotherGatewayWithALongerWindow_goesByItsOwnCycle() throws Exception {
    var monthly = gateway("a", "global", "10", new Window.Monthly(1), ZoneOffset.UTC);
    assertEquals(new Admission.Held(true), monthly.spend("4"));
    var daily = gateway("b", "global", "10", DAILY, ZoneOffset.UTC);
    assertEquals(Instant.parse("2026-11-23T00:00:00Z"), daily.state().cycle().start());
    daily.funds.close();
    monthly.funds.close();
  }

  @Test
  void start_anotherGatewayInAnotherZone_followsItsCycleUntilThatIsOver() throws Exception {
    var first = gateway("a", "global", "10", DAILY, ZoneOffset.UTC);
    assertEquals(new Admission.Held(true), first.spend("4"));
    var second = gateway("b", "global", "10", DAILY, BERLIN);
    var utc =
        new Cycle(Instant.parse("2026-11-23T00:00:00Z"), Instant.parse("2026-11-24T00:00:00Z"));
    await(() -> second.state().cycle().equals(utc));
    await(() -> second.state().spent().equals(usd("4")));
    assertEquals(new Admission.Refused(), second.spend("6.000000001"));
    assertEquals(new Admission.Held(true), second.spend("5"));
    second.funds.close();
    first.funds.close();
    assertEquals(usd("9"), ledger.balances().getFirst().settled());
    time.pass(Duration.ofHours(14));
    assertNotEquals(utc, second.state().cycle());
  }

  @Test
  void start_anotherGatewayHasALowerLimit_thatHolds() throws Exception {
    var low = gateway("a", "global", "5", DAILY, ZoneOffset.UTC);
    assertEquals(new Admission.Held(true), low.spend("1"));
    var high = gateway("b", "global", "10", DAILY, ZoneOffset.UTC);
    assertEquals(usd("5"), high.state().limit());
    assertEquals(new Admission.Refused(), high.spend("4.000000001"));
    assertEquals(new Admission.Held(true), high.spend("2"));
    low.funds.close();
    time.pass(Duration.ofSeconds(2));
    await(() -> high.state().limit().equals(usd("10")));
    assertEquals(new Admission.Held(true), high.spend("7"));
    high.funds.close();
  }
}
