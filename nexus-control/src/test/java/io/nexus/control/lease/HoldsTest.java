package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.BudgetStatus;
import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Money;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HoldsTest {

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
  void spend_granted_reachesTheLedger() throws Exception {
    var gateway = gateway("a");
    assertEquals(new Admission.Held(true), gateway.spend("1", "0.4"));
    await(() -> gateway.funds.figures().recordsPending() == 0);
    assertEquals(usd("0.4"), global().settled());
    assertEquals(usd("0.4"), gateway.state().spent());
    assertTrue(ledger.verify().agrees());
    gateway.funds.close();
  }

  @Test
  void spend_overTheLimit_isRefusedAndSaysWhy() throws Exception {
    var gateway = gateway("a");
    assertEquals(new Admission.Held(true), gateway.spend("9"));
    assertEquals(new Admission.Refused(), gateway.spend("1.000000001"));
    long millis = gateway.funds.clock().millis();
    assertEquals(usd("1"), gateway.budgets().available(millis));
    var violation = gateway.budgets().violation(usd("1.000000001"), millis).orElseThrow();
    assertEquals("global", violation.budget().terms().name());
    assertEquals(new Admission.Held(true), gateway.spend("1"));
    assertInstanceOf(BudgetStatus.HardLimit.class, gateway.state().status());
    gateway.funds.close();
  }

  @Test
  void spend_ofTwoGateways_neverPassesTheLimitAndNearlyReachesIt() throws Exception {
    var gateways = new Gateway[] {gateway("a"), gateway("b")};
    var bill = new AtomicLong();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 16; i++) {
        var gateway = gateways[i % 2];
        tasks.add(
            () -> {
              while (gateway.spend("0.03", "0.01") instanceof Admission.Held) {
                bill.addAndGet(usd("0.01").nanos());
              }
              return null;
            });
      }
      for (var done : pool.invokeAll(tasks)) {
        done.get();
      }
    }
    for (var gateway : gateways) {
      gateway.funds.close();
    }
    assertTrue(bill.get() <= Gateway.LIMIT.nanos(), "over: " + bill);
    assertTrue(bill.get() > Gateway.LIMIT.nanos() / 10 * 7, "stranded: " + bill);
    assertEquals(bill.get(), global().settled().nanos());
    assertEquals(Money.ZERO, global().outstanding());
    assertTrue(ledger.verify().agrees());
  }

  @Test
  void close_andStartAgain_keepsTheSpendExactly() throws Exception {
    var first = gateway("a");
    first.spend("0.123456789");
    first.funds.close();
    assertEquals(Money.ZERO, global().outstanding());
    var second = gateway("a");
    assertEquals(usd("0.123456789"), second.state().spent());
    assertEquals(Money.ZERO, second.state().held());
    assertEquals(usd("9.876543211"), second.state().remaining());
    second.funds.close();
  }

  @Test
  void requests_ledgerStuck_goOnWithWhatWasDrawn() throws Exception {
    var gateway = gateway("a");
    gateway.spend("0.1");
    troubled.block();
    long before = gateway.state().spent().nanos();
    var drawn = gateway.funds;
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 20; i++) {
            assertEquals(new Admission.Held(true), gateway.spend("0.01"));
          }
        });
    assertEquals(before + usd("0.2").nanos(), gateway.state().spent().nanos());
    assertTrue(drawn.figures().recordsPending() >= 20);
    troubled.unblock();
    await(() -> drawn.figures().recordsPending() == 0);
    drawn.close();
    assertEquals(usd("0.3"), global().settled());
  }

  @Test
  void requests_ledgerAway_areAdmittedOrNotAsAskedAndPostedOnce() throws Exception {
    var open = new Gateway("open", troubled.ledger(), dir, time.machine(), true);
    var closed = gateway("closed");
    open.spend("0.1");
    troubled.down(true);
    pass(Duration.ofSeconds(2));
    await(() -> !open.funds.figures().away().isEmpty());
    await(() -> !closed.funds.figures().away().isEmpty());
    assertEquals(new Admission.Held(true), open.spend("0.05"), "what was drawn");
    assertEquals(new Admission.Held(false), open.spend("3"));
    assertInstanceOf(Admission.Unavailable.class, closed.spend("3"));
    troubled.down(false);
    pass(Duration.ofSeconds(5));
    await(() -> open.funds.figures().recordsPending() == 0);
    assertEquals(usd("3.15"), global().settled());
    await(() -> closed.funds.figures().away().isEmpty());
    assertEquals(new Admission.Held(true), closed.spend("1"));
    open.funds.close();
    closed.funds.close();
    assertEquals(usd("4.15"), global().settled());
    assertEquals(Money.ZERO, global().outstanding());
  }

  @Test
  void requests_answersLost_areCountedOnce() throws Exception {
    var gateway = gateway("a");
    gateway.spend("0.1");
    troubled.losesAnswers(true);
    assertEquals(new Admission.Held(true), gateway.spend("0.1"));
    await(() -> !gateway.funds.figures().away().isEmpty());
    assertInstanceOf(Admission.Unavailable.class, gateway.spend("5"));
    troubled.losesAnswers(false);
    pass(Duration.ofSeconds(5));
    await(() -> gateway.funds.figures().away().isEmpty());
    await(() -> gateway.funds.figures().recordsPending() == 0);
    gateway.funds.close();
    assertEquals(usd("0.2"), global().settled());
    assertEquals(Money.ZERO, global().outstanding());
    assertEquals(2, ledger.verify().records());
  }

  @Test
  void close_ledgerAway_leavesTheJournalToTheNextStart() throws Exception {
    var first = gateway("a");
    first.spend("0.1");
    troubled.block();
    first.spend("0.1");
    troubled.down(true);
    troubled.unblock();
    first.funds.close();
    troubled.down(false);
    var second = gateway("a");
    assertEquals(usd("0.2"), second.state().spent());
    assertEquals(Money.ZERO, second.state().held());
    second.funds.close();
    try (var left = Files.list(dir.resolve("a"))) {
      assertEquals(1, left.count(), "the lock alone");
    }
  }

  @Test
  void begin_journalFull_isRefusedAndSettlingIsNot() throws Exception {
    var gateway = gateway("a");
    gateway.spend("0.9");
    troubled.block();
    try (var hold = gateway.budgets().hold()) {
      assertTrue(hold.take(usd("0.000001"), gateway.funds.clock().millis()));
      int begun = 0;
      while (gateway.funds.begin(gateway.record(100 + begun, "0", hold))) {
        begun++;
      }
      assertTrue(begun > 1000, "begun " + begun);
      assertFalse(gateway.funds.begin(gateway.record(99, "0", hold)));
      for (int i = 0; i < begun; i++) {
        gateway.funds.settle(gateway.record(100 + i, "0", hold));
      }
      troubled.unblock();
      await(() -> gateway.funds.figures().recordsPending() == 0);
      assertTrue(gateway.funds.begin(gateway.record(99, "0", hold)));
      gateway.funds.cancel(gateway.record(99, "0", hold).attempt());
      assertEquals(begun + 1, ledger.verify().records());
    }
    gateway.funds.close();
  }

  @Test
  void cycle_turns_startsAfreshAndGivesTheOldOneBack() throws Exception {
    var gateway = gateway("a");
    gateway.spend("9", "2");
    pass(Duration.ofHours(1));
    assertEquals(Money.ZERO, gateway.state().spent());
    assertEquals(new Admission.Held(true), gateway.spend("9", "3"));
    await(() -> global().outstanding().isZero() && global().settled().equals(usd("2")));
    gateway.funds.close();
    assertEquals(6, ledger.balances().size());
    assertEquals(usd("3"), ledger.balances().get(1).settled());
  }

  @Test
  void state_anotherGatewaySpends_speaksOfTheWholeBudget() throws Exception {
    var a = gateway("a");
    var b = gateway("b");
    b.spend("0.5");
    a.spend("8.5");
    await(() -> a.funds.figures().recordsPending() == 0);
    pass(Duration.ofSeconds(2));
    await(() -> b.state().spent().equals(usd("9")));
    assertInstanceOf(BudgetStatus.SoftLimit.class, b.state().status());
    assertTrue(b.state().remaining().compareTo(usd("1")) <= 0);
    a.funds.close();
    b.funds.close();
  }

  @Test
  void resetSpent_ofOneGateway_countsForAll() throws Exception {
    var a = gateway("a");
    var b = gateway("b");
    a.spend("6");
    b.spend("3");
    assertEquals(new Admission.Refused(), a.spend("8"));
    await(() -> global().settled().equals(usd("9")));
    await(
        () -> {
          pass(Duration.ofMillis(100));
          return a.state().spent().equals(usd("9")); // What it does not know it cannot forgive.
        });
    var change = a.book.budgets().getFirst().resetSpent(a.funds.clock().millis());
    assertEquals(Money.ZERO, change.after().spent());
    await(() -> global().settled().isZero());
    pass(Duration.ofSeconds(1));
    await(() -> b.state().spent().isZero());
    assertEquals(
        new Admission.Held(true),
        a.spend("8"),
        () -> ledger.balances() + ", seen by a: " + a.state() + a.state("second"));
    await(() -> global().settled().equals(usd("8")));
    assertEquals(usd("8"), a.state().spent());
    a.funds.close();
    b.funds.close();
    assertEquals(usd("8"), global().settled());
    assertTrue(ledger.verify().agrees());
  }

  @Test
  void queue_anotherGatewayGivesBack_isServed() throws Exception {
    var a = gateway("a");
    var b = gateway("b");
    try (var hold = b.budgets().hold();
        var queue = new BudgetQueue(a.book, 1, a.funds.clock(), System::nanoTime)) {
      assertEquals(new Admission.Held(true), b.funds.admit(hold, usd("9.5")));
      var entered =
          assertInstanceOf(
              BudgetQueue.Entry.Entered.class,
              queue.enter(BudgetQueue.Priority.NORMAL, a.budgets(), Duration.ofMinutes(1)));
      assertEquals(new Admission.Refused(), a.spend("1"));
      hold.settle(Money.ZERO);
      try (var served = Executors.newSingleThreadExecutor();
          var ticket = entered.ticket()) {
        var outcome =
            served.submit(() -> ticket.await(() -> a.spend("1") instanceof Admission.Held));
        await(
            () -> {
              pass(Duration.ofMillis(100));
              return outcome.isDone();
            });
        assertEquals(BudgetQueue.Outcome.SERVED, outcome.get());
      }
    }
    assertTrue(
        time.instant().isBefore(TestTime.START.plus(Duration.ofMinutes(20))),
        "before the cycle's end");
    a.funds.close();
    b.funds.close();
  }

  @Test
  void idle_gateway_givesBackWhatItDrew() throws Exception {
    var gateway = gateway("a");
    gateway.spend("0.1");
    assertTrue(global().outstanding().nanos() > 0);
    await(
        () -> {
          pass(Duration.ofMillis(100));
          return global().outstanding().isZero();
        });
    assertTrue(
        time.instant().isBefore(TestTime.START.plus(Duration.ofMinutes(20))),
        "before the cycle's end");
    gateway.funds.close();
  }

  @Test
  void start_earlierRunDiedWhileItMadeItsJournal_goesOn() throws Exception {
    var died = Files.createDirectories(dir.resolve("a").resolve("a-former-incarnation"));
    Files.createFile(died.resolve("about"));
    var gateway = gateway("a");
    assertEquals(new Admission.Held(true), gateway.spend("0.1"));
    assertFalse(Files.exists(died));
    gateway.funds.close();
  }

  @Test
  void start_journalInUse_isRefused() throws Exception {
    var gateway = gateway("a");
    var e = assertThrows(LedgerException.class, () -> gateway("a"));
    assertEquals(Kind.IN_USE, e.kind());
    gateway.funds.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void start_nodeWithoutItsJournal_chargesAllAndEndsTheOther(boolean failOpen) throws Exception {
    var gateway = new Gateway("a", troubled.ledger(), dir, time.machine(), failOpen);
    gateway.spend("0.1");
    var elsewhere = new Gateway("a", ledger, dir.resolve("elsewhere"), time.machine(), failOpen);
    assertTrue(elsewhere.state().spent().compareTo(usd("0.1")) > 0);
    assertEquals(Money.ZERO, global().outstanding());
    assertInstanceOf(Admission.Unavailable.class, gateway.spend("5"), "fenced");
    assertInstanceOf(Admission.Unavailable.class, gateway.spend("0.01"), "whatever it had drawn");
    assertTrue(gateway.funds.figures().away().contains("[ledger] node"));
    assertFalse(gateway.funds.isAvailable());
    assertEquals(1, gateway.timesFenced.get());
    assertEquals(0, gateway.unsecuredNanos.get());
    gateway.funds.close();
    elsewhere.funds.close();
    assertTrue(ledger.verify().agrees());
    assertEquals(Money.ZERO, global().outstanding());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isAvailable_ledgerAway_dependsOnWhatTheOperatorWants(boolean failOpen) throws Exception {
    var gateway = new Gateway("a", troubled.ledger(), dir, time.machine(), failOpen);
    assertTrue(gateway.funds.isAvailable());
    troubled.down(true);
    await(() -> !gateway.funds.figures().away().isEmpty());
    assertEquals(failOpen, gateway.funds.isAvailable());
    troubled.down(false);
    pass(Duration.ofSeconds(5));
    await(() -> gateway.funds.figures().away().isEmpty());
    assertTrue(gateway.funds.isAvailable());
    gateway.funds.close();
  }
}
