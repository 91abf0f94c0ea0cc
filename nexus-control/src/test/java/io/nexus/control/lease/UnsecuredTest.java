package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Admission while the ledger does not answer and {@code on_error} is open. */
@Timeout(120)
class UnsecuredTest {

  private static final Duration SHORT_WAIT = Duration.ofMillis(20);
  private static final int CLIENTS = 100;

  @TempDir Path dir;

  private final TestTime time = new TestTime();
  private final MemoryLedger ledger = new MemoryLedger(time::instant, 100_000);
  private final FaultyLedger troubled = new FaultyLedger(ledger);

  private Gateway gateway(String node, Duration drawWait) throws LedgerException {
    return new Gateway(node, troubled.ledger(), dir, time.machine(), true, drawWait);
  }

  private static Money usd(String usd) {
    return Money.usd(usd);
  }

  private Balance global() {
    return ledger.balances().getFirst();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  /** Many clients spend until each has been refused; what they were billed. */
  private static long spendAll(Gateway gateway, String held, String spent) throws Exception {
    var bill = new AtomicLong();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Void>>();
      for (int i = 0; i < CLIENTS; i++) {
        tasks.add(
            () -> {
              while (gateway.spend(held, spent) instanceof Admission.Held) {
                bill.addAndGet(usd(spent).nanos());
              }
              return null;
            });
      }
      for (var done : pool.invokeAll(tasks)) {
        done.get();
      }
    }
    return bill.get();
  }

  private void assertSettles(Gateway gateway, long bill) throws InterruptedException {
    await(
        () -> {
          time.pass(Duration.ofMillis(100));
          return gateway.funds.figures().recordsPending() == 0;
        });
    gateway.funds.close();
    assertEquals(bill, global().settled().nanos());
    assertEquals(Money.ZERO, global().outstanding());
    assertTrue(ledger.verify().agrees());
  }

  @Test
  void spend_ledgerStuck_neverPassesTheLimitAndReachesIt() throws Exception {
    var gateway = gateway("a", SHORT_WAIT);
    gateway.spend("0.5");
    troubled.block();
    long bill = spendAll(gateway, "0.03", "0.01") + usd("0.5").nanos();
    assertTrue(bill <= Gateway.LIMIT.nanos(), "over: " + bill);
    assertTrue(bill > usd("9.96").nanos(), "not spent: " + bill);
    troubled.unblock();
    assertSettles(gateway, bill);
  }

  @Test
  void spend_ledgerComesAndGoes_neverPassesTheLimitAndReachesIt() throws Exception {
    var gateway = gateway("a", SHORT_WAIT);
    var over = new CountDownLatch(1);
    try (var flapping = Executors.newSingleThreadExecutor()) {
      var _ =
          flapping.submit(
              () -> {
                for (boolean down = true; !over.await(2, TimeUnit.MILLISECONDS); down = !down) {
                  troubled.down(down);
                  time.pass(Duration.ofMillis(100));
                }
                return null;
              });
      long bill;
      try {
        bill = spendAll(gateway, "0.03", "0.01");
      } finally {
        over.countDown();
      }
      assertTrue(bill <= Gateway.LIMIT.nanos(), "over: " + bill);
      assertTrue(bill > usd("9.9").nanos(), "not spent: " + bill);
      flapping.shutdown();
      assertTrue(flapping.awaitTermination(10, TimeUnit.SECONDS));
      troubled.down(false);
      time.pass(Duration.ofSeconds(5));
      assertTrue(gateway.unsecuredNanos.get() > 0);
      assertSettles(gateway, bill);
    }
  }

  @Test
  void spend_slowLine_isGrantedAndSpent() throws Exception {
    troubled.slow(Duration.ofMillis(240));
    var gateway = gateway("a", Duration.ofMillis(500));
    long bill = spendAll(gateway, "0.065", "0.05");
    troubled.slow(Duration.ZERO);
    assertTrue(bill <= Gateway.LIMIT.nanos(), "over: " + bill);
    assertTrue(bill >= Gateway.LIMIT.nanos() / 100 * 95, "not spent: " + bill);
    assertEquals(0, gateway.unsecuredNanos.get());
    assertSettles(gateway, bill);
  }

  @Test
  void spend_ledgerAway_isCountedAndLaterCovered() throws Exception {
    var gateway = gateway("a", SHORT_WAIT);
    troubled.down(true);
    await(() -> !gateway.funds.figures().away().isEmpty());
    try (var hold = gateway.budgets().hold()) {
      assertEquals(new Admission.Held(false), gateway.funds.admit(hold, usd("4")));
      assertEquals(new Admission.Held(false), gateway.funds.extend(hold, usd("2")));
      assertEquals(usd("6").nanos(), gateway.unsecuredNanos.get());
      assertEquals(new Admission.Refused(), gateway.funds.extend(hold, usd("4.000000001")));
      assertEquals(new Admission.Refused(), gateway.spend("4.000000001"));
      assertEquals(usd("4"), gateway.state().remaining());
      troubled.down(false);
      time.pass(Duration.ofSeconds(5));
      await(() -> global().outstanding().compareTo(usd("6")) >= 0);
      assertEquals(usd("6"), gateway.state().held(), "counted once");
      assertEquals(usd("4"), gateway.state().remaining());
      gateway.funds.settle(gateway.record(1, "5", hold));
      hold.settle(usd("5"));
    }
    await(() -> global().settled().equals(usd("5")));
    assertEquals(usd("6").nanos(), gateway.unsecuredNanos.get());
    assertInstanceOf(Admission.Refused.class, gateway.spend("5.000000001"));
    gateway.funds.close();
    assertEquals(Money.ZERO, global().outstanding());
  }

  @Test
  void spend_ofTwoGatewaysCutOff_isBoundedByWhatEachLastSaw() throws Exception {
    var a = gateway("a", SHORT_WAIT);
    var b = gateway("b", SHORT_WAIT);
    a.spend("3");
    b.spend("2");
    await(() -> global().settled().equals(usd("5")));
    await(
        () -> {
          time.pass(Duration.ofMillis(200));
          return a.state().spent().equals(usd("5")) && b.state().spent().equals(usd("5"));
        });
    troubled.down(true);
    await(() -> !a.funds.figures().away().isEmpty());
    await(() -> !b.funds.figures().away().isEmpty());
    long bill = spendAll(a, "0.01", "0.01") + spendAll(b, "0.01", "0.01");
    assertTrue(bill <= 2 * usd("5").nanos(), "more than either could see: " + bill);
    troubled.down(false);
    time.pass(Duration.ofSeconds(5));
    await(
        () -> {
          time.pass(Duration.ofMillis(100));
          return a.funds.figures().recordsPending() + b.funds.figures().recordsPending() == 0;
        });
    assertEquals(usd("5").nanos() + bill, global().settled().nanos());
    a.funds.close();
    b.funds.close();
  }
}
