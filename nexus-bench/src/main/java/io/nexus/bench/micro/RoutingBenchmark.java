package io.nexus.bench.micro;

import io.nexus.control.budget.Window;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.pipeline.Router;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Weights;
import io.nexus.control.routing.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Deciding where a request goes: analysis, every stage, and the choice, with three budgets. */
@State(Scope.Benchmark)
public class RoutingBenchmark {
  private static final String MODEL = "gpt-4o";
  private static final long MAX_OUTPUT = 1_024;
  private static final int BUDGETS = 3;
  private static final int CONFIGURED_BUDGETS = 10;

  /** Backends that serve the model. */
  @Param({"5", "10", "50", "200"})
  public int candidates;

  private List<Offer> offers = List.of();
  private Router router = router(List.of());
  private final RoutingRequest request =
      new RoutingRequest(
          MODEL,
          new Needs(Api.CHAT, true, false, false, false, false, Bound.of(MAX_OUTPUT, 1)),
          _ -> new TokenCount(250, 1_024, TokenCountTier.ESTIMATED),
          SampleBudgets.CALLER,
          RoutingRequest.Leniency.NORMAL,
          SampleBudgets.NOW_MILLIS);

  /** Opens the backends, one in four of them local. */
  @Setup
  public void open() {
    var pricing = ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10.00")));
    var opened = new ArrayList<Offer>();
    for (int i = 0; i < candidates; i++) {
      boolean local = i % 4 == 0;
      var backend =
          new Backend(
              "backend-" + i,
              local ? "vllm" : "openai",
              local ? "" : "openai",
              local ? Location.LOCAL : Location.CLOUD,
              local ? Zone.RESTRICTED : Zone.OPEN,
              100 + i % 3,
              3,
              64,
              Set.of(Api.values()));
      var price =
          new Price(local ? ModelPricing.FREE : pricing, "built-in table", Price.Rule.EXACT, MODEL);
      var load = new Load(true, i % 7, 100_000_000L + i);
      opened.add(new Offer(backend, load, MODEL, price, ModelFacts.window(128_000)));
    }
    offers = List.copyOf(opened);
    router = router(offers);
  }

  private static Router router(List<Offer> offers) {
    var rules =
        new RoutingRules(
            Strategy.SMART,
            new Weights(50, 30, 20),
            Map.of(),
            Map.of(),
            List.of(),
            4_096,
            UnpricedPolicy.ESTIMATE,
            UnboundedPolicy.HOLD);
    var budgets = SampleBudgets.book(BUDGETS, CONFIGURED_BUDGETS, new Window.Monthly(1));
    return new Router(
        rules, _ -> offers, budgets, List.of(), (_, _) -> {}, new SplittableRandom(1));
  }

  /** The decision with its explanation. */
  @Benchmark
  public RoutingDecision decide() {
    return router.decide(request);
  }

  /** The first backend with the fewest running requests, without an explanation. */
  @Benchmark
  public Offer baselineLeastLoaded() {
    var best = offers.getFirst();
    for (var offer : offers) {
      if (offer.load().healthy() && offer.load().pending() < best.load().pending()) {
        best = offer;
      }
    }
    return best;
  }
}
