package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetPlan;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.Admission;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No request is refused over what was once known of a budget and is not so any more. */
@Timeout(60)
class RefreshTest {

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

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private static boolean fits(Gateway gateway, String usd) {
    return gateway.budgets().violation(usd(usd), gateway.funds.clock().millis()).isEmpty();
  }

  /** Acts as a request: it asks the ledger before it is refused. */
  private static boolean fitsByNow(Gateway gateway, String usd) {
    if (!fits(gateway, usd) && !(gateway.funds.refresh(gateway.budgets()) && fits(gateway, usd))) {
      return false;
    }
    try (var hold = gateway.budgets().hold()) {
      return gateway.funds.admit(hold, usd(usd)) instanceof Admission.Held;
    }
  }

  @Test
  void refresh_peerGaveBack_letsTheNextRequestPass() throws Exception {
    var peer = gateway("b");
    Gateway late;
    try (var hold = peer.budgets().hold()) {
      assertEquals(new Admission.Held(true), peer.funds.admit(hold, usd("9.5")));
      late = gateway("a");
      assertFalse(fitsByNow(late, "5"));
    }
    peer.funds.close();
    assertFalse(fits(late, "5"), "as it was last seen");
    time.pass(Duration.ofMillis(100));
    assertTrue(fitsByNow(late, "5"));
    assertEquals(new Admission.Held(true), late.spend("5"));
    late.funds.close();
  }

  @Test
  void refresh_duringADrawForAnother_waitsForALookOfItsOwn() throws Exception {
    var gateway = gateway("a");
    troubled.block("draw");
    // It is not settled meanwhile: the answer to its record would be as good as a look.
    try (var hold = gateway.budgets().hold()) {
      var draws = Thread.ofPlatform().start(() -> gateway.funds.admit(hold, usd("1")));
      await(() -> troubled.blocked() == 1);
      time.pass(Duration.ofMillis(100));
      int before = troubled.looks();
      var looks = new AtomicInteger();
      var asks =
          Thread.ofPlatform()
              .start(
                  () -> {
                    assertTrue(gateway.funds.refresh(gateway.budgets()));
                    looks.set(troubled.looks());
                  });
      await(() -> asks.getState() == Thread.State.TIMED_WAITING);
      troubled.unblock();
      draws.join();
      asks.join();
      assertTrue(looks.get() > before, "it was answered without one");
    }
    gateway.funds.close();
  }

  /** Of what a peer draws by a limit that it does not yet know to be lowered. */
  @Test
  void look_afterAChange_isRepeatedUntilAllHaveHeardOfIt() throws Exception {
    var nanos = new AtomicLong();
    var machine = new MachineTime(() -> TestTime.START.plusNanos(nanos.get()), nanos::get);
    var still = new MemoryLedger(machine.wall(), 100_000);
    var idle = new Gateway("a", still, dir, machine, false);
    var peer = new Gateway("b", still, dir, machine, false);
    var limit = new Setting("budget", "other", "{}", 0);
    var edit =
        new SettingEdit(
            List.of(limit), TestTime.START, "ops", "", "budget.limit", "other", "null", "{}", "");
    var kept = idle.funds.settings().change(edit);
    assertInstanceOf(SettingOutcome.Kept.class, kept);
    idle.funds.awaitFirstView();
    assertEquals(new Admission.Held(true), peer.spend("6"));
    idle.funds.awaitFirstView();
    assertTrue(fits(idle, "5"), "no time has passed since it looked");
    nanos.addAndGet(250_000_000);
    // Answered by a round that began before the time had passed, and by one that began afterwards.
    idle.funds.awaitFirstView();
    idle.funds.awaitFirstView();
    assertFalse(fits(idle, "5"), "it has looked again");
    idle.funds.close();
    peer.funds.close();
  }

  /** The ledger goes by the limit of the first one, which has no requests any more. */
  @Test
  void limit_raisedWhileOneIsIdle_letsTheOtherSpendIt() throws Exception {
    var idle = gateway("b");
    assertEquals(new Admission.Held(true), idle.spend("1"));
    var other = gateway("a");
    assertEquals(new Admission.Held(true), other.spend("6"));
    assertFalse(fitsByNow(other, "5"));
    idle.limit("15");
    other.limit("15");
    await(
        () -> {
          time.pass(Duration.ofMillis(100));
          return fitsByNow(other, "5");
        });
    idle.funds.close();
    other.funds.close();
  }

  private static void limitEach(Gateway gateway, String limit) {
    var terms =
        Gateway.budget("each", limit, new Window.Hourly(), ZoneOffset.UTC, HardLimitAction.REJECT);
    var each = new Each(Per.parse("user").orElseThrow(), 2, Map.of());
    gateway.book.replace(List.of(BudgetPlan.of(terms).each(each)), gateway.funds.clock().millis());
  }

  private static boolean spends(Gateway gateway, String user, String usd) {
    var caller = new Caller("", "", user, List.of());
    return gateway.spend(caller, usd) instanceof Admission.Held;
  }

  private static boolean hasInMemory(Gateway gateway, String user) {
    long now = gateway.funds.clock().millis();
    return gateway.book.all(now).stream()
        .anyMatch(budget -> budget.terms().name().equals("each/" + user));
  }

  /** The ledger goes by the limit of the first one, which counts other users meanwhile. */
  @Test
  void limit_raisedForAValueOutOfMemory_letsTheOtherSpendIt() throws Exception {
    var first = gateway("b");
    var other = gateway("a");
    limitEach(first, "10");
    limitEach(other, "10");
    assertTrue(spends(first, "ann", "6"));
    await(
        () -> {
          time.pass(Duration.ofSeconds(4));
          return spends(first, "bob", "1")
              && spends(first, "cat", "1")
              && !hasInMemory(first, "ann");
        });
    limitEach(other, "20");
    time.pass(Duration.ofSeconds(2));
    assertFalse(spends(other, "ann", "6"), "the lower limit holds for all");
    limitEach(first, "20");
    // No time is made to pass, in which the first one would seem dead.
    await(() -> spends(other, "ann", "6"));
    assertFalse(hasInMemory(first, "ann"));
    first.funds.close();
    other.funds.close();
  }

  @Test
  void state_peerHolds_isHeldThereAlone() throws Exception {
    var peer = gateway("b");
    try (var hold = peer.budgets().hold()) {
      assertEquals(new Admission.Held(true), peer.funds.admit(hold, usd("9.5")));
      var other = gateway("a");
      assertFalse(fitsByNow(other, "5"));
      assertTrue(other.state().held().compareTo(usd("9.5")) >= 0, other.state().toString());
      assertEquals(Money.ZERO, other.state().heldHere());
      assertEquals(usd("9.5"), peer.state().heldHere());
      other.funds.close();
    }
    peer.funds.close();
  }

  @Test
  void refresh_peerDiedAndCameBack_letsTheNextRequestPass() throws Exception {
    ledger.join("b", "b-1", Duration.ofSeconds(3));
    var gateway = gateway("a");
    try (var hold = gateway.budgets().hold()) {
      assertEquals(new Admission.Held(true), gateway.funds.admit(hold, usd("1")));
    }
    var dead = ledger.join("b", "b-2", Duration.ofSeconds(3));
    for (var balance : ledger.balances()) {
      ledger.draw(dead, List.of(new Draw(balance.charge(), Gateway.LIMIT, usd("5"), usd("1"), 1)));
    }
    time.pass(Duration.ofSeconds(1));
    assertFalse(fitsByNow(gateway, "9"));
    ledger.release("b", "b-2");
    time.pass(Duration.ofMillis(100));
    assertTrue(fitsByNow(gateway, "9"));
    gateway.funds.close();
  }

  @Test
  void refresh_resetOnAnotherGateway_letsTheNextRequestPass() throws Exception {
    var a = gateway("a");
    var b = gateway("b");
    assertEquals(new Admission.Held(true), a.spend("9.9"));
    await(() -> a.funds.figures().recordsPending() == 0);
    time.pass(Duration.ofMillis(100));
    assertFalse(fitsByNow(b, "9"));
    a.reset();
    await(() -> ledger.balances().getFirst().settled().isZero());
    time.pass(Duration.ofSeconds(1));
    assertTrue(fitsByNow(b, "9"));
    assertEquals(new Admission.Held(true), b.spend("9"));
    a.funds.close();
    b.funds.close();
  }

  @Test
  void refresh_repriced_letsTheNextRequestPass() throws Exception {
    var gateway = gateway("a");
    assertEquals(new Admission.Held(true), gateway.spend("10"));
    await(() -> gateway.funds.figures().recordsPending() == 0);
    time.pass(Duration.ofMillis(100));
    assertFalse(fitsByNow(gateway, "1"));
    var cheap = ModelPricing.of(Rates.text(usd("1"), usd("1")));
    var all = new SpendQuery(SpendGroup.MODEL, Instant.MIN, Instant.MAX, ZoneOffset.UTC);
    var price = Optional.of(new Price(cheap, "nexus.toml", Price.Rule.EXACT, "gpt-4o"));
    assertEquals(1, ledger.correct(all, Due.byPrice(_ -> price), time.instant()).corrected());
    time.pass(Duration.ofMillis(100));
    assertTrue(fitsByNow(gateway, "1"));
    assertEquals(new Admission.Held(true), gateway.spend("1"));
    gateway.funds.close();
  }

  @Test
  void refresh_ofManyAtOnce_asksTheLedgerAFewTimes() throws Exception {
    var gateway = gateway("a");
    gateway.spend("9.9");
    await(() -> gateway.funds.figures().recordsPending() == 0);
    time.pass(Duration.ofMillis(100));
    long began = time.nanos();
    int before = troubled.looks();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < 200; i++) {
        tasks.add(() -> fitsByNow(gateway, "1"));
      }
      for (var done : pool.invokeAll(tasks)) {
        assertFalse(done.get());
      }
    }
    long tenths = (time.nanos() - began) / 100_000_000 + 1;
    assertTrue(troubled.looks() - before <= 2 * tenths + 2, "asked " + (troubled.looks() - before));
    gateway.funds.close();
  }

  @Test
  void refresh_ledgerAway_isRefusedAtOnce() throws Exception {
    var gateway = gateway("a");
    gateway.spend("9.9");
    troubled.down(true);
    time.pass(Duration.ofSeconds(3));
    await(() -> !gateway.funds.figures().away().isEmpty());
    assertFalse(gateway.funds.refresh(gateway.budgets()));
    gateway.funds.close();
  }

  @Test
  void view_requestWasRefused_isMadeNewByItself() throws Exception {
    var a = gateway("a");
    var b = gateway("b");
    b.spend("9.5");
    await(() -> b.funds.figures().recordsPending() == 0);
    time.pass(Duration.ofMillis(100));
    assertFalse(fitsByNow(a, "5"));
    b.reset();
    await(() -> ledger.balances().getFirst().settled().isZero());
    assertFalse(fits(a, "5"), "which is noted");
    time.pass(Duration.ofMillis(900));
    await(() -> fits(a, "5"));
    a.funds.close();
    b.funds.close();
  }

  @Test
  void view_nobodyAsks_showsNothingHeldThatNobodyHolds() throws Exception {
    var peer = gateway("b");
    Gateway idle;
    try (var hold = peer.budgets().hold()) {
      assertEquals(new Admission.Held(true), peer.funds.admit(hold, usd("9.5")));
      idle = gateway("a");
      assertTrue(idle.state().held().compareTo(usd("9.5")) >= 0);
    }
    peer.funds.close();
    time.pass(Duration.ofSeconds(4));
    await(() -> idle.state().held().isZero());
    assertEquals(usd("10"), idle.state().remaining());
    idle.funds.close();
  }
}
