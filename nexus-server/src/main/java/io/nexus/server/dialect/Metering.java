package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.spi.TokenCounter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes the cost of an answer while it arrives.
 *
 * @param hold pays for it
 * @param counter counts the answer, in case the backend does not report usage
 * @param mask masks the backend's key
 * @param clientGone whether the client was seen leaving
 * @param sentNanos when the request was sent, by {@link System#nanoTime}
 * @param patience the longest time for an answer in one piece
 * @param room bounds the heap for an answer in one piece
 * @param priceOf the known prices of the backend's other models
 * @param reasons receives the finish reasons; null if the attempt is not observed
 */
public record Metering(
    Hold hold,
    TokenCounter.ForModel counter,
    KeyMask mask,
    BooleanSupplier clientGone,
    long sentNanos,
    Duration patience,
    AnswerRoom room,
    Function<String, Optional<ModelPricing>> priceOf,
    @Nullable FinishReasons reasons) {

  /** A meter for the answer's text. */
  OutputMeter outputMeter() {
    return new OutputMeter(counter, reasons);
  }

  /**
   * The charge so far.
   *
   * @param reported the backend's report
   * @param meter the meter of the text passed on
   * @param whole whether the report covers the whole answer
   */
  public AnswerCost cost(ReportedUsage reported, OutputMeter meter, boolean whole) {
    var counted =
        whole
            ? CountedUsage.whole(estimate(), meter, reported.usage().outputTokens())
            : CountedUsage.of(estimate(), meter);
    return cost(reported, counted, whole);
  }

  /**
   * The charge of an answer that may be longer than the part passed on.
   *
   * @param reported the backend's report
   * @param outputTokens its possible output tokens
   */
  public AnswerCost cost(ReportedUsage reported, OutputMeter meter, long outputTokens) {
    return cost(reported, CountedUsage.of(estimate(), meter, outputTokens), false);
  }

  /** Whether it is billed by units rather than text. */
  public boolean isByUnit() {
    return hold.request().needs().api().isByUnit();
  }

  /**
   * The charge of an answer billed by unit.
   *
   * @param units the reported and counted units
   * @param whole whether it is complete; if not, everything requested is charged
   */
  public AnswerCost cost(ReportedUsage reported, UnitsUsed units, boolean whole) {
    var asked = hold.request().needs().bound().uses();
    var used = whole ? units : UnitsUsed.NONE;
    return dearest(
        reported,
        terms -> AnswerCost.of(used.billed(terms, estimate(), asked), reported, whole, terms));
  }

  /**
   * Lets the gateway learn from an answer in one piece.
   *
   * @param meter what it shows
   * @param billed what the backend reported
   */
  public void learn(OutputMeter meter, long billed) {
    long shown = meter.isUsual(billed) ? billed : meter.tokens();
    hold.learn(shown, billed, 0, System.nanoTime() - sentNanos, 0);
  }

  private CostEstimate estimate() {
    return hold.candidate().estimate();
  }

  private AnswerCost cost(ReportedUsage reported, CountedUsage counted, boolean whole) {
    // A total before the answer's end may lack some of what is counted.
    var used = whole ? reported.usageBeside(counted.outputTokens()) : reported.usage();
    var billed = BilledUsage.of(Searches.atLeast(used, hold), counted, limits(), whole);
    return dearest(reported, terms -> AnswerCost.of(billed, reported, whole, terms));
  }

  /**
   * The cost in the tier that the answer names. If it names none, it may have been served in any
   * that the request allows, as it is held: in the dearest of these and the standard one.
   */
  private AnswerCost dearest(
      ReportedUsage reported, Function<AnswerCost.Terms, AnswerCost> costIn) {
    var named = reported.tier();
    var dearest = costIn.apply(terms(named == null ? ServiceTier.STANDARD : named));
    if (named == null) {
      for (var asked : hold.request().needs().bound().tiers()) {
        var cost = costIn.apply(terms(asked));
        dearest = cost.amount().compareTo(dearest.amount()) > 0 ? cost : dearest;
      }
    }
    return dearest;
  }

  private AnswerCost.Terms terms(ServiceTier tier) {
    var price = hold.candidate().offer().price();
    return new AnswerCost.Terms(
        tier, price.pricing().served(tier), price.isUnknown(), estimate().worstCase(), priceOf);
  }

  private UsageLimits limits() {
    var needs = hold.request().needs();
    var facts = hold.candidate().offer().facts();
    if (!needs.api().generates()) {
      return UsageLimits.INPUT_ONLY;
    }
    long asked = hold.size().maxTokens();
    long named = asked > 0 ? asked : needs.maxOutputTokens();
    return UsageLimits.of(
        facts.contextWindow(),
        named > 0 ? named : facts.longestOutput(),
        needs.choices(),
        needs.bound().moreOutputTokens());
  }
}
