package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** How every ledger must grant money. */
public abstract class LedgerDrawsContract extends LedgerCountsContract {

  /** For subclasses. */
  protected LedgerDrawsContract() {}

  @Test
  void draw_free_grantsWhatIsWanted() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      var position = drawOne(ledger, me, "4", "1");
      assertEquals(standing("a", "4", "0", "4", "4"), position);
    }
  }

  @Test
  void draw_lessFreeThanWanted_grantsTheRest() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "7", "7");
      assertEquals(usd("3"), drawOne(ledger, me, "5", "2").granted());
    }
  }

  @Test
  void draw_lessFreeThanTheLeast_grantsNothing() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "9", "9");
      var position = drawOne(ledger, me, "5", "1.000000001");
      assertEquals(Money.ZERO, position.granted());
      assertEquals(usd("9"), position.outstanding());
    }
  }

  @Test
  void draw_divisor_keepsAShareForOthers() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      var shared = new Draw(GLOBAL, LIMIT, usd("8"), usd("1"), 4);
      assertEquals(usd("2.5"), ledger.draw(me, List.of(shared)).getFirst().granted());
      var single = new Draw(GLOBAL, LIMIT, usd("8"), usd("3"), 4);
      assertEquals(usd("3"), ledger.draw(me, List.of(single)).getFirst().granted());
    }
  }

  @Test
  void draw_several_answersInTheirOrder() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      var positions = ledger.draw(me, List.of(draw(TEAM, "2", "1"), draw(GLOBAL, "3", "1")));
      assertEquals(List.of(TEAM, GLOBAL), positions.stream().map(Standing::charge).toList());
      assertEquals(List.of(usd("2"), usd("3")), positions.stream().map(Standing::granted).toList());
    }
  }

  @Test
  void draw_loweredLimit_grantsNothing() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "6", "6");
      var lower = new Draw(GLOBAL, usd("5"), usd("1"), usd("1"), 1);
      assertEquals(Money.ZERO, ledger.draw(me, List.of(lower)).getFirst().granted());
    }
  }

  @Test
  void draw_anotherLivingNodesLowerLimit_holdsForAll() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      var low = new Draw(GLOBAL, usd("5"), usd("1"), usd("1"), 1);
      assertEquals(usd("1"), ledger.draw(b, List.of(low)).getFirst().granted());
      var drawn = drawOne(ledger, a, "10", "1");
      assertEquals(usd("4"), drawn.granted());
      assertEquals(usd("5"), drawn.limit());
      assertEquals("b", drawn.limitedBy());
      var seen = ledger.giveBack(a, Map.of(GLOBAL, Money.ZERO)).getFirst();
      assertEquals("b", seen.limitedBy());
      var posted = ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL))).getFirst();
      assertEquals(usd("5"), posted.limit());
    }
  }

  @Test
  void draw_lowerLimitRaisedOrItsNodeGone_holdsNoLonger() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      ledger.draw(b, List.of(new Draw(GLOBAL, usd("5"), usd("5"), usd("5"), 1)));
      assertEquals(Money.ZERO, drawOne(ledger, a, "1", "1").granted());
      ledger.draw(b, List.of(new Draw(GLOBAL, usd("7"), usd("1"), usd("1"), 1)));
      assertEquals(usd("1"), drawOne(ledger, a, "10", "1").granted());
      ledger.giveBack(b, Map.of(GLOBAL, usd("6")));
      ledger.leave(b);
      var drawn = drawOne(ledger, a, "10", "1");
      assertEquals(usd("9"), drawn.granted());
      assertEquals("a", drawn.limitedBy());
    }
  }

  @Test
  void joinAgain_nodeWithALowerLimit_holdsNoLongerUntilItIsReportedAgain() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      var low = new Draw(GLOBAL, usd("5"), usd("1"), usd("1"), 1);
      ledger.draw(b, List.of(low));
      var again = ledger.joinAgain(b);
      var drawn = drawOne(ledger, a, "6", "6");
      assertEquals(standing("a", "6", "0", "7", "6"), drawn);
      assertFenced(() -> ledger.draw(b, List.of(low)));
      var reported = ledger.draw(again, List.of(low)).getFirst();
      assertEquals("b", reported.limitedBy());
      assertEquals(usd("5"), drawOne(ledger, a, "1", "1").limit());
      assertEquals(usd("1"), reported.mine(), "it keeps what it has drawn");
    }
  }

  @Test
  void joinAgain_answerLost_isRepeated() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      var lost = ledger.joinAgain(me);
      var again = ledger.joinAgain(me);
      assertNotEquals(lost, again);
      assertEquals(usd("1"), drawOne(ledger, again, "1", "1").granted());
    }
  }

  @Test
  void joinAgain_nameTaken_isFenced() throws Exception {
    try (var ledger = open()) {
      var former = ledger.join("a", "a-1", TTL);
      var now = ledger.join("a", "a-2", TTL);
      assertFenced(() -> ledger.joinAgain(former));
      assertEquals(1, ledger.renew(now));
    }
  }

  @Test
  void join_nodeStartedAnew_itsFormerLimitHoldsNoLonger() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      ledger.draw(b, List.of(new Draw(GLOBAL, usd("5"), usd("1"), usd("1"), 1)));
      var _ = ledger.join("b", "b-2", TTL);
      assertEquals(usd("6"), drawOne(ledger, a, "6", "6").granted());
    }
  }

  private static void assertFenced(Executable call) {
    assertEquals(Kind.FENCED, assertThrows(LedgerException.class, call).kind());
  }

  @Test
  void draw_largestAmounts_staysWithinTheLimit() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      var half = new Money(Long.MAX_VALUE / 2 + 1);
      var most = new Draw(GLOBAL, Money.MOST, Money.MOST, half, 1);
      assertEquals(Money.MOST, ledger.draw(me, List.of(most)).getFirst().granted());
      assertEquals(Money.ZERO, ledger.draw(me, List.of(most)).getFirst().granted());
      for (var id : List.of("r1", "r2", "r3")) {
        ledger.post("a", "a-1", List.of(moneyed(id, half)));
      }
      assertEquals(Money.MOST, ledger.balances().getFirst().settled());
      assertEquals(Money.ZERO, ledger.balances().getFirst().outstanding());
      assertEquals(Money.ZERO, ledger.draw(me, List.of(most)).getFirst().granted());
      assertEquals(Money.MOST, ledger.spend(by(SpendGroup.MODEL)).getFirst().cost());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void draw_ofTwoNodes_sharesOneLimit() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      drawOne(ledger, a, "6", "6");
      var position = drawOne(ledger, b, "6", "1");
      assertEquals(standing("a", "4", "0", "10", "4"), position);
    }
  }

  @Test
  void draw_concurrently_neverPassesTheLimit() throws Exception {
    int threads = 4;
    try (var pool = Executors.newFixedThreadPool(threads);
        var ledger = open()) {
      var granted = new AtomicLong();
      var tasks = new ArrayList<Callable<Void>>();
      for (int t = 0; t < threads; t++) {
        var me = ledger.join("n" + t, "n" + t + "-1", TTL);
        tasks.add(
            () -> {
              try (var own = open()) {
                for (int i = 0; i < 50; i++) {
                  var got = drawOne(own, me, "0.13", "0.01").granted();
                  granted.addAndGet(got.nanos());
                  if (i % 3 == 0 && !got.isZero()) {
                    var id = me.node() + ":" + i;
                    own.post(me.node(), me.incarnation(), List.of(record(id, "0.01", GLOBAL)));
                  }
                }
              }
              return null;
            });
      }
      for (var future : pool.invokeAll(tasks)) {
        future.get();
      }
      assertEquals(LIMIT.nanos(), granted.get(), "all of the limit and no more");
      var balance = ledger.balances().getFirst();
      assertEquals(LIMIT, balance.settled().plus(balance.outstanding()));
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void draw_afterAnothersDeath_leavesItsGrantCounted() throws Exception {
    try (var ledger = open()) {
      var dead = ledger.join("dead", "dead-1", Duration.ZERO);
      drawOne(ledger, dead, "8", "8");
      var me = ledger.join("a", "a-1", TTL);
      assertEquals(usd("2"), drawOne(ledger, me, "10", "1").granted());
    }
  }

  @Test
  void draw_nextCycle_startsAfresh() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "10", "10");
      var december = new BudgetCycle("global", DECEMBER);
      assertEquals(
          usd("10"), ledger.draw(me, List.of(draw(december, "10", "10"))).getFirst().granted());
      ledger.post("a", "a-1", List.of(record("r1", "2", GLOBAL)));
      var balances = ledger.balances();
      assertEquals(List.of(GLOBAL, december), balances.stream().map(b -> b.charge()).toList());
      assertEquals(usd("2"), balances.getFirst().settled());
      assertEquals(Money.ZERO, balances.getLast().settled());
    }
  }

  @Test
  void draw_leaseOfAnEarlierJoin_isFencedAndGrantsNothing() throws Exception {
    try (var ledger = open()) {
      var earlier = ledger.join("a", "a-1", TTL);
      drawOne(ledger, earlier, "1", "1");
      var later = ledger.join("a", "a-1", TTL);
      var e = assertThrows(LedgerException.class, () -> drawOne(ledger, earlier, "4", "4"));
      assertEquals(LedgerException.Kind.FENCED, e.kind());
      assertEquals(usd("1"), ledger.balances().getFirst().outstanding());
      assertEquals(usd("3"), drawOne(ledger, later, "2", "2").mine());
    }
  }
}
