package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.TakeResult.Cause;
import io.nexus.control.hold.TakeResult.Denied;
import io.nexus.control.hold.TakeResult.Limited;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.hold.TakeResult.Unavailable;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.limit.LimitExcess;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.LimitTerms;
import io.nexus.control.limit.Unit;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Usage;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hold counts on the limits beside the money, on all of them or on none. */
class LimitHoldTest extends HoldFixture {

  private static final Price FREE =
      new Price(ModelPricing.FREE, "local backend", Price.Rule.LOCAL, "");

  private static LimitTerms terms(String name, boolean shared, Map<Unit, Long> most) {
    return new LimitTerms(
        name,
        Map.of(),
        most,
        new Window.Lifetime(),
        ZoneOffset.UTC,
        shared,
        HardLimitAction.REJECT,
        Optional.empty());
  }

  private void limit(boolean shared, Map<Unit, Long> most) {
    limits.replace(List.of(LimitPlan.of(terms("l", shared, most))), NOW);
  }

  private void limit(boolean shared, long requests, long tokens, long parallel) {
    limit(shared, Map.of(Unit.REQUESTS, requests, Unit.TOKENS, tokens, Unit.PARALLEL, parallel));
  }

  private void assertUsed(long requests, long tokens, long parallel) {
    var used = limits.states("l", NOW).stream().map(state -> state.unit() + " " + state.used());
    assertEquals(
        List.of("REQUESTS " + requests, "TOKENS " + tokens, "PARALLEL " + parallel), used.toList());
  }

  private LimitExcess excess(TakeResult result) {
    return assertInstanceOf(Limited.class, result).excess();
  }

  private TakeResult takeFree(long limit) {
    var request = new HoldRequest(ID, Caller.ANONYMOUS, candidate(FREE, limit), needs(true, limit));
    return holds.take(request, NOW);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void settle_countsTheRequestAndTheTokensItUsed(boolean shared) {
    limit(shared, 5, 10_000, 3);
    var hold = taken(false, 500);
    assertUsed(1, 1_500, 1);
    assertEquals(limits.states("l", NOW), hold.limits(NOW));
    var candidate = candidate(PRICE, 500);
    assertEquals(limits.states("l", NOW), holds.limits(Caller.ANONYMOUS, candidate, NOW));
    var _ = hold.settle(Usage.of(950, 420), Precision.REPORTED, Outcome.COMPLETED);
    assertUsed(1, 1_370, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void close_countsTheRequestIfABackendAnsweredIt(boolean answered) {
    limit(false, 5, 10_000, 3);
    var hold = taken(false, 500);
    if (answered) {
      hold.answered();
    }
    hold.close();
    assertUsed(answered ? 1 : 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"5, 10000, 1, PARALLEL, 1", "1, 10000, 5, REQUESTS, 1", "5, 2000, 5, TOKENS, 1064"})
  void take_beyondOneLimit_holdsNothingOnTheOthers(
      long requests, long tokens, long parallel, Unit unit, long required) {
    limit(false, requests, tokens, parallel);
    var first = taken(false, 500);
    var candidate = candidate(PRICE, 500);
    assertEquals(
        Optional.of(unit),
        holds
            .excess(Caller.ANONYMOUS, candidate, needs(false, 500), NOW)
            .map(excess -> excess.state().unit()));
    var excess = excess(take(false, 500));
    assertEquals(unit, excess.state().unit());
    assertEquals(required, excess.required());
    assertUsed(1, 1_500, 1);
    assertBudgets("0", "0.0075");
    first.close();
    assertEquals(
        Optional.empty(), holds.excess(Caller.ANONYMOUS, candidate, needs(false, 500), NOW));
    assertInstanceOf(Taken.class, take(false, 500));
  }

  @Test
  void take_fewTokensLeft_clampsTheAnswer() {
    limit(false, Map.of(Unit.TOKENS, 1_300L));
    var hold = taken(false, 1_600);
    assertEquals(300, hold.size().maxTokens());
    assertEquals(1_300, limits.states("l", NOW).getFirst().used());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void take_refusedForAnotherReason_holdsNoUnits(boolean away) {
    limit(false, 5, 10_000, 5);
    long length = away ? 500 : 1_700; // Of the longer ones the budget pays for one.
    var first = taken(false, length);
    funds.away = away;
    var second = take(false, length);
    if (away) {
      assertEquals(Cause.LEDGER_AWAY, assertInstanceOf(Unavailable.class, second).cause());
    } else {
      assertInstanceOf(Denied.class, second);
    }
    assertUsed(1, 1_000 + length, 1);
    first.close();
    funds.away = false;
    funds.full = true;
    assertInstanceOf(Unavailable.class, take(false, length));
    assertUsed(0, 0, 0);
  }

  @Test
  void take_ledgerOfASharedLimitAway_isUnavailable() {
    limit(true, Map.of(Unit.REQUESTS, 5L));
    funds.away = true;
    assertEquals(Cause.LEDGER_AWAY, assertInstanceOf(Unavailable.class, takeFree(500)).cause());
    limit(false, Map.of(Unit.REQUESTS, 5L));
    assertInstanceOf(Taken.class, takeFree(500));
  }

  /** Only a limit that others share can have news. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void take_sharedLimitRefuses_asksForNewsOnce(boolean shared) {
    limit(shared, Map.of(Unit.PARALLEL, 1L));
    var first = taken(false, 100);
    var asked = new ArrayList<Integer>();
    funds.news = Optional.of(() -> asked.add(1));
    assertEquals(Unit.PARALLEL, excess(take(false, 100)).state().unit());
    assertEquals(shared ? 1 : 0, asked.size());
    funds.news = Optional.of(first::close);
    assertEquals(shared, take(false, 100) instanceof Taken);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void extend_holdsMoreTokensWhileThereAreAny(boolean shared) {
    limit(shared, Map.of(Unit.REQUESTS, 5L, Unit.TOKENS, 1_800L));
    for (boolean free : List.of(true, false)) {
      var result = free ? takeFree(1_600) : take(true, 1_600);
      try (var hold = assertInstanceOf(Taken.class, result).hold()) {
        assertEquals(512, hold.coveredTokens());
        assertTrue(hold.extend(256));
        assertEquals(1_768, used(Unit.TOKENS));
        assertEquals(1, used(Unit.REQUESTS));
        assertFalse(hold.extend(64));
        assertEquals(768, hold.coveredTokens());
        assertEquals(1_768, used(Unit.TOKENS));
        assertEquals(free ? Money.ZERO : Money.usd("0.01018"), hold.held());
      }
    }
  }

  /** A stream that waits for money tries again and again. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void extend_noMoneyOrNoJournal_givesTheTokensBack(boolean full) {
    limit(false, Map.of(Unit.TOKENS, 10_000L));
    var hold = taken(true, 5_000);
    funds.full = full;
    for (int i = 0; i < 3; i++) {
      assertFalse(hold.extend(full ? 256 : 2_000));
    }
    assertEquals(1_512, used(Unit.TOKENS));
    assertBudgets("0", "0.00762");
    funds.full = false;
    assertTrue(hold.extend(256));
    assertEquals(1_768, used(Unit.TOKENS));
    assertBudgets("0", "0.01018");
  }

  /** The limit of the key has the tokens, that of all has not. */
  @Test
  void extend_oneOfTwoLimitsRefuses_givesTheTokensBack() {
    limits.replace(
        List.of(
            LimitPlan.of(terms("wide", false, Map.of(Unit.TOKENS, 10_000L))),
            LimitPlan.of(terms("tight", false, Map.of(Unit.TOKENS, 1_800L)))),
        NOW);
    var hold = taken(true, 1_600);
    for (int i = 0; i < 3; i++) {
      assertFalse(hold.extend(512));
    }
    assertEquals(1_512, limits.states("wide", NOW).getFirst().used());
    assertEquals(1_512, limits.states("tight", NOW).getFirst().used());
  }

  private long used(Unit unit) {
    return limits.states("l", NOW).stream()
        .filter(state -> state.unit() == unit)
        .findFirst()
        .orElseThrow()
        .used();
  }

  /** What costs nothing is held whole, unless its tokens are counted. */
  @Test
  void take_freeModel_growsOnlyIfTokensAreCounted() {
    limit(false, Map.of(Unit.REQUESTS, 5L));
    var whole = assertInstanceOf(Taken.class, takeFree(1_600)).hold();
    assertEquals(1_600, whole.coveredTokens());
    assertFalse(whole.size().inputs().enforced());
    limit(false, Map.of(Unit.TOKENS, 10_000L));
    var counted = assertInstanceOf(Taken.class, takeFree(1_600)).hold();
    assertEquals(512, counted.coveredTokens());
    assertTrue(counted.size().inputs().enforced());
  }

  /**
   * $0.02 of money, of which the request takes $0.00762, and 20,000 tokens, of which it takes
   * 1,512.
   */
  @ParameterizedTest
  @CsvSource({
    "100, 0.0001, false, true",
    "100, 0.0016, true, false",
    "100, 0.0092, true, false",
    "100, 0.0093, false, false",
    "2400, 0.0001, true, false",
    "13866, 0.0001, true, false",
    "13867, 0.0001, false, false"
  })
  void more_isScarceOrPlentyByMoneyAndTokens(
      long tokens, String usd, boolean scarce, boolean plenty) {
    limit(false, Map.of(Unit.TOKENS, 20_000L));
    var hold = taken(true, 1_600);
    assertEquals(scarce, holds.isScarce(hold, tokens, Money.usd(usd)));
    assertEquals(plenty, holds.isPlenty(hold, tokens, Money.usd(usd)));
  }
}
