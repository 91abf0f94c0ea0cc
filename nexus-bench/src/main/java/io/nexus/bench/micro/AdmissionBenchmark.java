package io.nexus.bench.micro;

import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.budget.Window;
import io.nexus.control.hold.HoldRequest;
import io.nexus.control.hold.Holds;
import io.nexus.control.hold.OutputLengths;
import io.nexus.control.hold.TakeResult;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.LimitTerms;
import io.nexus.control.limit.Limits;
import io.nexus.control.limit.Unit;
import io.nexus.control.memory.LocalFunds;
import io.nexus.control.memory.MemoryLedger;
import io.nexus.control.money.Bound;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * All that is done for a request's money: the hold sized, taken on one budget and on the limits,
 * then settled with its record, in a ledger in memory. What limits add is the difference to none.
 */
@State(Scope.Benchmark)
public class AdmissionBenchmark {
  private static final String MODEL = "gpt-4o";
  private static final long MAX_OUTPUT = 1_024;
  private static final long PLENTY = Long.MAX_VALUE / 4;
  private static final int RECORDS = 1_000;
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(SampleBudgets.NOW_MILLIS));
  private static final Usage USAGE = Usage.of(250, 300);

  /** Units that the request is limited in: none, requests, or requests, tokens and parallel. */
  @Param({"0", "1", "3"})
  public int limits;

  private Holds holds = holds(0);
  private HoldRequest request = request();

  /** Opens the accounts. */
  @Setup
  public void open() {
    holds = holds(limits);
    request = request();
  }

  private static Holds holds(int units) {
    var all = new Limits(ShareListener.LIMITS, SampleBudgets.NOW_MILLIS);
    if (units > 0) {
      var most =
          units == 1
              ? Map.of(Unit.REQUESTS, PLENTY)
              : Map.of(Unit.REQUESTS, PLENTY, Unit.TOKENS, PLENTY, Unit.PARALLEL, PLENTY);
      var terms =
          new LimitTerms(
              "fair",
              Map.of(),
              most,
              new Window.Lifetime(),
              ZoneOffset.UTC,
              true,
              HardLimitAction.REJECT,
              Optional.empty());
      all.replace(List.of(LimitPlan.of(terms)), SampleBudgets.NOW_MILLIS);
    }
    var funds = new LocalFunds(new MemoryLedger(CLOCK, RECORDS), CLOCK);
    return new Holds(funds, all, new OutputLengths(10), 64);
  }

  private static HoldRequest request() {
    var price =
        new Price(
            ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10.00"))),
            "built-in table",
            Price.Rule.EXACT,
            MODEL);
    var count = new TokenCount(250, 1_024, TokenCountTier.ESTIMATED);
    var budgets = SampleBudgets.book(1, 10, new Window.Monthly(1));
    var candidate =
        new Candidate(
            new Offer(SampleBudgets.BACKEND, Load.IDLE, MODEL, price, ModelFacts.window(128_000)),
            0,
            CostEstimate.estimate(price.pricing(), count, MAX_OUTPUT, 1, false),
            price.pricing(),
            MAX_OUTPUT,
            budgets
                .of(SampleBudgets.CALLER, SampleBudgets.NOW_MILLIS)
                .at("openai", "cloud", MODEL));
    return new HoldRequest(
        new RecordId("req_1", 1),
        SampleBudgets.CALLER,
        candidate,
        new Needs(Api.CHAT, false, false, false, false, false, Bound.of(MAX_OUTPUT, 1)));
  }

  /** The whole way of a request that completes. */
  @Benchmark
  public SpendRecord takeAndSettle() {
    TakeResult result = holds.take(request, SampleBudgets.NOW_MILLIS);
    if (result instanceof Taken(var hold, _)) {
      return hold.settle(USAGE, Precision.REPORTED, Outcome.COMPLETED);
    }
    throw new IllegalStateException("it has all that it needs: " + result);
  }
}
