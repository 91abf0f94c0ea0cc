package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator sets the spend back: what was spent before is forgiven once, and nothing after. */
@Timeout(60)
class ResetTest {

  private static final List<String> BUDGETS = List.of("global", "second", "warns");

  @TempDir Path dir;

  private final TestTime time = new TestTime();
  private final MemoryLedger ledger = new MemoryLedger(time::instant, 100_000);
  private final FaultyLedger troubled = new FaultyLedger(ledger);

  private Gateway gateway() throws LedgerException {
    return new Gateway("a", troubled.ledger(), dir, time.machine(), true, Duration.ofMillis(20));
  }

  private static Money usd(String usd) {
    return Money.usd(usd);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private void awaitPosted(Gateway gateway) throws InterruptedException {
    await(
        () -> {
          time.pass(Duration.ofMillis(50));
          return gateway.funds.figures().recordsPending() == 0;
        });
  }

  private void assertSettled(String usd) {
    assertEquals(
        List.of(usd(usd), usd(usd), usd(usd)),
        ledger.balances().stream().map(Balance::settled).toList());
    assertTrue(ledger.verify().agrees());
  }

  private static void assertSpent(Gateway gateway, String usd) {
    for (var budget : BUDGETS) {
      assertEquals(usd(usd), gateway.state(budget).spent(), budget);
      var left = gateway.state(budget).limit().minus(usd(usd));
      assertEquals(left, gateway.state(budget).remaining(), budget);
    }
  }

  @Test
  void reset_manyRecordsWait_forgivesAllThatWasSpentBeforeAndNothingAfter() throws Exception {
    var gateway = gateway();
    gateway.spend("0.5");
    awaitPosted(gateway);
    troubled.block();
    for (int i = 0; i < 1250; i++) {
      assertEquals(Admission.Held.class, gateway.spend("0.002").getClass());
    }
    assertSpent(gateway, "3");
    gateway.reset();
    assertSpent(gateway, "0");
    assertEquals(Admission.Held.class, gateway.spend("1.25").getClass());
    assertSpent(gateway, "1.25");
    troubled.unblock();
    awaitPosted(gateway);
    assertSettled("1.25");
    assertSpent(gateway, "1.25");
    assertEquals(new Admission.Held(true), gateway.spend("8.75"));
    assertEquals(new Admission.Refused(), gateway.spend("0.000000001"));
    gateway.funds.close();
    assertSettled("10");
  }

  @Test
  void reset_ledgerAwayUntilTheNextRun_isDoneByThat() throws Exception {
    var first = gateway();
    first.spend("2");
    awaitPosted(first);
    troubled.down(true);
    await(() -> !first.funds.figures().away().isEmpty());
    first.spend("3");
    first.reset();
    assertEquals(new Admission.Held(false), first.spend("9"), "the whole limit is free again");
    first.reset();
    first.spend("0.25");
    assertSpent(first, "0.25");
    first.funds.close();
    troubled.down(false);
    var second = gateway();
    assertSettled("0.25");
    assertSpent(second, "0.25");
    second.funds.close();
    assertSettled("0.25");
  }

  @Test
  void reset_answersLost_forgivesOnce() throws Exception {
    var gateway = gateway();
    gateway.spend("2");
    awaitPosted(gateway);
    troubled.losesAnswers(true);
    gateway.reset();
    gateway.spend("0.5");
    await(
        () -> {
          time.pass(Duration.ofMillis(500));
          return ledger.balances().getFirst().settled().compareTo(usd("2")) < 0;
        });
    assertSpent(gateway, "0.5");
    troubled.losesAnswers(false);
    time.pass(Duration.ofSeconds(5));
    awaitPosted(gateway);
    assertSettled("0.5");
    assertSpent(gateway, "0.5");
    gateway.funds.close();
  }

  @Test
  void reset_requestsUnderWay_leavesWhatIsHeld() throws Exception {
    var gateway = gateway();
    gateway.spend("4");
    try (var hold = gateway.budgets().hold()) {
      gateway.funds.admit(hold, usd("3"));
      gateway.reset();
      assertEquals(usd("3"), gateway.state().held());
      assertEquals(Money.ZERO, gateway.state().spent());
      awaitPosted(gateway);
      assertSettled("0");
      assertEquals(usd("3"), gateway.state().held());
      gateway.funds.settle(gateway.record(99, "1.5", hold));
      hold.settle(usd("1.5"));
    }
    awaitPosted(gateway);
    assertSettled("1.5");
    assertSpent(gateway, "1.5");
    gateway.funds.close();
  }

  @Test
  void reset_anotherGatewaySpentToo_forgivesThatAsWell() throws Exception {
    var a = gateway();
    var b = new Gateway("b", ledger, dir, time.machine(), false);
    a.spend("1");
    b.spend("2");
    awaitPosted(a);
    awaitPosted(b);
    await(
        () -> {
          time.pass(Duration.ofMillis(100));
          return a.state().spent().equals(usd("3"));
        });
    a.reset();
    assertSpentOnly(a, "0");
    awaitPosted(a);
    assertSettled("0");
    a.spend("0.5");
    awaitPosted(a);
    await(
        () -> {
          time.pass(Duration.ofMillis(100));
          return b.state().spent().equals(usd("0.5"));
        });
    assertSpentOnly(a, "0.5");
    a.funds.close();
    b.funds.close();
  }

  private static void assertSpentOnly(Gateway gateway, String usd) {
    for (var budget : BUDGETS) {
      assertEquals(usd(usd), gateway.state(budget).spent(), budget);
    }
  }
}
