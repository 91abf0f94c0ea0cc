package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.hold.TakeResult.Cause;
import io.nexus.control.hold.TakeResult.Denied;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.hold.TakeResult.Unavailable;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.money.Bound;
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

/** A hold is noted before it is there, and ends once. */
class HoldTest extends HoldFixture {

  @Test
  void take_fits_isHeldOnEveryBudgetAndNoted() {
    var hold = taken(false, 500);
    assertBudgets("0", "0.0075");
    assertEvents("began LOST 0.0075");
    assertEquals(Money.usd("0.0075"), hold.held());
  }

  @Test
  void take_doesNotFit_namesTheTightestAndNotesNothing() {
    var first = taken(false, 1_700);
    var denied = assertInstanceOf(Denied.class, take(false, 1_700));
    assertEquals("tight", denied.violation().budget().terms().name());
    assertEquals(Money.usd("0.00314"), denied.violation().required());
    assertBudgets("0", "0.0195");
    assertEvents("began LOST 0.0195");
    first.close();
  }

  @Test
  void take_cannotBeNoted_holdsNothing() {
    funds.full = true;
    var unavailable = assertInstanceOf(Unavailable.class, take(false, 500));
    assertEquals(Cause.JOURNAL_FULL, unavailable.cause());
    assertBudgets("0", "0");
  }

  @Test
  void extend_fits_isNotedWithTheNewAmount() {
    var hold = taken(true, 1_600);
    assertTrue(hold.extend(256));
    assertEquals(512 + 256, hold.coveredTokens());
    assertBudgets("0", "0.01018");
    assertEvents("began LOST 0.00762", "began LOST 0.01018");
  }

  @Test
  void extend_doesNotFitOrCannotBeNoted_saysSo() {
    var hold = taken(true, 1_600);
    assertEquals(false, hold.extend(5_000));
    funds.full = true;
    assertEquals(false, hold.extend(16));
    assertEquals(512, hold.coveredTokens());
    hold.close();
    assertBudgets("0", "0");
  }

  /**
   * The ledger may grant money when the stream is over: a note would charge it again at a start.
   */
  @Test
  void extend_afterItsEnd_isNotNoted() {
    var hold = taken(true, 1_600);
    funds.meanwhile = Optional.of(() -> assertEquals(false, hold.extend(16)));
    var _ = hold.settleUnknown();
    assertEquals(false, hold.extend(16));
    assertEvents("began LOST 0.00762", "settled UNKNOWN 0.00762");
    assertBudgets("0.00762", "0");
  }

  @Test
  void settle_chargesTheUsageAndLeavesOneRecord() {
    var hold = taken(false, 500);
    var record = hold.settle(Usage.of(950, 420), Precision.REPORTED, Outcome.COMPLETED);
    hold.close();
    assertBudgets("0.006575", "0");
    assertEvents("began LOST 0.0075", "settled COMPLETED 0.006575");
    assertEquals(ID, record.attempt());
    assertEquals(
        List.of("tight", "wide"),
        record.charges().stream().map(BudgetCycle::budget).sorted().toList());
  }

  @Test
  void settle_again_isAnErrorAndChargesNothing() {
    var hold = taken(false, 500);
    var _ = hold.settle(Usage.of(950, 420), Precision.REPORTED, Outcome.COMPLETED);
    assertThrows(IllegalStateException.class, hold::settleUnknown);
    assertBudgets("0.006575", "0");
    assertEquals(2, funds.events.size());
  }

  @Test
  void settleUnknown_chargesWhatIsHeld() {
    var hold = taken(true, 1_600);
    assertTrue(hold.extend(256));
    var record = hold.settleUnknown();
    assertEquals(Money.usd("0.01018"), record.cost());
    assertEquals(Usage.of(1_000, 768), record.usage());
    assertBudgets("0.01018", "0");
  }

  @Test
  void close_releasesWhatWasNoted() {
    var hold = taken(false, 500);
    hold.close();
    hold.close();
    assertBudgets("0", "0");
    assertEvents("began LOST 0.0075", "cancelled");
    assertThrows(IllegalStateException.class, hold::settleUnknown);
  }

  @Test
  void handOn_movesTheMoneyToAHoldThatOutlivesTheFirst() {
    var first = taken(true, 1_600);
    assertTrue(first.extend(256));
    var next = first.handOn();
    first.close();
    assertThrows(IllegalStateException.class, first::handOn);
    assertBudgets("0", "0.01018");
    assertEquals(768, next.coveredTokens());
    assertEquals(Money.usd("0.01018"), next.settleUnknown().cost());
    assertBudgets("0.01018", "0");
  }

  @Test
  void take_modelThatCostsNothing_notesNothingAndLeavesARecord() {
    var free = new Price(ModelPricing.FREE, "local backend", Price.Rule.LOCAL, "");
    var request = new HoldRequest(ID, Caller.ANONYMOUS, candidate(free, 500), needs(false, 500));
    try (var hold = assertInstanceOf(Taken.class, holds.take(request, NOW)).hold()) {
      assertEquals(0, hold.size().maxTokens());
      var _ = hold.settle(Usage.of(950, 420), Precision.REPORTED, Outcome.COMPLETED);
    }
    assertEvents("settled COMPLETED 0");
  }

  @Test
  void take_noBudget_isNotedAtItsWorstCase() {
    var none = new Budgets(List.of(), BudgetListener.NONE, NOW);
    var limited = candidate(PRICE, 16_000);
    var candidate =
        new Candidate(
            limited.offer(),
            0,
            limited.estimate(),
            limited.ceiling(),
            16_000,
            none.of(Caller.ANONYMOUS, 0).at("openai", "cloud", "m"));
    var request = new HoldRequest(ID, Caller.ANONYMOUS, candidate, needs(true, 16_000));
    try (var hold = assertInstanceOf(Taken.class, holds.take(request, NOW)).hold()) {
      assertEquals(hold.size().allowedTokens(), hold.coveredTokens());
    }
    assertEvents("began LOST 0.1625", "cancelled");
  }

  @Test
  void settle_completed_teachesHowLongAnswersAre() {
    for (int i = 0; i < 40; i++) {
      try (var hold = taken(true, 1_600)) {
        var _ = hold.settle(Usage.of(0, 15), Precision.REPORTED, Outcome.COMPLETED);
      }
    }
    assertEquals(64, taken(true, 1_600).coveredTokens(), "no less than is worth sending for");
    assertEquals(15, lengths.p95("m").orElseThrow());
  }

  @Test
  void settle_severalChoices_teachesTheLengthOfOne() {
    var two = new Needs(Api.CHAT, false, false, false, false, false, Bound.of(300, 2));
    for (int i = 0; i < 40; i++) {
      var request = new HoldRequest(ID, Caller.ANONYMOUS, candidate(PRICE, 300), two);
      try (var hold = assertInstanceOf(Taken.class, holds.take(request, NOW)).hold()) {
        var _ = hold.settle(Usage.of(0, 30), Precision.REPORTED, Outcome.COMPLETED);
      }
    }
    assertEquals(15, lengths.p95("m").orElseThrow());
  }
}
