package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UsageTest {

  @Test
  void with_partsOfTokens_areCutToWhatIsLeftOfTheirWhole() {
    var used =
        new Usage(100, 30, 20, 10, 50, 10, 0)
            .with(PriceKind.CACHE_WRITE_1H, 15)
            .with(PriceKind.CACHE_WRITE_12H, 15)
            .with(PriceKind.CACHED_AUDIO, 99)
            .with(PriceKind.INPUT_IMAGE, 99)
            .with(PriceKind.OUTPUT_IMAGE, 99)
            .with(PriceKind.CITATION, 99)
            .with(PriceKind.SEARCH, -1);
    assertEquals(
        Map.of(
            Item.of(PriceKind.CACHE_WRITE_1H), 15L,
            Item.of(PriceKind.CACHE_WRITE_12H), 5L,
            Item.of(PriceKind.CACHED_AUDIO), 30L,
            Item.of(PriceKind.INPUT_IMAGE), 40L,
            Item.of(PriceKind.OUTPUT_IMAGE), 40L,
            Item.of(PriceKind.CITATION), 99L),
        used.extras());
  }

  @Test
  void extra_ofAKind_isTheSumOverItsVariants() {
    var used = Usage.NONE.with(Item.parse("search:low"), 2).with(Item.parse("search:high"), 3);
    assertEquals(5, used.extra(PriceKind.SEARCH));
    assertEquals(0, used.extra(PriceKind.QUERY));
  }

  @Test
  void extrasText_readBack_isTheSame() {
    var used =
        new Usage(100, 0, 50, 0, 0, 0, 0)
            .with(Item.parse("image:1024x1024:high"), 2)
            .with(PriceKind.CACHE_WRITE_1H, 7);
    assertEquals("cache_write_1h=7;image:1024x1024:high=2", used.extrasText());
    assertEquals(used.extras(), Usage.extras(used.extrasText()));
    assertEquals("", Usage.NONE.extrasText());
    assertTrue(Usage.extras("").isEmpty());
    assertEquals(used.extras(), Usage.extras("hologram=3;" + used.extrasText()));
    assertThrows(IllegalArgumentException.class, () -> Usage.extras("search=many"));
  }

  @ParameterizedTest
  @EnumSource(PriceKind.class)
  void item_ofEveryKind_isReadBackFromItsText(PriceKind kind) {
    assertEquals(new Item(kind, "a:b"), Item.parse(kind.label() + ":a:b"));
    assertEquals(Item.of(kind), Item.parse(Item.of(kind).toString()));
  }

  @Test
  void item_unknownKind_isRefusedByName() {
    var e = assertThrows(IllegalArgumentException.class, () -> Item.parse("hologram:x"));
    assertEquals("no kind of price: 'hologram'", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "priority, priority",
    "Priority, priority",
    "ON_DEMAND_PRIORITY, priority",
    "ON_DEMAND_FLEX, flex",
    "ON_DEMAND, ''",
    "on-demand, ''",
    "default, ''",
    "auto, ''",
    "standard, ''",
    "standard_only, ''",
    "scale, ''",
    "' ', ''",
    "ultrafast, ultrafast",
    "a-name-longer-than-any-tier-has-today, ''",
  })
  void tier_asProvidersSpellIt_isOneOfFewNames(String spelled, String name) {
    assertEquals(name, ServiceTier.of(spelled).name());
  }
}
