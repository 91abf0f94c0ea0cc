package io.nexus.server.dialect;

import io.nexus.control.ledger.Precision;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is charged, and how that is known.
 *
 * @param usage the tokens
 * @param tier the class of service that was charged
 * @param amount the money
 * @param precision how it is known
 * @param implausible whether the backend reported something that cannot be
 * @param statedDifference what the backend states less what its prices say; null if it states no
 *     cost, or none that can be
 */
public record AnswerCost(
    Usage usage,
    ServiceTier tier,
    Money amount,
    Precision precision,
    boolean implausible,
    @Nullable Money statedDifference) {

  /** A stated cost that is more than the worst case must not be as many times the price, too. */
  private static final long MOST_TIMES_PRICE = 10;

  /** Nothing was used. */
  public static final AnswerCost NOTHING =
      new AnswerCost(Usage.NONE, ServiceTier.STANDARD, Money.ZERO, Precision.REPORTED, false, null);

  /**
   * What is charged where nobody will ever say what was used.
   *
   * @param usage the most tokens
   * @param amount the most money
   */
  public static AnswerCost worst(Usage usage, Money amount) {
    return new AnswerCost(usage, ServiceTier.STANDARD, amount, Precision.ESTIMATED, false, null);
  }

  /**
   * Prices the billed tokens, unless the provider states a cost that can be: then that is charged.
   *
   * @param reported what the provider says: its stated cost, and the tier that it served in
   * @param whole whether it is said of the whole answer
   * @param terms what the request may cost
   * @throws ArithmeticException if the price does not fit {@link Money}
   */
  public static AnswerCost of(
      BilledUsage billed, ReportedUsage reported, boolean whole, Terms terms) {
    var own = own(billed, reported, terms);
    var tier = reported.tier();
    var stated = reported.cost();
    if (stated == null) {
      return new AnswerCost(
          billed.usage(), tier, own, precision(billed), billed.implausible(), null);
    }
    if (isAbsurd(stated, own, terms.worstCase())) {
      return new AnswerCost(billed.usage(), tier, own, precision(billed), true, null);
    }
    // A zero replaces a price only where nobody knows one.
    boolean counts = !stated.isZero() || own.isZero() || (terms.isGuess() && billed.reported());
    if (!counts || (!whole && stated.compareTo(own) < 0)) {
      return new AnswerCost(
          billed.usage(), tier, own, precision(billed), billed.implausible(), null);
    }
    return new AnswerCost(
        billed.usage(), tier, stated, Precision.STATED, billed.implausible(), stated.minus(own));
  }

  /** What other models used of it has prices of its own, where those are known. */
  private static Money own(BilledUsage billed, ReportedUsage reported, Terms terms) {
    var own = terms.pricing().cost(billed.usage());
    if (!billed.reported()) {
      return own;
    }
    for (var part : reported.parts()) {
      var other = terms.priceOf().apply(part.model());
      if (other.isPresent()) {
        var pricing = other.get().served(reported.tier());
        own = own.minus(terms.pricing().cost(part.usage())).plus(pricing.cost(part.usage()));
      }
    }
    return own.nanos() < 0 ? Money.ZERO : own;
  }

  /** Whether a stated cost is negative, or far beyond all that the request could cost. */
  private static boolean isAbsurd(Money stated, Money own, Money worstCase) {
    return stated.nanos() < 0
        || (stated.compareTo(worstCase) > 0 && stated.nanos() / MOST_TIMES_PRICE > own.nanos());
  }

  private static Precision precision(BilledUsage billed) {
    if (billed.reported()) {
      return Precision.REPORTED;
    }
    return billed.tier() == TokenCountTier.EXACT ? Precision.COUNTED : Precision.ESTIMATED;
  }

  /**
   * What decides a request's price.
   *
   * @param pricing the prices of the model in the tier that served it
   * @param isGuess whether these stand in for prices that nobody knows
   * @param worstCase the most that the request was expected to cost
   * @param priceOf the prices of other models of the same backend, where they are known
   */
  public record Terms(
      ModelPricing pricing,
      boolean isGuess,
      Money worstCase,
      Function<String, Optional<ModelPricing>> priceOf) {}
}
