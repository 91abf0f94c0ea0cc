package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The right charge of a record.
 *
 * @param cost the amount
 * @param price the reason, for people to read
 */
public record Due(Money cost, String price) {

  /**
   * Decides the right charge of records.
   *
   * @param outcomes the outcomes to which it applies
   * @param due the right charge of a record; empty to leave it
   */
  public record Rule(Set<Outcome> outcomes, Function<SpendRecord, Optional<Due>> due) {

    /** Copies the set. */
    public Rule {
      outcomes = Set.copyOf(outcomes);
    }
  }

  /**
   * Charges the tokens at the right price of the tier that served them. Records of lost requests
   * and of unknown outcome are left: they were charged the amount held, not tokens. Records whose
   * provider stated the cost are left too.
   *
   * @param prices the right price of a record; empty to leave it
   */
  public static Rule byPrice(Function<SpendRecord, Optional<Price>> prices) {
    return new Rule(
        EnumSet.of(Outcome.COMPLETED, Outcome.CANCELLED, Outcome.BROKEN, Outcome.CUT_OFF),
        record ->
            Optional.of(record)
                .filter(each -> each.precision() != Precision.STATED)
                .flatMap(prices)
                .map(
                    price ->
                        new Due(
                            price.pricing().served(record.tier()).cost(record.usage()),
                            SpendRecord.priceText(price, record.tier()))));
  }

  /**
   * Charges nothing for requests that were sent and not answered, once the provider's bill shows
   * that they were not charged.
   *
   * @param which selects them
   */
  public static Rule forgivingUnknown(Predicate<SpendRecord> which) {
    var nothing = new Due(Money.ZERO, "forgiven: the provider did not bill it");
    return new Rule(
        EnumSet.of(Outcome.UNKNOWN),
        record -> which.test(record) ? Optional.of(nothing) : Optional.empty());
  }
}
