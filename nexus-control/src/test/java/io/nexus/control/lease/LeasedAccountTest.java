package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.LocalShare;
import io.nexus.control.budget.Window;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One budget of $10, in an hour that begins at zero, on node {@code a}. */
class LeasedAccountTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final LeaseTerms TERMS =
      new LeaseTerms("a", Path.of("none"), 1, TTL, Money.usd("2"), Duration.ofSeconds(2), false);
  private static final long HOUR_MILLIS = 3_600_000;

  private final List<LocalShare> shares = new ArrayList<>();
  private final Budgets budgets =
      new Budgets(
          List.of(
              Gateway.budget(
                  "global", "10", new Window.Hourly(), ZoneOffset.UTC, HardLimitAction.REJECT)),
          BudgetListener.NONE,
          shares::add,
          0);
  private final LeasedAccount account = new LeasedAccount(shares.getFirst(), 0);

  private static Money usd(String usd) {
    return Money.usd(usd);
  }

  /** The ledger's answer: settled and drawn by all, and this node's part of the latter. */
  private void see(String settled, String outstanding, String mine) {
    account.see(
        new Standing(account.charge, Money.ZERO, usd(settled), usd(outstanding), usd(mine)),
        "a",
        0);
  }

  private static Moment at(Duration time) {
    return new Moment(time.toNanos(), time.toMillis());
  }

  private void spend(String held, String spent) {
    try (var hold = budgets.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
      assertTrue(hold.take(usd(held), 0));
      hold.settle(usd(spent));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // free, smallest, sum, nodes -> wanted, least, divisor
    "0,    0.02, 0.02, 1, 0.1,  0.02,  1", // its own need and four requests ahead
    "0,    0.02, 0.5,  1, 0.58, 0.02,  1", // for all that wait
    "0.01, 0.02, 0.02, 1, 0.09, 0.01,  1", // what is there is used
    "0,    0.02, 0.02, 2, 0.1,  0.02,  4", // others need some, too
    "0,    3,    3,    1, 5,    3,     1", // no more ahead than the largest chunk
    "0,    3,    3,    5, 5,    3,    10",
  })
  void draw_ofThoseWhoWait_isWhatTheyNeedAndAChunkAhead(
      String free,
      String smallest,
      String sum,
      int nodes,
      String wanted,
      String least,
      int divisor) {
    see("0", free, free);
    assertEquals(
        new Draw(account.charge, usd("10"), usd(wanted), usd(least), divisor),
        account.draw(usd(smallest), usd(sum), TERMS, nodes));
  }

  @Test
  void draw_absurdAmounts_doesNotOverflow() {
    see("0", "0.01", "0.01");
    var draw = account.draw(Money.MOST, Money.MOST, TERMS, 1);
    assertTrue(draw.wanted().compareTo(draw.least()) >= 0);
    assertTrue(account.lacks(Money.MOST));
    account.sample(at(TTL), TERMS);
    assertEquals(Money.ZERO, account.surplus(at(Duration.ZERO), TERMS, false));
  }

  @ParameterizedTest
  @CsvSource({
    // settled, outstanding, mine -> what is known of others, held and free here
    "0,   3,   3, 0,   3", // all is ours
    "4,   3,   1, 4,   1", // others have spent 4, and drawn 2
    "12,  0,   0, 12,  0", // more than the limit
    "-5,  3,   1, 0,   1", // never less than nothing is spent
  })
  void see_anyAnswer_allowsWhatIsMineAndShowsTheRest(
      String settled, String outstanding, String mine, String spent, String free) {
    see(settled, outstanding, mine);
    assertEquals(usd(free), account.share.free());
    assertEquals(usd(spent), budgets.budgets().getFirst().state(0).spent());
    see(settled, outstanding, mine);
    assertEquals(usd(free), account.share.free(), "the same again changes nothing");
  }

  @Test
  void see_answersLost_isMadeGoodByTheNext() {
    see("0", "1", "1");
    spend("0.5", "0.4");
    // Another dollar was granted, and the record posted; neither answer came.
    account.posted(usd("0.4"));
    see("0.4", "1.6", "1.6");
    assertEquals(usd("1.6"), account.share.free());
    assertEquals(usd("0.4"), budgets.budgets().getFirst().state(0).spent());
  }

  /** Another gateway would refuse its requests for a whole lease time. */
  @Test
  void surplus_unusedForASecondAndTheLedgerHasLessLeft_isTakenBackIfOthersMayWantIt() {
    see("8.5", "1.5", "1.5");
    var _ = account.draw(usd("0.5"), usd("0.5"), TERMS, 2);
    var second = at(Duration.ofSeconds(1));
    assertEquals(Money.ZERO, account.surplus(at(Duration.ofMillis(999)), TERMS, true));
    assertEquals(Money.ZERO, account.surplus(second, TERMS, false));
    assertEquals(usd("1.5"), account.surplus(second, TERMS, true));
  }

  @Test
  void surplus_idle_isTakenBackOnce() {
    see("0", "1", "1");
    var _ = account.draw(usd("0.5"), usd("0.5"), TERMS, 1);
    assertEquals(Money.ZERO, account.surplus(at(TTL.minusMillis(1)), TERMS, false));
    assertEquals(usd("1"), account.surplus(at(TTL), TERMS, false));
    assertEquals(Money.ZERO, account.share.free());
    // The ledger's answers before and after the post: neither returns it nor takes it twice.
    see("0", "0", "0");
    assertEquals(Money.ZERO, account.share.free());
    see("0", "0.3", "0.3");
    assertEquals(usd("0.3"), account.share.free());
  }

  @Test
  void surplus_requestUnderWay_leavesWhatIsHeld() {
    see("0", "1", "1");
    try (var hold = budgets.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
      assertTrue(hold.take(usd("0.7"), 0));
      assertEquals(usd("0.3"), account.giveUpAll());
      assertEquals(usd("0.7"), account.share.held());
    }
    assertEquals(usd("0.7"), account.share.free());
  }

  @ParameterizedTest
  @CsvSource({
    // new limit, taken by all -> what is given back of two free dollars
    "10, 2,   0",
    "2,  2,   0",
    "1,  2,   1", // the surplus over the new limit
    "1,  5,   2", // no more than there is
    "0,  2,   2",
  })
  void surplus_limitLowered_givesBackWhatIsOverIt(String limit, String taken, String surplus) {
    see("0", taken, "2");
    budgets.budgets().getFirst().changeLimit(usd(limit), 0);
    spendNothing();
    assertEquals(usd(surplus), account.surplus(at(Duration.ofMillis(1)), TERMS, false));
  }

  /** Makes the account one that is in use, so that nothing else is given back. */
  private void spendNothing() {
    var _ = account.draw(usd("1"), usd("1"), TERMS, 1);
  }

  @Test
  void surplus_anotherNodeHasALowerLimit_givesBackWhatIsOverThat() {
    var standing =
        new Standing(account.charge, Money.ZERO, Money.ZERO, usd("4"), usd("2"), usd("3"), "b");
    account.see(standing, "a", 0);
    spendNothing();
    assertEquals(usd("1"), account.surplus(at(Duration.ofMillis(1)), TERMS, false));
    assertTrue(account.lacks(usd("1.000000001")));
  }

  @Test
  void limit_thatTheLedgerNamesIsOwn_isTheOneInForceHere() {
    var standing =
        new Standing(account.charge, Money.ZERO, Money.ZERO, usd("2"), usd("2"), usd("3"), "a");
    account.see(standing, "a", 0);
    assertEquals(usd("10"), account.share.sharedLimit(), "the ledger has yet to learn of it");
  }

  private boolean isMisstated(String limit, String node) {
    account.see(
        new Standing(account.charge, Money.ZERO, Money.ZERO, usd("2"), usd("2"), usd(limit), node),
        "a",
        0);
    return account.isMisstated();
  }

  @Test
  void reportLimit_thatAllApplyAndHasChangedHere_isDue() {
    assertTrue(isMisstated("3", "a"));
    assertEquals(usd("10"), account.reportLimit().limit());
    assertFalse(isMisstated("10", "a"));
    assertFalse(isMisstated("3", "b"), "it is for that one to say");
  }

  @Test
  void isDone_cycleOver_waitsUntilAllIsPostedAndGivenBack() {
    var over = new Moment(0, HOUR_MILLIS);
    see("0", "1", "1");
    spend("0.5", "0.4");
    assertFalse(account.isDone(new Moment(0, HOUR_MILLIS - 1)));
    assertFalse(account.isDone(over), "drawn");
    assertEquals(usd("0.6"), account.surplus(over, TERMS, false));
    see("0", "0.4", "0.4");
    assertFalse(account.isDone(over), "spent and not posted");
    account.posted(usd("0.4"));
    see("0.4", "0", "0");
    assertTrue(account.isDone(over));
  }

  @Test
  void isDone_spentWithoutAGrantAndNotPosted_isRemembered() {
    see("0", "0", "0");
    try (var hold = budgets.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
      assertTrue(hold.takeUnsecured(usd("1"), 0).isPresent());
      assertFalse(account.isDone(new Moment(0, HOUR_MILLIS)), "held");
      hold.settle(usd("1"));
    }
    assertFalse(account.isDone(new Moment(0, HOUR_MILLIS)));
  }

  @Test
  void runsLow_steadySpend_drawsBeforeItIsUsedUp() {
    see("0", "1", "1");
    var _ = account.draw(usd("0.01"), usd("0.01"), TERMS, 1);
    assertFalse(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 1), "nothing is spent yet");
    spend("0.1", "0.1");
    account.sample(at(Duration.ofSeconds(1)), TERMS);
    assertFalse(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 1), "0.9 of 0.2 is left");
    spend("0.85", "0.85");
    assertTrue(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 1));
    var _ = account.refill(TERMS, 1, at(Duration.ofSeconds(1)));
    assertFalse(account.runsLow(at(Duration.ofMillis(1099)), TERMS, 1), "just asked for");
    assertTrue(account.runsLow(at(Duration.ofMillis(1100)), TERMS, 1));
    assertFalse(account.runsLow(new Moment(2_000_000_000L, HOUR_MILLIS), TERMS, 1), "over");
    see("9", "1", "0.05");
    assertFalse(account.runsLow(at(Duration.ofMillis(1100)), TERMS, 1), "there is nothing to draw");
  }

  /** Two gateways: a share is a quarter of what is left. */
  @Test
  void runsLow_nearTheLimit_leavesTheRestToWhoeverNeedsIt() {
    see("0", "1", "1");
    var _ = account.draw(usd("0.5"), usd("0.5"), TERMS, 2);
    spend("1", "1");
    account.sample(at(Duration.ofSeconds(1)), TERMS);
    see("8", "0", "0");
    assertTrue(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 2));
    see("8.01", "0", "0");
    assertFalse(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 2), "less than half a dollar");
    assertTrue(account.runsLow(at(Duration.ofSeconds(1)), TERMS, 1), "nobody else needs it");
  }

  @Test
  void refill_requestsLargerThanTheLargestChunk_drawsNoMoreThanThatAhead() {
    see("0", "0", "0");
    var _ = account.draw(usd("3"), usd("3"), TERMS, 1);
    assertEquals(
        new Draw(account.charge, usd("10"), usd("2"), usd("2"), 1),
        account.refill(TERMS, 1, at(Duration.ZERO)));
  }

  @Test
  void cover_admittedWithoutAGrant_drawsWhatIsMissingIfThereIsAny() {
    see("0", "1", "1");
    assertFalse(account.isUncovered(at(Duration.ofSeconds(1))));
    try (var hold = budgets.of(Caller.ANONYMOUS, 0).at("p", "b", "m").hold()) {
      assertEquals(usd("2.5"), hold.takeUnsecured(usd("3.5"), 0).orElseThrow());
      assertTrue(account.isUncovered(at(Duration.ofSeconds(1))));
      assertEquals(
          new Draw(account.charge, usd("10"), usd("2.5"), new Money(1), 1),
          account.cover(at(Duration.ofSeconds(1))));
      assertFalse(account.isUncovered(at(Duration.ofSeconds(1))), "just asked for");
      see("0", "3.5", "3.5");
      assertEquals(Money.ZERO, account.share.free());
      assertFalse(account.isUncovered(at(Duration.ofSeconds(3))));
      assertTrue(hold.extendUnsecured(usd("1"), 0).isPresent());
      see("8", "3.5", "3.5");
      assertFalse(account.isUncovered(at(Duration.ofSeconds(5))), "the ledger has not got it");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // how long ago it was seen, in milliseconds, and what happens on it -> stale
    "3334,  drawn, true",
    "3333,  drawn, false",
    "9999,  idle,  false",
    "10000, idle,  true",
    "100,   refused, true",
  })
  void isStale_whateverHappens_isSoonerTheMoreHappens(long millis, String what, boolean stale) {
    see("0", what.equals("drawn") ? "1" : "0", what.equals("drawn") ? "1" : "0");
    if (what.equals("refused")) {
      assertTrue(
          budgets.of(Caller.ANONYMOUS, 0).at("p", "b", "m").violation(usd("11"), 0).isPresent());
    }
    assertEquals(stale, account.isStale(at(Duration.ofMillis(millis)), TERMS));
    if (what.equals("refused")) {
      assertFalse(account.isStale(at(Duration.ofMillis(millis)), TERMS), "asked for once");
    }
  }

  @Test
  void refuses_justRefused_isForNoLongerThanATenthOfASecond() {
    account.refused(usd("1"), 5);
    assertTrue(account.refuses(usd("1"), 6));
    assertFalse(account.refuses(usd("0.999999999"), 6));
    assertFalse(account.refuses(usd("1"), 5 + LeasedAccount.FRESH_NANOS));
    assertEquals(Instant.EPOCH, account.charge.cycle().start());
  }
}
