package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import java.io.BufferedReader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInPricesTest {

  private static final PriceTable TABLE = BuiltInPrices.load();

  @Test
  void entries_wholeTable_areUniqueAndFoundByTheirOwnNames() {
    var entries = BuiltInPrices.entries();
    assertEquals(282, entries.size());
    for (var entry : entries) {
      assertEquals(
          new Price(entry.pricing(), "built-in table", Price.Rule.EXACT, entry.written()),
          TABLE.priceOf(entry.provider(), entry.key()).orElseThrow());
    }
    assertEquals(282, entries.stream().map(e -> e.provider() + " " + e.key()).distinct().count());
  }

  @Test
  void entries_exceptForEmbeddings_areNeverFree() {
    for (var entry : BuiltInPrices.entries()) {
      assertTrue(entry.pricing().rates().input() > 0, entry::key);
      assertEquals(
          entry.key().contains("embed") && !entry.key().equals("mistral-embed"),
          entry.pricing().rates().output() == 0,
          entry::key);
    }
  }

  @Test
  void unknownPrice_againstTheTable_isAboveAtLeast95Percent() {
    var entries = BuiltInPrices.entries();
    var unknown = PricingRegistry.UNKNOWN.rates();
    long covered =
        entries.stream()
            .map(entry -> entry.pricing().rates())
            .filter(r -> r.input() <= unknown.input() && r.output() <= unknown.output())
            .count();
    assertTrue(covered * 100 >= entries.size() * 95L, covered + " of " + entries.size());
  }

  @Test
  void priceOf_lineWithEveryColumn_isExact() {
    var sonnet = pricing("anthropic", "claude-sonnet-4-5");
    assertEquals(
        Rates.text(Money.usd("3"), Money.usd("15"))
            .withCachedInput(Money.usd("0.3"))
            .withCacheWrite(Money.usd("3.75")),
        sonnet.rates());
    assertEquals(200_000, sonnet.levels().getLast().above());
    assertEquals(
        Rates.text(Money.usd("6"), Money.usd("22.5"))
            .withCachedInput(Money.usd("0.6"))
            .withCacheWrite(Money.usd("7.5")),
        sonnet.levels().getLast().rates());
    assertEquals(37_500_000, pricing("google", "gemini-flash-1.5-8b").rates().input());
    assertEquals(Money.usd("0.012"), pricing("perplexity", "sonar").perRequest());
    var audio = pricing("openai", "gpt-realtime").rates();
    assertEquals(Money.usd("32").nanos(), audio.audioInput());
    assertEquals(Money.usd("64").nanos(), audio.audioOutput());
    var plain = pricing("openai", "gpt-4").rates();
    assertEquals(Rates.text(Money.usd("30"), Money.usd("60")), plain);
    assertEquals(200_000, TABLE.factsOf("anthropic", "claude-sonnet-4-5").contextWindow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai,x,,1,,,,,,,,",
        "openai,x,,1,,,2,,,,",
        "openai,x,,,,,2,,,,,",
        "openai,x,,a,,,2,,,,,",
        "openai,x,,-1,,,2,,,,,",
        "openai,x,many,1,,,2,,,,,",
        "openai,x,,1,,,2,,,,5:1,6:1",
        "openai,x,,1,,,2,,,,5:1,",
      })
  void read_brokenLine_namesIt(String line) {
    var lines = new BufferedReader(new StringReader("# a comment\n" + line));
    var broken = assertThrows(IllegalStateException.class, () -> BuiltInPrices.read(lines));
    assertTrue(broken.toString().contains("line 2"), broken::toString);
  }

  private static ModelPricing pricing(String provider, String model) {
    return TABLE.priceOf(provider, model).orElseThrow().pricing();
  }
}
