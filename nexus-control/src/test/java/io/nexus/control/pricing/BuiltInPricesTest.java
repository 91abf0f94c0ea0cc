package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import io.nexus.control.pricing.PriceFiles.Name;
import io.nexus.control.pricing.PriceFiles.PriceRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Walks the whole table: what its files say is what is charged. */
class BuiltInPricesTest {

  private static final BuiltInPrices TABLE = new BuiltInPrices();
  private static final SortedMap<Name, List<PriceRow>> ROWS = PriceFiles.byModel();
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
  private static final LocalDate LATER = LocalDate.of(2027, 6, 1);

  @Test
  void resource_isMadeOfTheFiles() throws IOException {
    var file = Path.of("src/main/resources/io/nexus/control/pricing/prices.bin");
    var made = CompactPricesWriter.write(ROWS, PriceFiles.models());
    if (Boolean.getBoolean("nexus.prices.write")) {
      Files.write(file, made);
    }
    assertArrayEquals(
        made,
        Files.readAllBytes(file),
        "prices.bin is not what src/prices makes: run this test with -Dnexus.prices.write=true");
  }

  @Test
  void table_everyRow_isKeptAsItStands() {
    int rows = 0;
    for (var model : ROWS.entrySet()) {
      var name = model.getKey();
      var sheet = TABLE.table().sheet(name.provider(), name.model()).orElseThrow();
      var kept = new ArrayList<PriceSheet.Row>(sheet.rows());
      for (var row : model.getValue()) {
        if (row.what().equals("factor")) {
          assertEquals(row.usd(), sheet.regions().get(row.tier()), row::toString);
        } else {
          assertTrue(kept.remove(row(row)), row::toString);
        }
        rows++;
      }
      assertEquals(List.of(), kept);
    }
    assertEquals(28_835, rows);
    assertEquals(7_114, ROWS.keySet().stream().filter(n -> !n.model().equals("*")).count());
    assertEquals(99, ROWS.keySet().stream().map(Name::provider).distinct().count());
  }

  @Test
  void priceOf_everyRow_isChargedOnItsDaysInItsTierAboveItsThreshold() {
    for (var model : ROWS.entrySet()) {
      var name = model.getKey();
      if (name.model().equals("*")) {
        continue;
      }
      for (var row : model.getValue()) {
        var day = day(row, model.getValue());
        var price = TABLE.priceOf(name.provider(), name.model(), day).orElseThrow();
        assertEquals(Price.Rule.EXACT, price.rule(), name::toString);
        assertEquals(name.model(), price.matched());
        assertTrue(price.until().isAfter(day));
        if (row.what().equals("factor")) {
          assertFactor(row, price.pricing());
        } else {
          assertCharged(row, price.pricing());
        }
      }
    }
  }

  @Test
  void priceOf_missingRows_followTheHeadOfTheTable() {
    int missing = 0;
    for (var model : ROWS.entrySet()) {
      var name = model.getKey();
      if (name.model().equals("*")) {
        continue;
      }
      var mode = TABLE.table().facts(name.provider(), name.model()).mode();
      boolean dated = model.getValue().stream().anyMatch(row -> !row.from().isEmpty());
      for (var day : dated ? List.of(TODAY, LocalDate.of(2026, 12, 1), LATER) : List.of(TODAY)) {
        var head = new TableHead(name.model(), mode, model.getValue(), day);
        var pricing = TABLE.priceOf(name.provider(), name.model(), day).orElseThrow().pricing();
        for (var tier : head.tiers()) {
          for (long above : head.thresholds()) {
            for (var kind : PriceKind.values()) {
              if (kind.isTokens()) {
                var expected = head.price(kind, tier, above);
                var actual =
                    new Money(pricing.served(new ServiceTier(tier)).level(above + 1).of(kind));
                // Rounded up after each step; no more than a few nano-dollars of a million tokens.
                var surplus = actual.toUsd().subtract(expected);
                assertTrue(
                    surplus.compareTo(new BigDecimal("-1e-30")) > 0
                        && surplus.compareTo(new BigDecimal("6e-9")) < 0,
                    () ->
                        "%s %s '%s' above %d on %s: %s instead of %s"
                            .formatted(name, kind.label(), tier, above, day, actual, expected));
                missing += head.has(kind, tier, above) ? 0 : 1;
              }
            }
          }
        }
      }
    }
    assertTrue(missing > 100_000, "few are missing: " + missing);
  }

  @Test
  void priceOf_feesOfTheProvider_holdForModelsWithoutTheirOwn() {
    for (var model : ROWS.entrySet()) {
      var name = model.getKey();
      var ofProvider = ROWS.get(new Name(name.provider(), "*"));
      if (ofProvider == null || name.model().equals("*")) {
        continue;
      }
      var pricing = pricing(name.provider(), name.model());
      boolean free = model.getValue().stream().allMatch(row -> row.usd().signum() == 0);
      for (var row : ofProvider) {
        var own =
            model.getValue().stream()
                .filter(other -> other.what().equals(row.what()) && other.tier().isEmpty())
                .findFirst();
        var expected = free ? Money.ZERO : Money.usdRoundedUp(own.orElse(row).usd());
        assertEquals(expected, pricing.fee(Item.parse(row.what())), () -> name + " " + row);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Of a thousand tokens each, and what few lines of the table say.
    "openai, gpt-4o, '', 0.0025, 0.00125, 0.01",
    "openai, gpt-4o-2024-08-06, '', 0.0025, 0.00125, 0.01",
    "openai, gpt-4o, priority, 0.00425, 0.002125, 0.017",
    "openai, gpt-4o, flex, 0.0025, 0.00125, 0.01",
    "openai, gpt-4o, batch, 0.00125, 0.00125, 0.005",
    "anthropic, claude-opus-4-8, '', 0.005, 0.0005, 0.025",
    "anthropic, claude-opus-4-8, fast, 0.01, 0.001, 0.05",
    "openai, gpt-4, '', 0.03, 0.03, 0.06",
  })
  void priceOf_knownModels_areWhatTheProvidersPrint(
      String provider, String model, String tier, String input, String cached, String output) {
    var pricing = pricing(provider, model).served(ServiceTier.of(tier));
    assertEquals(Money.usd(input), pricing.cost(Usage.of(1000, 0)));
    assertEquals(Money.usd(cached), pricing.cost(new Usage(1000, 1000, 0, 0, 0, 0, 0)));
    assertEquals(Money.usd(output), pricing.cost(Usage.of(0, 1000)));
  }

  @Test
  void priceOf_risingPrice_holdsFromItsDay() {
    var before = TABLE.priceOf("google", "gemini-4-argon", TODAY).orElseThrow();
    assertEquals(LocalDate.of(2026, 12, 1), before.until());
    assertEquals(Money.usd("2").nanos(), before.pricing().rates().input());
    var after = TABLE.priceOf("google", "gemini-4-argon", before.until()).orElseThrow();
    assertEquals(LocalDate.MAX, after.until());
    assertEquals(Money.usd("4").nanos(), after.pricing().rates().input());
    assertEquals(
        Money.usd("7.2").nanos(), after.pricing().served(ServiceTier.PRIORITY).rates().input());
  }

  @Test
  void unknownPrice_againstTheTable_isAboveAtLeast95Percent() {
    var unknown = PricingRegistry.UNKNOWN.rates();
    long models = 0;
    long covered = 0;
    for (var name : ROWS.keySet()) {
      if (!name.model().equals("*")) {
        var rates = pricing(name.provider(), name.model()).rates();
        models++;
        covered += rates.input() <= unknown.input() && rates.output() <= unknown.output() ? 1 : 0;
      }
    }
    assertTrue(covered * 100 >= models * 95, covered + " of " + models);
  }

  @Test
  void factsOf_everyModel_areThoseOfTheFile() {
    for (var model : PriceFiles.models().entrySet()) {
      var name = model.getKey();
      var row = model.getValue();
      var facts = TABLE.factsOf(name.provider(), name.model());
      assertEquals(row.number("context_window"), facts.contextWindow(), name::toString);
      assertEquals(row.number("max_input"), facts.longestPrompt(), name::toString);
      assertEquals(row.number("max_output"), facts.longestOutput(), name::toString);
      assertEquals(row.cell("mode"), facts.mode(), name::toString);
      assertEquals(row.cell("search_unit").equals("query"), facts.searchByQuery());
      assertEquals(
          switch (row.cell("vision")) {
            case "y" -> ModelFacts.Support.YES;
            case "n" -> ModelFacts.Support.NO;
            default -> ModelFacts.Support.UNKNOWN;
          },
          facts.vision(),
          name::toString);
      assertEquals(
          switch (row.cell("reasoning")) {
            case "y" -> ModelFacts.Thinking.ABLE;
            case "n" -> ModelFacts.Thinking.NEVER;
            case "default" -> ModelFacts.Thinking.DEFAULT;
            case "always" -> ModelFacts.Thinking.ALWAYS;
            default -> ModelFacts.Thinking.UNKNOWN;
          },
          facts.thinking(),
          name::toString);
    }
  }

  @Test
  void factsOf_variantThatALineReaches_areNotKnown() {
    assertEquals(TABLE.factsOf("openai", "gpt-4o"), TABLE.factsOf("openai", "gpt-4o-2031-01-01"));
    assertEquals(ModelFacts.UNKNOWN, TABLE.factsOf("openai", "gpt-4o-preview:tag"));
    assertEquals(ModelFacts.UNKNOWN, TABLE.factsOf("openai", "nothing"));
    assertEquals(ModelFacts.UNKNOWN, TABLE.factsOf("nobody", "gpt-4o"));
  }

  @Test
  void table_brokenBytes_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CompactPrices(new byte[100]));
    assertThrows(IllegalArgumentException.class, () -> new CompactPrices(new byte[0]));
  }

  @Test
  void table_namesOfAProvider_areSortedAndFound() {
    for (var provider : new TreeSet<>(TABLE.providers())) {
      for (var model : TABLE.table().models(provider)) {
        assertFalse(TABLE.table().sheet(provider, model + "\u0000").isPresent());
      }
    }
    assertEquals(List.of(), TABLE.table().models("nobody"));
  }

  private static void assertCharged(PriceRow row, ModelPricing all) {
    var pricing = all.served(new ServiceTier(row.tier()));
    var item = Item.parse(row.what());
    var price = Money.usdRoundedUp(row.usd());
    if (item.kind().isTokens()) {
      var level = pricing.level(row.threshold() + 1);
      assertEquals(price.nanos(), level.of(item.kind()), row::toString);
      return;
    }
    long unit = item.kind().unit().size();
    var before = pricing.cost(Usage.NONE.with(Item.parse("page:none"), 0));
    var request = item.kind() == PriceKind.REQUEST ? pricing.perRequest() : Money.ZERO;
    assertEquals(price, pricing.fee(item), row::toString);
    assertEquals(
        price,
        pricing.cost(Usage.NONE.with(item, unit)).minus(before).plus(request),
        row::toString);
  }

  private static void assertFactor(PriceRow row, ModelPricing pricing) {
    var there = pricing.in(row.tier());
    for (var kind : PriceKind.values()) {
      if (kind.isTokens()) {
        var expected = new Money(pricing.rates().of(kind)).toUsd().multiply(row.usd());
        assertEquals(Money.usdRoundedUp(expected).nanos(), there.rates().of(kind), row::toString);
      }
    }
    assertEquals(pricing.tiers().keySet(), there.tiers().keySet());
    assertEquals(pricing.fees(), there.fees());
  }

  /** A day on which the row holds: today, or if it is dated then; or before it is. */
  private static LocalDate day(PriceRow row, List<PriceRow> rows) {
    if (!row.from().isEmpty()) {
      return LocalDate.parse(row.from());
    }
    return rows.stream()
        .map(PriceRow::from)
        .filter(from -> !from.isEmpty())
        .map(LocalDate::parse)
        .min(LocalDate::compareTo)
        .map(first -> first.minusDays(1))
        .orElse(LATER);
  }

  private static PriceSheet.Row row(PriceRow row) {
    return new PriceSheet.Row(
        Item.parse(row.what()),
        new ServiceTier(row.tier()),
        row.threshold(),
        row.from().isEmpty() ? LocalDate.MIN : LocalDate.parse(row.from()),
        row.usd(),
        row.source());
  }

  private static ModelPricing pricing(String provider, String model) {
    return TABLE.priceOf(provider, model, TODAY).orElseThrow().pricing();
  }
}
