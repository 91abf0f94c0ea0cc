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
 * The charge of an answer and its basis.
 *
 * @param usage the tokens
 * @param tier the class of service that was charged
 * @param amount the money
 * @param precision the precision of the charge
 * @param implausible whether the backend's report is implausible
 * @param statedDifference the stated cost minus the computed one; null if the backend states no
 *     plausible cost
 */
public record AnswerCost(
    Usage usage,
    ServiceTier tier,
    Money amount,
    Precision precision,
    boolean implausible,
    @Nullable Money statedDifference) {

  /**
   * A stated cost above the worst case is absurd if it is also this many times the computed price.
   */
  private static final long MOST_TIMES_PRICE = 10;

  /** Nothing was used. */
  public static final AnswerCost NOTHING =
      new AnswerCost(Usage.NONE, ServiceTier.STANDARD, Money.ZERO, Precision.REPORTED, false, null);

  /**
   * The charge if the usage will never be known.
   *
   * @param usage the most tokens
   * @param amount the most money
   */
  public static AnswerCost worst(Usage usage, Money amount) {
    return new AnswerCost(usage, ServiceTier.STANDARD, amount, Precision.ESTIMATED, false, null);
  }

  /**
   * Prices the billed tokens, or takes the provider's stated cost if it is plausible.
   *
   * @param reported the provider's report: stated cost, and parts by other models
   * @param whole whether the report covers the whole answer
   * @param terms the price terms of the request
   * @throws ArithmeticException if the price does not fit {@link Money}
   */
  public static AnswerCost of(
      BilledUsage billed, ReportedUsage reported, boolean whole, Terms terms) {
    var own = own(billed, reported, terms);
    var tier = terms.tier();
    var stated = reported.cost();
    if (stated == null) {
      return new AnswerCost(
          billed.usage(), tier, own, precision(billed), billed.implausible(), null);
    }
    if (isAbsurd(stated, own, terms.worstCase())) {
      return new AnswerCost(billed.usage(), tier, own, precision(billed), true, null);
    }
    // A stated zero replaces only an unknown price.
    boolean counts = !stated.isZero() || own.isZero() || (terms.isGuess() && billed.reported());
    if (!counts || (!whole && stated.compareTo(own) < 0)) {
      return new AnswerCost(
          billed.usage(), tier, own, precision(billed), billed.implausible(), null);
    }
    return new AnswerCost(
        billed.usage(), tier, stated, Precision.STATED, billed.implausible(), stated.minus(own));
  }

  /** The computed cost; parts by other models have their own prices if known. */
  private static Money own(BilledUsage billed, ReportedUsage reported, Terms terms) {
    var own = terms.pricing().cost(billed.usage());
    if (!billed.reported()) {
      return own;
    }
    for (var part : reported.parts()) {
      var other = terms.priceOf().apply(part.model());
      if (other.isPresent()) {
        var pricing = other.get().served(terms.tier());
        own = own.minus(terms.pricing().cost(part.usage())).plus(pricing.cost(part.usage()));
      }
    }
    return own.nanos() < 0 ? Money.ZERO : own;
  }

  /** Whether a stated cost is negative or far above the possible cost. */
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
   * The terms that decide a request's price.
   *
   * @param tier the tier that served it
   * @param pricing the prices of the model in that tier
   * @param isGuess whether these replace unknown prices
   * @param worstCase the worst-case cost of the request
   * @param priceOf the known prices of the backend's other models
   */
  public record Terms(
      ServiceTier tier,
      ModelPricing pricing,
      boolean isGuess,
      Money worstCase,
      Function<String, Optional<ModelPricing>> priceOf) {}
}
