package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.hold.OutputPace.Showing;
import io.nexus.control.hold.TakeResult.Denied;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The growth of holds with their streams, and the reports of holds not taken. */
class HoldGrowthTest extends HoldFixture {

  private static final long SECOND = 1_000_000_000;
  private static final Price FREE = new Price(ModelPricing.FREE, "local", Price.Rule.LOCAL, "");

  private static HoldRequest request(Candidate candidate, long limit) {
    return new HoldRequest(ID, Caller.ANONYMOUS, candidate, needs(true, limit));
  }

  private Hold taken(Candidate candidate, long limit) {
    return assertInstanceOf(Taken.class, holds.take(request(candidate, limit), NOW)).hold();
  }

  /** 0.01238 are left: an eighth of it is plenty, and more than three quarters is too much. */
  @ParameterizedTest
  @CsvSource({
    "0.0015475, false",
    "0.001547501, true",
    "0.009285, true",
    "0.009285001, false",
    "0.02, false"
  })
  void isScarce_leavesSomethingToOthersAndIsNotPlenty(String more, boolean scarce) {
    var hold = taken(true, 1_600);
    assertEquals(scarce, holds.isScarce(hold, 1, Money.usd(more)));
  }

  @Test
  void extender_moneyIsScarce_holdsTheRestAtOnce() {
    var hold = taken(true, 1_300);
    var extender = hold.extender(0);
    assertFalse(extender.isComplete());
    assertTrue(extender.coversSilence(SECOND * 3 / 10));
    assertEquals(1_300, hold.coveredTokens());
    assertTrue(extender.isComplete());
    assertEvents("began LOST 0.00762", "began LOST 0.0155");
  }

  private Hold takenWith(String budget) {
    return takenWith(budget, 1_300);
  }

  private Hold takenWith(String budget, long limit) {
    var rich = new Budgets(List.of(terms("wide", budget)), BudgetListener.NONE, NOW);
    var usual = candidate(PRICE, limit);
    var candidate =
        new Candidate(
            usual.offer(),
            0,
            usual.estimate(),
            usual.ceiling(),
            limit,
            rich.of(Caller.ANONYMOUS, 0).at("openai", "cloud", "m"));
    return taken(candidate, limit);
  }

  /**
   * 2,000 tokens a second may be made unseen: 600 so far, and 600 in the reserve, for the 0.25 s
   * until it has stopped and a tick of the timer, which is held twice.
   */
  @ParameterizedTest
  @CsvSource({
    // budget, the ledger's wait in ms -> tokens covered after 0.3 s
    "1.4, 0, 1800",
    "1.4, 500, 3800", // the reserve is 1,600
    "100, 0, 7800", // money is plenty: a reserve of 2,600 is held from the start, and then again
  })
  void extender_holdsAheadWhatTheLedgersWaitAndTheMoneyAskFor(
      String budget, long waitMillis, long covered) {
    funds.waitNanos = waitMillis * SECOND / 1_000;
    var hold = takenWith(budget, 16_000);
    assertTrue(hold.extender(0).coversSilence(SECOND * 3 / 10));
    assertEquals(covered, hold.coveredTokens());
  }

  @Test
  void take_moneyIsPlenty_holdsWhatMayBeMadeUnseenMeanwhile() {
    assertEquals(1_300, takenWith("1").coveredTokens());
    assertEquals(1, funds.events.size());
  }

  @Test
  void extender_moneySufficesManyTimes_asksOnceForAllThatItNeeds() {
    var hold = takenWith("0.4");
    var extender = hold.extender(0);
    assertTrue(extender.coversSilence(SECOND * 3 / 10));
    assertEquals(2, funds.events.size(), "the first, and one for more than a step");
    assertEquals(1_300, hold.coveredTokens());
  }

  @Test
  void extender_moneyEnds_isDenied() {
    var hold = taken(true, 1_700);
    var other = taken(true, 1_600);
    assertFalse(hold.extender(0).coversSilence(SECOND * 3));
    assertTrue(hold.coveredTokens() > 512, "all that was left is used");
    hold.close();
    other.close();
    assertBudgets("0", "0");
  }

  @Test
  void learn_answersThatShowAll_letsAModelBeSilent() {
    var hold = taken(true, 1_600);
    assertEquals(Showing.UNKNOWN, holds.pace(hold.request()).showing());
    for (int i = 0; i < 3; i++) {
      hold.learn(300, 300, 1, SECOND, 300);
    }
    assertEquals(Showing.ALL, holds.pace(hold.request()).showing());
    assertTrue(holds.pace(hold.request()).tokensASecond() < 400);
    assertEquals(Showing.UNKNOWN, holds.pace(told(hold)).showing(), "told to think it is another");
  }

  private static HoldRequest told(Hold hold) {
    var bound = Bound.of(1_600, 1);
    var thinking =
        new Bound(
            bound.maxOutputTokens(),
            0,
            bound.choices(),
            0,
            0,
            0,
            bound.kinds(),
            true,
            List.of(),
            List.of(),
            List.of());
    var needs = new Needs(Api.CHAT, true, false, false, false, false, thinking);
    return new HoldRequest(ID, Caller.ANONYMOUS, hold.candidate(), needs);
  }

  @Test
  void take_modelThatShowsLumps_holdsItsWorstCase() {
    var first = taken(true, 1_600);
    first.learn(1_000, 1_000, 500, SECOND, 0);
    first.close();
    assertEquals(1_600, taken(true, 1_600).coveredTokens());
  }

  /** A client that names no limit runs to the model's own end. */
  @ParameterizedTest
  @CsvSource({"0, 900, 900", "8000, 900, 900", "8000, 0, 8000", "0, 0, 1048576"})
  void take_clientNamesNoLimit_mayRunToTheModelsOwnEnd(long window, long longest, long allowed) {
    var facts = new ModelFacts(window, longest, Support.UNKNOWN, Support.UNKNOWN);
    var hold = taken(candidate(PRICE, 800, facts), 0);
    assertEquals(allowed, hold.size().allowedTokens());
  }

  @Test
  void take_othersGaveBackMeanwhile_asksAndIsTaken() {
    var first = taken(true, 1_600);
    assertTrue(first.extend(1_088));
    funds.news = Optional.of(first::close);
    assertInstanceOf(Taken.class, take(false, 1_600));
    assertTrue(holds.refresh(first.candidate().budgets()));
    funds.news = Optional.empty();
    assertFalse(holds.refresh(first.candidate().budgets()));
  }

  @Test
  void violationAndShortage_nameTheTightest() {
    var candidate = candidate(PRICE, 1_700);
    var needs = needs(false, 1_700);
    assertTrue(holds.violation(candidate, needs, NOW).isEmpty());
    assertTrue(holds.shortage(candidate, needs, NOW).isEmpty());
    var hold = taken(false, 1_700);
    var violation = holds.violation(candidate, needs, NOW).orElseThrow();
    assertEquals("tight", violation.budget().terms().name());
    assertEquals(Money.usd("0.00314"), violation.required(), "the least that it would do with");
    var shortage = holds.shortage(candidate, needs, NOW).orElseThrow();
    assertEquals(Money.usd("0.0195"), shortage.required(), "the whole");
    assertTrue(holds.violation(candidate(FREE, 1_700), needs, NOW).isEmpty());
    assertTrue(holds.shortage(candidate(FREE, 1_700), needs, NOW).isEmpty());
    assertInstanceOf(Denied.class, take(false, 1_700));
    hold.close();
  }

  @Test
  void record_saysThePriceThatItWasCharged() {
    var hold = taken(false, 500);
    var record = hold.settle(Usage.of(950, 420), Precision.REPORTED, Outcome.COMPLETED);
    assertEquals(SpendRecord.priceText(PRICE), record.price());
  }
}
