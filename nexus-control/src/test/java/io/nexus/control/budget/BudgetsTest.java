package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.START;
import static io.nexus.control.budget.BudgetFixture.usd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsTest {

  private static final List<String> PROVIDERS = List.of("openai", "anthropic", "local");
  private static final List<String> BACKENDS = List.of("east", "west", "box");
  private static final List<String> MODELS =
      List.of("gpt-4o", "gpt-4o-mini", "gpt-4", "claude-3", "llama3:70b", "");
  private static final List<String> GLOBS =
      List.of("*", "gpt-4*", "gpt-4o", "*-mini", "g*4o*", "claude*", "llama3:70b", "none*");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void at_anyRequest_findsWhatAScanFinds(long seed) {
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 40; round++) {
      var terms =
          IntStream.range(0, random.nextInt(1, 60))
              .mapToObj(i -> BudgetFixture.matching("b" + i, anyMatch(random)))
              .toList();
      var book = new Budgets(terms, BudgetListener.NONE, START);
      for (int i = 0; i < 25; i++) {
        var caller = anyCaller(random);
        var of = book.of(caller, START);
        for (int j = 0; j < 3; j++) {
          var provider = any(random, PROVIDERS);
          var backend = any(random, BACKENDS);
          var model = any(random, MODELS);

          assertEquals(
              terms.stream()
                  .filter(each -> scanned(each.match(), caller, provider, backend, model))
                  .map(BudgetTerms::name)
                  .toList(),
              found(of.at(provider, backend, model), book),
              "seed " + seed + ": " + caller + " at " + provider + "/" + backend + "/" + model);
        }
      }
    }
  }

  @Test
  void alwaysAndSometimes_ofACaller_tellWhetherTheCandidateCounts() {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            BudgetFixture.matching("all", Map.of()),
            BudgetFixture.matching("team", Map.of(Dimension.TEAM, "a", Dimension.TAG, "t")),
            BudgetFixture.matching("model", Map.of(Dimension.MODEL, "gpt*")),
            BudgetFixture.matching("both", Map.of(Dimension.TEAM, "a", Dimension.BACKEND, "east")),
            BudgetFixture.matching("other", Map.of(Dimension.TEAM, "b", Dimension.MODEL, "gpt*")),
            BudgetFixture.matching("user", Map.of(Dimension.USER, "u")));
    var caller = new Caller("k", "a", "", List.of("s", "t"));

    assertEquals(
        List.of("all", "team"),
        book.always(caller, START).stream().map(budget -> budget.terms().name()).toList());
    assertEquals(
        List.of("model", "both"),
        book.sometimes(caller, START).stream().map(budget -> budget.terms().name()).toList());
  }

  @Test
  void at_nothingMatches_limitsNothing() {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE, BudgetFixture.matching("b", Map.of(Dimension.TEAM, "a")));
    var budgets = book.of(Caller.ANONYMOUS, 0).at("openai", "east", "gpt-4o");

    assertTrue(budgets.isEmpty());
    assertEquals(Long.MAX_VALUE, budgets.available(START).nanos());
    assertTrue(budgets.tightest(START).isEmpty());
    assertFalse(budgets.underPressure(START));
    assertTrue(budgets.exhaustion(usd("1"), START).isEmpty());
  }

  @Test
  void violation_severalRefuse_namesTheTightestAndTheSeverestAction() {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            limited("roomy", "5", HardLimitAction.REJECT),
            limited("tight", "1", HardLimitAction.LOCAL_ONLY),
            limited("fitting", "50", HardLimitAction.REJECT),
            limited("shadow", "0", HardLimitAction.WARN));

    var violation = BudgetFixture.all(book).violation(usd("10"), START).orElseThrow();

    assertEquals("tight", violation.budget().terms().name());
    assertEquals(HardLimitAction.REJECT, violation.action());
    assertEquals(usd("10"), violation.required());
    assertEquals(
        HardLimitAction.LOCAL_ONLY,
        BudgetFixture.all(book).violation(usd("2"), START).orElseThrow().action());
    assertTrue(BudgetFixture.all(book).violation(usd("1"), START).isEmpty());
    assertEquals(usd("1"), BudgetFixture.all(book).available(START));
  }

  @ParameterizedTest
  @CsvSource({"7.99, false, false", "8, true, false", "10, true, true"})
  void pressure_spent_isThatOfTheWorstBudget(String spent, boolean pressed, boolean exhausted) {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            limited("wide", "1000", HardLimitAction.REJECT),
            limited("narrow", "10", HardLimitAction.LOCAL_ONLY));
    var hold = BudgetFixture.all(book).hold();
    assertTrue(hold.take(Money.ZERO, START));
    assertTrue(hold.settle(usd(spent)));

    assertEquals(pressed, BudgetFixture.all(book).underPressure(START));
    assertEquals(exhausted, BudgetFixture.all(book).exhaustion(new Money(1), START).isPresent());
    assertEquals("narrow", BudgetFixture.all(book).tightest(START).orElseThrow().terms().name());
  }

  @Test
  void exhaustion_others_countOnlyWhenSpentThemselves() {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            limited("spent", "0", HardLimitAction.LOCAL_ONLY),
            limited("narrow", "1", HardLimitAction.REJECT));

    var spent = BudgetFixture.all(book).exhaustion(usd("5"), START).orElseThrow();
    assertEquals("spent", spent.budget().terms().name());
    assertEquals(HardLimitAction.LOCAL_ONLY, spent.action());
    assertEquals(
        HardLimitAction.REJECT,
        BudgetFixture.all(book).violation(usd("5"), START).orElseThrow().action());
  }

  @Test
  void violation_nothingRequired_fitsAlsoWhatIsOverspent() {
    var book = BudgetFixture.book(BudgetListener.NONE, limited("a", "1", HardLimitAction.REJECT));
    var hold = BudgetFixture.all(book).hold();
    assertTrue(hold.take(usd("1"), START));
    assertTrue(hold.settle(usd("2")));

    assertTrue(BudgetFixture.all(book).violation(Money.ZERO, START).isEmpty());
    assertTrue(BudgetFixture.all(book).exhaustion(Money.ZERO, START).isEmpty());
    assertTrue(BudgetFixture.all(book).violation(new Money(1), START).isPresent());
  }

  @Test
  void awaited_severalActions_isTheWaitOfTheTightestThatMakesWait() {
    var book =
        BudgetFixture.book(
            BudgetListener.NONE,
            limited("rejects", "1", HardLimitAction.REJECT),
            limited("wide", "50", HardLimitAction.QUEUE),
            limited("tight", "5", HardLimitAction.QUEUE));

    var awaited = BudgetFixture.all(book).awaited(usd("2"), START).orElseThrow();
    assertEquals("tight", awaited.budget().terms().name());
    assertEquals(HardLimitAction.QUEUE, awaited.action());
    var rejecting =
        BudgetFixture.book(BudgetListener.NONE, limited("r", "0", HardLimitAction.REJECT));
    assertTrue(BudgetFixture.all(rejecting).awaited(usd("2"), START).isEmpty());
  }

  private static BudgetTerms limited(String name, String limit, HardLimitAction action) {
    return BudgetFixture.terms(name, usd(limit).nanos(), new Window.Lifetime(), action, false);
  }

  private static boolean scanned(
      Map<Dimension, String> match, Caller caller, String provider, String backend, String model) {
    return match.entrySet().stream()
        .allMatch(
            each ->
                switch (each.getKey()) {
                  case KEY -> each.getValue().equals(caller.key());
                  case TEAM -> each.getValue().equals(caller.team());
                  case USER -> each.getValue().equals(caller.user());
                  case SESSION -> each.getValue().equals(caller.session());
                  case TAG -> caller.tags().contains(each.getValue());
                  case MODEL -> model.matches(regex(each.getValue()));
                  case PROVIDER -> each.getValue().equals(provider);
                  case BACKEND -> each.getValue().equals(backend);
                });
  }

  private static String regex(String glob) {
    return Pattern.quote(glob).replace("*", "\\E.*\\Q");
  }

  private static List<String> found(RequestBudgets set, Budgets book) {
    var names = new ArrayList<String>();
    for (var budget : set.budgets()) {
      assertEquals(budget, book.budgets().get(budget.ordinal()));
      names.add(budget.terms().name());
    }
    return names;
  }

  private static Map<Dimension, String> anyMatch(SplittableRandom random) {
    var match = new EnumMap<Dimension, String>(Dimension.class);
    for (var dimension : Dimension.values()) {
      if (random.nextInt(4) == 0) {
        match.put(
            dimension,
            switch (dimension) {
              case KEY, TEAM, USER, SESSION, TAG -> dimension + "-" + random.nextInt(4);
              case MODEL -> any(random, GLOBS);
              case PROVIDER -> any(random, PROVIDERS);
              case BACKEND -> any(random, BACKENDS);
            });
      }
    }
    return match;
  }

  private static Caller anyCaller(SplittableRandom random) {
    return new Caller(
        name(random, Dimension.KEY),
        name(random, Dimension.TEAM),
        name(random, Dimension.USER),
        IntStream.range(0, random.nextInt(4)).mapToObj(_ -> name(random, Dimension.TAG)).toList(),
        name(random, Dimension.SESSION));
  }

  private static String name(SplittableRandom random, Dimension dimension) {
    return random.nextInt(5) == 0 ? "" : dimension + "-" + random.nextInt(4);
  }

  private static String any(SplittableRandom random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
