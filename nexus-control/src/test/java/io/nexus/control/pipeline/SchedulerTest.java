package io.nexus.control.pipeline;

import static io.nexus.control.pipeline.Requests.TEN;
import static io.nexus.control.pipeline.Requests.cloud;
import static io.nexus.control.pipeline.Requests.local;
import static io.nexus.control.pipeline.Requests.names;
import static io.nexus.control.pipeline.Requests.offer;
import static io.nexus.control.pipeline.Requests.request;
import static io.nexus.control.pipeline.Requests.withPriority;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Weights;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchedulerTest {

  private static final Weights WEIGHTS = new Weights(50, 30, 20);

  private static Scheduler scheduler(Strategy strategy) {
    return new Scheduler(strategy, WEIGHTS, new SplittableRandom(7));
  }

  /** Of the model m with the fallback model f. */
  private static RoutingIntent intent(Offer... offers) {
    var rules =
        new RoutingRules(
            Strategy.SMART,
            WEIGHTS,
            Map.of(),
            Map.of("m", List.of("f", "g")),
            List.of(),
            4096,
            UnpricedPolicy.ESTIMATE,
            UnboundedPolicy.HOLD);
    return Requests.intent(request("m"), rules, offers);
  }

  private static List<String> order(Scheduler scheduler, RoutingIntent intent) {
    return names(scheduler.order(intent));
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void order_anyStrategy_keepsEveryCandidateOnceAndTheModelBeforeItsFallbacks(Strategy strategy) {
    var scheduler = scheduler(strategy);
    var intent =
        intent(
            offer(local("g1"), "g"),
            offer(local("f1"), "f"),
            offer(cloud("m1"), "m"),
            offer(local("m2"), "m"),
            offer(cloud("f2"), "f"));
    for (int i = 0; i < 50; i++) {
      var order = scheduler.order(intent);
      assertEquals(new HashSet<>(intent.candidates()), new HashSet<>(order));
      assertEquals(List.of(0, 0, 1, 1, 2), order.stream().map(Candidate::fallback).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void order_localPreferred_putsLocalFirstAlsoOfFallbacks(Strategy strategy) {
    var scheduler = scheduler(strategy);
    var intent =
        intent(
                offer(withPriority(cloud("m1"), 0), "m"),
                offer(withPriority(local("m2"), 90), "m"),
                offer(withPriority(cloud("f1"), 0), "f"),
                offer(withPriority(local("f2"), 90), "f"))
            .preferLocal();
    for (int i = 0; i < 50; i++) {
      assertEquals(List.of("m2", "f2", "m1", "f1"), order(scheduler, intent));
    }
  }

  @Test
  void priorityOnly_lowerNumbers_goFirstAndEqualsAsListed() {
    var intent =
        intent(
            offer(withPriority(cloud("c3"), 300_000), "m", new Load(true, 0, 0), TEN),
            offer(withPriority(cloud("c1"), 100), "m", new Load(true, 7, 9_000_000_000L), TEN),
            offer(withPriority(cloud("c2"), 100), "m"),
            offer(withPriority(cloud("c4"), 1_000_000), "m"));
    assertEquals(List.of("c1", "c2", "c3", "c4"), order(scheduler(Strategy.PRIORITY_ONLY), intent));
  }

  @Test
  void smart_weighsPriorityLoadAndLatency() {
    var scheduler = scheduler(Strategy.SMART);
    assertEquals(
        List.of("b", "a"),
        order(
            scheduler,
            intent(
                offer(withPriority(cloud("a"), 20), "m"),
                offer(withPriority(cloud("b"), 10), "m"))));
    assertEquals(
        List.of("idle", "busy"),
        order(
            scheduler,
            intent(
                offer(cloud("busy"), "m", new Load(true, 5, 0), TEN),
                offer(cloud("idle"), "m", new Load(true, 4, 0), TEN))));
    assertEquals(
        List.of("quick", "slow"),
        order(
            scheduler,
            intent(
                offer(cloud("slow"), "m", new Load(true, 0, 500_000_000), TEN),
                offer(cloud("quick"), "m", new Load(true, 0, 20_000_000), TEN))));
    // Ten steps of priority weigh 500, twenty requests under way weigh 600.
    assertEquals(
        List.of("idle", "preferred"),
        order(
            scheduler,
            intent(
                offer(withPriority(cloud("preferred"), 10), "m", new Load(true, 20, 0), TEN),
                offer(withPriority(cloud("idle"), 20), "m"))));
  }

  @Test
  void roundRobin_everyBackend_isFirstEquallyOften() {
    var scheduler = scheduler(Strategy.ROUND_ROBIN);
    var intent =
        intent(
            offer(cloud("a"), "m"),
            offer(cloud("b"), "m"),
            offer(cloud("c"), "f"),
            offer(cloud("d"), "f"),
            offer(cloud("e"), "f"));
    var first = new HashMap<String, Integer>();
    for (int i = 0; i < 60; i++) {
      first.merge(order(scheduler, intent).getFirst(), 1, Integer::sum);
    }
    assertEquals(Map.of("a", 30, "b", 30), first);
  }

  @Test
  void roundRobin_modelsInTurns_areTurnedEachForItself() {
    var scheduler = scheduler(Strategy.ROUND_ROBIN);
    var one = intent(offer(cloud("a"), "m"), offer(cloud("b"), "m"));
    var other =
        Requests.intent(
            request("x"), Requests.RULES, offer(cloud("a"), "x"), offer(cloud("b"), "x"));
    var first = new HashMap<String, Integer>();
    for (int i = 0; i < 20; i++) {
      first.merge("m " + order(scheduler, one).getFirst(), 1, Integer::sum);
      first.merge("x " + order(scheduler, other).getFirst(), 1, Integer::sum);
    }
    assertEquals(Map.of("m a", 10, "m b", 10, "x a", 10, "x b", 10), first);
  }

  @Test
  void random_everyBackend_isFirstSometimes() {
    var scheduler = scheduler(Strategy.RANDOM);
    var intent = intent(offer(cloud("a"), "m"), offer(cloud("b"), "m"), offer(cloud("c"), "m"));
    var first = new HashMap<String, Integer>();
    IntStream.range(0, 300)
        .forEach(_ -> first.merge(order(scheduler, intent).getFirst(), 1, Integer::sum));
    assertEquals(3, first.size());
    assertTrue(first.values().stream().allMatch(times -> times > 60), first::toString);
  }
}
