package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PricingConfigTest {

  @Test
  void toModelPricing_everyKind_keepsTheExactPrices() {
    var pricing =
        Example.loaded(Example.TOML, Example.ENVIRONMENT)
            .config()
            .pricing()
            .getFirst()
            .toModelPricing();

    assertEquals(1_250_000_000L, pricing.rates().cachedInput());
    assertEquals(3_125_000_000L, pricing.rates().cacheWrite());
    assertEquals(12_000_000_000L, pricing.rates().reasoning());
    assertEquals(80_000_000_000L, pricing.rates().audioOutput());
    assertEquals(200_000, pricing.levels().getLast().above());
    assertEquals(2_500_000_000L, pricing.levels().getLast().rates().cachedInput());
    assertEquals(18_000_000_000L, pricing.levels().getLast().rates().reasoning());
    assertEquals(Money.usd("12.5000375"), pricing.cost(Usage.of(1_000_000, 500_000)));
  }

  @Test
  void toModelPricing_onlyPlainPrices_pricesAllKindsAlike() {
    var pricing =
        Example.loaded("[[pricing]]\nmodel = \"m\"\ninput = 1\noutput = 2\n", Map.of())
            .config()
            .pricing()
            .getFirst()
            .toModelPricing();

    assertEquals(1_000_000_000L, pricing.rates().cachedInput());
    assertEquals(2_000_000_000L, pricing.rates().reasoning());
    assertEquals(Money.usd("3"), pricing.cost(Usage.of(1_000_000, 1_000_000)));
  }
}
