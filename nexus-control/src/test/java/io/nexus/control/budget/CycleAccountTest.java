package io.nexus.control.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CycleAccountTest {

  private static final long MOST = Long.MAX_VALUE;

  private static CycleAccount leased() {
    return new CycleAccount(Cycle.ENDLESS, 0, true);
  }

  private static CycleAccount limited(long limit) {
    return new CycleAccount(Cycle.ENDLESS, limit);
  }

  private static void assertFigures(CycleAccount account, long settled, long held, long free) {
    assertEquals(settled, account.figures().settled(), "settled");
    assertEquals(held, account.figures().held(), "held");
    assertEquals(free, account.available(), "free");
  }

  @ParameterizedTest
  @CsvSource({
    // held, charged -> settled, free of 100
    "30,  30,  30,  70",
    "30,  10,  10,  90",
    "30,   0,   0, 100",
    "30,  50,  50,  50", // more than was held
    "30, 130, 130, -30", // more than there is
    "0,    5,   5,  95",
  })
  void settle_holdTaken_chargesAndFreesTheRest(long held, long charged, long settled, long free) {
    var account = limited(100);
    assertTrue(account.tryHold(held));
    assertFigures(account, 0, held, 100 - held);
    account.settle(held, charged);
    assertFigures(account, settled, 0, free);
  }

  @ParameterizedTest
  @CsvSource({"100, true", "101, false", "0, true"})
  void tryHold_ofWhatIsFree_fitsExactly(long nanos, boolean fits) {
    assertEquals(fits, limited(100).tryHold(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    // granted, taken in all, of a limit of 100 -> the most that fits without a grant
    "0,    0, 100", // nothing is taken
    "10,  10, 100", // all money taken is ours
    "10,  40,  70",
    "10, 100,  10", // nothing is left but what was granted
    "10, 130,  10", // the limit is passed
  })
  void tryHoldUnsecured_ofWhatNobodyIsKnownToHaveTaken_fitsExactly(
      long granted, long taken, long most) {
    var account = leased();
    account.see(granted, 0, taken - granted, taken);
    assertEquals(most, account.reachable(100));
    assertFalse(account.tryHoldUnsecured(most + 1, 100));
    assertTrue(account.tryHoldUnsecured(most, 100));
    assertEquals(granted - most, account.available());
    assertFalse(account.tryHoldUnsecured(1, 100));
    // The ledger grants what is missing: what was counted as not taken is taken now.
    account.see(most - granted, 0, taken - granted, taken + most - granted);
    assertEquals(0, account.available());
    assertFalse(account.tryHoldUnsecured(1, 100));
  }

  @Test
  void tryHoldUnsecured_notLeased_goesByTheLimitAlone() {
    var account = limited(100);
    assertFalse(account.tryHoldUnsecured(101, 1000));
    assertTrue(account.tryHoldUnsecured(100, 0));
  }

  @Test
  void limit_anotherProcessHasALowerOne_isThat() {
    var account = leased();
    assertEquals(100, account.limit(100));
    account.limitElsewhere(60);
    assertEquals(60, account.limit(100));
    assertEquals(50, account.limit(50));
    account.limitElsewhere(MOST);
    assertEquals(100, account.limit(100));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forgive_untilTheLedgerDidIt_isSeenOnce(boolean isLeased) {
    var account = isLeased ? leased() : limited(100);
    // 30 were settled elsewhere; of 20 granted here 15 are spent and 5 held.
    account.see(20, 30, 0, 50);
    assertTrue(account.tryHold(20));
    account.settle(15, 15);
    assertEquals(45, account.settled());

    assertEquals(45, account.forgive());
    assertFigures(account, 0, 5, isLeased ? 0 : 95);
    assertEquals(95, account.reachable(100));
    account.see(0, 30, 0, 50);
    assertFigures(account, 0, 5, isLeased ? 0 : 95);

    // The records are posted, and the ledger forgives them.
    account.forgiven(45);
    account.see(0, -15, 0, 5);
    assertFigures(account, 0, 5, isLeased ? 0 : 95);
    assertEquals(95, account.reachable(100));
    account.settle(5, 4);
    assertEquals(4, account.settled());
    assertEquals(96, account.reachable(100));
  }

  @Test
  void forgive_twice_addsUp() {
    var account = limited(100);
    for (int i = 1; i <= 3; i++) {
      assertTrue(account.tryHold(60));
      account.settle(60, 60);
      assertFigures(account, 60, 0, 40);
      assertEquals(60, account.forgive());
      assertFigures(account, 0, 0, 100);
    }
  }

  @Test
  void reclaim_ofWhatIsFree_lowersTheAllowance() {
    var account = leased();
    account.see(50, 0, 0, 50);
    assertTrue(account.tryHold(20));
    assertFalse(account.reclaim(31));
    assertFigures(account, 0, 20, 30);
    assertTrue(account.reclaim(30));
    assertFigures(account, 0, 20, 0);
    account.release(20);
    assertFigures(account, 0, 0, 20);
  }

  @Test
  void withdraw_moreThanIsFree_leavesLessThanNothing() {
    var account = limited(100);
    assertTrue(account.tryHold(80));
    account.withdraw(50);
    assertFigures(account, 0, 80, -30);
    account.release(80);
    assertFigures(account, 0, 0, 50);
    account.grant(50);
    assertFigures(account, 0, 0, 100);
  }

  /** A limit of billions, as some write for none. */
  @Test
  void sums_atTheEndOfALong_stopThereAndLeakNothing() {
    var account = limited(MOST);
    assertTrue(account.tryHold(7));
    account.grant(MOST);
    assertFigures(account, 0, 7, MOST - 7);
    account.settle(7, MOST);
    assertEquals(MOST, account.settled());
    account.release(0);
    assertEquals(0, account.available());
    assertEquals(0, account.figures().held());
    assertFalse(account.tryHold(1));
    account.settle(0, MOST);
    assertEquals(MOST, account.settled());
    assertTrue(account.available() < 0);
  }

  @Test
  void see_hugeSums_doesNotWrap() {
    var account = leased();
    account.see(MOST, MOST, MOST, MOST);
    assertEquals(MOST, account.settled());
    assertEquals(MOST, account.figures().held());
    assertEquals(MOST, account.reachable(MOST));
    assertTrue(account.tryHold(MOST));
    assertFalse(account.tryHoldUnsecured(1, MOST));
    account.release(MOST);
    assertEquals(MOST, account.available());
    account.see(-MOST, 0, 0, 0);
    assertEquals(0, account.available());
    assertTrue(account.tryHoldUnsecured(MOST, MOST));
    assertFalse(account.tryHoldUnsecured(1, MOST));
    account.release(MOST);
    assertEquals(0, account.available());
    assertEquals(0, account.heldHere());
  }

  @Test
  void hasRefused_askedTwice_isToldOnce() {
    var account = leased();
    assertFalse(account.hasRefused());
    account.refuses();
    account.refuses();
    assertTrue(account.hasRefused());
    assertFalse(account.hasRefused());
  }
}
