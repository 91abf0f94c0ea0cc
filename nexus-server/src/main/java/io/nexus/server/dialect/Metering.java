package io.nexus.server.dialect;

import io.nexus.control.hold.Hold;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.spi.TokenCounter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What it takes to know what an answer costs while it comes.
 *
 * @param hold pays for it
 * @param counter counts the answer, should the backend not report it
 * @param mask covers the backend's key
 * @param clientGone whether the client was seen leaving
 * @param sentNanos when the request was sent, by {@link System#nanoTime}
 * @param patience how long an answer in one piece may take
 * @param room what an answer in one piece may take of the heap
 * @param priceOf the prices of other models of the backend, where they are known
 */
public record Metering(
    Hold hold,
    TokenCounter.ForModel counter,
    KeyMask mask,
    BooleanSupplier clientGone,
    long sentNanos,
    Duration patience,
    AnswerRoom room,
    Function<String, Optional<ModelPricing>> priceOf) {

  /**
   * What is owed by now.
   *
   * @param reported what the backend says
   * @param meter what was passed on
   * @param whole whether the report is of the whole answer
   */
  public AnswerCost cost(ReportedUsage reported, OutputMeter meter, boolean whole) {
    var counted =
        whole
            ? CountedUsage.whole(estimate(), meter, reported.usage().outputTokens())
            : CountedUsage.of(estimate(), meter);
    return cost(reported, counted, whole);
  }

  /**
   * What is owed for an answer that may have come to more than was passed on.
   *
   * @param reported what the backend says
   * @param outputTokens what it may have come to
   */
  public AnswerCost cost(ReportedUsage reported, OutputMeter meter, long outputTokens) {
    return cost(reported, CountedUsage.of(estimate(), meter, outputTokens), false);
  }

  /** Whether it is paid by what it makes or reads, not by its text. */
  public boolean isByUnit() {
    return hold.request().needs().api().isByUnit();
  }

  /**
   * What is owed for an answer that is paid by the unit.
   *
   * @param units what it says that it used, and what it shows
   * @param whole whether all of it came: if not, all that was asked for is owed
   */
  public AnswerCost cost(ReportedUsage reported, UnitsUsed units, boolean whole) {
    var estimate = estimate();
    var terms = terms(reported);
    var asked = hold.request().needs().bound().uses();
    var billed = (whole ? units : UnitsUsed.NONE).billed(terms, estimate, asked);
    return AnswerCost.of(billed, reported, whole, terms);
  }

  /**
   * Has the gateway learn from an answer in one piece.
   *
   * @param meter what it shows
   * @param billed what the backend reported
   */
  public void learn(OutputMeter meter, long billed) {
    long shown = meter.isUsual(billed) ? billed : meter.tokens();
    hold.learn(shown, billed, 0, System.nanoTime() - sentNanos);
  }

  private CostEstimate estimate() {
    return hold.candidate().estimate();
  }

  private AnswerCost cost(ReportedUsage reported, CountedUsage counted, boolean whole) {
    var billed = BilledUsage.of(reported.usage(), counted, limits(), whole);
    return AnswerCost.of(billed, reported, whole, terms(reported));
  }

  private AnswerCost.Terms terms(ReportedUsage reported) {
    var price = hold.candidate().offer().price();
    return new AnswerCost.Terms(
        price.pricing().served(reported.tier()),
        price.isUnknown(),
        estimate().worstCase(),
        priceOf);
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
