package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.MINUTE;
import static io.nexus.control.budget.BudgetFixture.START;
import static io.nexus.control.budget.BudgetFixture.usd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerBudgetsTest {

  private static final Each EACH = new Each(new Per(Dimension.USER, ""), 4, Map.of());
  private static final Window QUARTER = new Window.Every(Duration.ofMinutes(15));

  private static BudgetTerms terms(Map<Dimension, String> match) {
    return new BudgetTerms(
        "each", match, usd("1"), QUARTER, ZoneOffset.UTC, 80, HardLimitAction.REJECT, false);
  }

  private static Budgets book(Each each, BudgetTerms terms) {
    var book = new Budgets(List.of(), BudgetListener.NONE, START);
    book.replace(List.of(BudgetPlan.of(terms).each(each)), START);
    return book;
  }

  private static Caller user(String name) {
    return new Caller("k", "red", name, List.of());
  }

  private static RequestBudgets budgets(Budgets book, String user, long nowMillis) {
    return book.of(user(user), nowMillis).at("openai", "east", "gpt");
  }

  private static boolean spend(Budgets book, String user, String amount, long nowMillis) {
    try (var hold = budgets(book, user, nowMillis).hold()) {
      return hold.take(usd(amount), nowMillis) && hold.settle(usd(amount));
    }
  }

  private static Money spent(Budgets book, String name, long nowMillis) {
    return book.named(name, nowMillis).orElseThrow().state(nowMillis).spent();
  }

  @Test
  void of_eachUser_hasTheLimitForItself() {
    var book = book(EACH, terms(Map.of()));

    assertTrue(spend(book, "ann", "1", START));
    assertFalse(spend(book, "ann", "0.01", START));
    assertTrue(spend(book, "bob", "0.4", START));

    assertEquals(usd("1"), spent(book, "each/ann", START));
    assertEquals(usd("0.4"), spent(book, "each/bob", START));
    assertEquals(Money.ZERO, spent(book, "each", START));
    assertTrue(budgets(book, "", START).isEmpty(), "without a user nothing is counted");
    assertEquals(
        List.of("each", "each/ann", "each/bob"),
        book.all(START).stream().map(budget -> budget.terms().name()).toList());
    assertTrue(spend(book, "ann", "1", START + 15 * MINUTE), "a new cycle");
  }

  @Test
  void of_furtherConditions_allMustHold() {
    var match = Map.of(Dimension.TEAM, "red", Dimension.MODEL, "gpt*");
    var book = book(EACH, terms(match));

    assertFalse(budgets(book, "ann", START).isEmpty());
    assertTrue(book.of(user("ann"), START).at("openai", "east", "o1").isEmpty());
    var blue = new Caller("k", "blue", "ann", List.of());
    assertTrue(book.of(blue, START).at("openai", "east", "gpt").isEmpty());
    assertEquals(List.of(), names(book.always(user("ann"), START)));
    assertEquals(List.of("each/ann"), names(book.sometimes(user("ann"), START)));
  }

  @Test
  void of_modelsAndTags_eachValueOfTheRequestCounts() {
    var models = book(new Each(new Per(Dimension.MODEL, ""), 4, Map.of()), terms(Map.of()));
    var of = models.of(user("ann"), START);
    assertEquals(List.of("each/gpt"), names(of.at("openai", "east", "gpt").budgets()));
    assertEquals(List.of("each/o1"), names(of.at("openai", "east", "o1").budgets()));

    var tags = book(new Each(new Per(Dimension.TAG, "job:"), 4, Map.of()), terms(Map.of()));
    var caller = new Caller("k", "", "", List.of("job:a", "x", "job:b"));
    assertEquals(
        List.of("each/job:a", "each/job:b"),
        names(tags.of(caller, START).at("openai", "east", "gpt").budgets()));
  }

  private static List<String> names(List<Budget> budgets) {
    return budgets.stream().map(budget -> budget.terms().name()).toList();
  }

  @Test
  void of_moreValuesThanRoom_theOldestUnspentGiveWay() {
    var book = book(EACH, terms(Map.of()));
    assertTrue(spend(book, "spent", "0.1", START));
    for (int i = 0; i < 3; i++) {
      assertFalse(budgets(book, "idle" + i, START + 1 + i).isEmpty());
    }
    assertTrue(spend(book, "new", "0.1", START + 10));
    assertEquals(
        List.of("each", "each/idle1", "each/idle2", "each/new", "each/spent"),
        names(book.all(START + 10)));
    assertEquals(usd("0.1"), spent(book, "each/spent", START + 10));
  }

  @Test
  void of_noneCanGiveWay_allFurtherShareOneLimit() {
    var book = book(EACH, terms(Map.of()));
    for (var user : List.of("a", "b", "c", "d")) {
      assertTrue(spend(book, user, "0.1", START));
    }
    assertTrue(spend(book, "e", "0.7", START));
    assertFalse(spend(book, "f", "0.7", START), "e has spent of what they share");
    assertTrue(spend(book, "f", "0.3", START));
    assertEquals(usd("1"), spent(book, "each", START));
    assertEquals(Optional.empty(), book.named("each/g", START));
    assertTrue(spend(book, "a", "0.9", START), "who is kept is not concerned");

    long next = START + 15 * MINUTE;
    assertTrue(spend(book, "f", "1", next), "in the next cycle others give way");
    assertEquals(usd("1"), spent(book, "each/f", next));
  }

  @Test
  void of_oneThatGaveWayWhileARequestHasIt_isTheSameAgain() {
    var book = book(EACH, terms(Map.of()));
    var early = budgets(book, "ann", START);
    for (int i = 0; i < 4; i++) {
      assertFalse(budgets(book, "idle" + i, START + 1 + i).isEmpty());
    }
    assertFalse(names(book.all(START + 5)).contains("each/ann"));

    try (var hold = early.hold()) {
      assertTrue(hold.take(usd("0.6"), START + 6));
      assertTrue(hold.settle(usd("0.6")));
    }
    early = RequestBudgets.NONE;
    System.gc();
    assertTrue(names(book.all(START + 7)).contains("each/ann"), "it is kept for what was spent");
    assertFalse(spend(book, "ann", "0.5", START + 7));
    assertTrue(early.isEmpty());
  }

  @Test
  void replace_otherLimitAndOverrides_holdAtOnce() {
    var book = book(EACH, terms(Map.of()));
    assertTrue(spend(book, "ann", "0.5", START));
    var ann = book.named("each/ann", START).orElseThrow();
    var until = Instant.ofEpochMilli(START + MINUTE);
    var more = new LimitIncrease(usd("1"), until);
    var overrides =
        Map.of(
            "ann", new Each.Variant(Optional.of(usd("2")), List.of(more), false),
            "free", new Each.Variant(Optional.empty(), List.of(), true));
    book.replace(
        List.of(BudgetPlan.of(terms(Map.of())).each(new Each(EACH.per(), 4, overrides))), START);

    assertSame(ann, book.named("each/ann", START).orElseThrow());
    assertEquals(usd("3"), ann.state(START).limit());
    assertEquals(usd("2"), ann.state(START + MINUTE).limit());
    assertEquals(usd("0.5"), ann.state(START).spent());
    assertTrue(budgets(book, "free", START).isEmpty());
    assertEquals(usd("1"), book.named("each/bob", START).orElseThrow().state(START).limit());

    book.replace(List.of(BudgetPlan.of(terms(Map.of())).each(EACH)), START);
    assertEquals(usd("1"), ann.state(START).limit());
    assertFalse(budgets(book, "free", START).isEmpty());
    var disabled = new BudgetPlan(terms(Map.of()), usd("1"), List.of(), true).each(EACH);
    book.replace(List.of(disabled), START);
    assertTrue(budgets(book, "ann", START).isEmpty());
    book.replace(List.of(BudgetPlan.of(terms(Map.of())).each(EACH)), START);
    assertFalse(spend(book, "ann", "0.6", START), "what was spent is known");
  }

  @Test
  void replace_perAnotherDimension_countsAnew() {
    var book = book(EACH, terms(Map.of()));
    var before = book.named("each/k", START).orElseThrow();
    var keys = new Each(new Per(Dimension.KEY, ""), 4, Map.of());
    book.replace(List.of(BudgetPlan.of(terms(Map.of())).each(keys)), START);
    assertNotSame(before, book.named("each/k", START).orElseThrow());
    assertEquals(List.of("each/k"), names(budgets(book, "ann", START).budgets()));
  }

  @Test
  void touch_cycleOver_letsGoWhatIsNotHeld() {
    var book = book(EACH, terms(Map.of()));
    assertTrue(spend(book, "ann", "1", START));
    try (var hold = budgets(book, "bob", START).hold()) {
      assertTrue(hold.take(usd("1"), START));
      long next = START + 15 * MINUTE;
      book.touch(next);
      assertEquals(List.of("each", "each/bob"), names(book.all(next)));
    }
  }

  /**
   * The spend of a value, or of the shared budget, never exceeds the limit, whichever value is
   * removed.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void spend_concurrentlyWithFewPlaces_neverPassesALimit(long seed) throws Exception {
    var each = new Each(new Per(Dimension.USER, ""), 3, Map.of());
    var life =
        new BudgetTerms(
            "each",
            Map.of(),
            usd("1"),
            new Window.Lifetime(),
            ZoneOffset.UTC,
            80,
            HardLimitAction.REJECT,
            false);
    var book = new Budgets(List.of(), BudgetListener.NONE, START);
    book.replace(List.of(BudgetPlan.of(life).each(each)), START);
    var spentOf = new ConcurrentHashMap<String, AtomicLong>();
    var random = new SplittableRandom(seed);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var runs =
          List.of(random.split(), random.split(), random.split(), random.split()).stream()
              .<Future<?>>map(own -> threads.submit(() -> run(book, own, spentOf)))
              .toList();
      for (var run : runs) {
        run.get();
      }
    }
    assertTrue(spentOf.size() >= 3, () -> "seed " + seed + ": " + spentOf);
    spentOf.forEach(
        (name, sum) -> assertTrue(sum.get() <= usd("1").nanos(), "seed " + seed + ": " + name));
  }

  private static void run(Budgets book, SplittableRandom random, Map<String, AtomicLong> spentOf) {
    for (int i = 0; i < 3_000; i++) {
      var amount = new Money(random.nextLong(1, 40_000_000));
      var of = budgets(book, "u" + random.nextInt(40), START + i * 1_000L);
      if (random.nextInt(3) > 0) {
        continue; // It was only explained.
      }
      if (i % 500 == 0) {
        System.gc();
      }
      try (var hold = of.hold()) {
        if (hold.take(amount, START) && random.nextInt(8) > 0 && hold.settle(amount)) {
          var name = of.budgets().getFirst().terms().name();
          spentOf.computeIfAbsent(name, _ -> new AtomicLong()).addAndGet(amount.nanos());
        }
      }
    }
  }
}
