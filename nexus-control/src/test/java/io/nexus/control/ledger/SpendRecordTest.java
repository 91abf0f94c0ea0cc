package io.nexus.control.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Rates;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpendRecordTest {

  private static final Price PRICE =
      new Price(
          ModelPricing.of(
                  Rates.text(Money.usd("3"), Money.usd("15"))
                      .withCacheWrite(Money.usd("3.75"))
                      .with(PriceKind.CACHE_WRITE_1H, Money.usd("6")))
              .withTier(
                  ServiceTier.PRIORITY,
                  ModelPricing.of(Rates.text(Money.usd("6"), Money.usd("30")))),
          "built-in table",
          Price.Rule.EXACT,
          "m");

  @Test
  void priceText_ofATier_saysWhichAndItsPrices() {
    assertEquals(
        "in 3; write 3.75; write 1h 6; out 15; built-in table: m", SpendRecord.priceText(PRICE));
    assertEquals(
        "tier priority; in 6; out 30; built-in table: m",
        SpendRecord.priceText(PRICE, ServiceTier.PRIORITY));
  }

  @Test
  void tier_ofARecord_isThatOfItsPrice() {
    assertEquals(
        ServiceTier.PRIORITY, record(SpendRecord.priceText(PRICE, ServiceTier.PRIORITY)).tier());
    assertEquals(ServiceTier.STANDARD, record(SpendRecord.priceText(PRICE)).tier());
    assertEquals(ServiceTier.STANDARD, record("tier").tier());
  }

  @Test
  void correction_recordOfATier_showsTheRightPriceOfThatTier() {
    var record = record("tier priority; in 5; out 30; built-in table: m");
    var rule = Due.byPrice(_ -> Optional.of(PRICE));
    var due = rule.due().apply(record).orElseThrow();
    assertEquals(SpendRecord.priceText(PRICE, ServiceTier.PRIORITY), due.price());
  }

  /** What a ledger cannot keep, or does not, is not in the record either. */
  @Test
  void caller_ofARecord_isTheOneThatALedgerCanKeep() {
    var plain = new Caller("key", "team", "user", List.of());
    assertSame(plain, record(plain, "").caller());
    assertEquals(
        plain, record(new Caller("key", "team", "user", List.of(), "session"), "").caller());
    var odd = "a\u0000" + "b".repeat(300);
    var kept = "a\uFFFD" + "b".repeat(254);
    assertEquals(
        new Caller(kept, "", "", List.of()),
        record(new Caller(odd, "", "", List.of()), "").caller());
    assertEquals(
        new Caller("", kept, "", List.of()),
        record(new Caller("", odd, "", List.of()), "").caller());
    assertEquals(
        new Caller("", "", kept, List.of()),
        record(new Caller("", "", odd, List.of()), "").caller());
    assertEquals(
        new Caller("", "", "", List.of("t", kept)),
        record(new Caller("", "", "", List.of("t", odd)), "").caller());
  }

  private static SpendRecord record(String price) {
    return record(Caller.ANONYMOUS, price);
  }

  private static SpendRecord record(Caller caller, String price) {
    return new SpendRecord(
        new RecordId("r", 1),
        Instant.EPOCH,
        caller,
        new ServedBy("backend", "provider", "m"),
        Usage.NONE,
        price,
        Money.ZERO,
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of());
  }
}
