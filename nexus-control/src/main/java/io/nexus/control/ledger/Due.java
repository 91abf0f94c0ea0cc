package io.nexus.control.ledger;

import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a record should have been charged.
 *
 * @param cost that much
 * @param price why, for people to read
 */
public record Due(Money cost, String price) {

  /**
   * Decides what records should have been charged.
   *
   * @param outcomes of the records that it looks at
   * @param due what one of these should have been charged; empty to leave it
   */
  public record Rule(Set<Outcome> outcomes, Function<SpendRecord, Optional<Due>> due) {

    /** Copies the set. */
    public Rule {
      outcomes = Set.copyOf(outcomes);
    }
  }

  /**
   * The tokens at the right price of the tier that served them. Records whose request was lost, or
   * ended nobody knows how, are left: they were charged by what was held, not by tokens. So are
   * those whose provider stated the cost: they were charged that, whatever the price.
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
   * Nothing for requests that were sent and not answered, once the provider's bill shows that it
   * has not charged them.
   *
   * @param which of them
   */
  public static Rule forgivingUnknown(Predicate<SpendRecord> which) {
    var nothing = new Due(Money.ZERO, "forgiven: the provider did not bill it");
    return new Rule(
        EnumSet.of(Outcome.UNKNOWN),
        record -> which.test(record) ? Optional.of(nothing) : Optional.empty());
  }
}
