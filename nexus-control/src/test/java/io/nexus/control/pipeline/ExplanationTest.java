package io.nexus.control.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Glob;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingPolicy;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Weights;
import io.nexus.control.routing.Zone;
import io.nexus.control.spi.Reconciler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The explanation of any decision of any pipeline is what happened, no more and no less. */
class ExplanationTest {

  private static final int DECISIONS = 200;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @SafeVarargs
  private static <T> T any(RandomGenerator random, T... values) {
    return values[random.nextInt(values.length)];
  }

  /** Takes away a random part, with a record of it; or does what a stage must not do. */
  private static final class Wild implements Reconciler {
    private final String name;
    private final Place place;
    private final boolean guard;
    private final int habit;
    private final RandomGenerator random;
    private final Map<String, String> taken;

    Wild(String name, RandomGenerator random, Map<String, String> taken) {
      this.name = name;
      this.place = any(random, Place.values());
      this.guard = random.nextInt(8) == 0;
      this.habit = random.nextInt(6);
      this.random = random;
      this.taken = taken;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Place place() {
      return place;
    }

    @Override
    public boolean guard() {
      return guard;
    }

    @Override
    public RoutingIntent reconcile(RoutingIntent intent) {
      return switch (habit) {
        case 0 -> {
          failed(intent);
          throw new IllegalStateException("a stage never throws");
        }
        case 1 -> {
          failed(intent);
          yield Requests.intent(intent.request().at(0), Requests.RULES);
        }
        case 2 -> intent.preferLocal();
        default ->
            intent.exclude(
                name,
                candidate -> {
                  if (random.nextInt(4) > 0) {
                    return null;
                  }
                  var reason = "no " + random.nextInt(1000);
                  taken.put(candidate.toString(), name + ": " + reason);
                  return reason;
                });
      };
    }

    private void failed(RoutingIntent intent) {
      if (guard) {
        intent
            .candidates()
            .forEach(
                each -> taken.put(each.toString(), name + ": the guard '" + name + "' failed"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void decide_anyPipeline_explainsEveryCandidateOnce(long seed) {
    RandomGenerator random =
        RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom").create(seed);
    var exhausted =
        Requests.spent(
            "1",
            "1",
            any(random, HardLimitAction.LOCAL_ONLY, HardLimitAction.QUEUE, HardLimitAction.REJECT));
    for (int i = 0; i < DECISIONS; i++) {
      decideOnce(random, random.nextBoolean() ? exhausted : Requests.unlimited());
    }
  }

  private static void decideOnce(RandomGenerator random, Budgets budgets) {
    var offers = offers(random);
    var policy =
        new RoutingPolicy(
            new Glob("*"),
            random.nextInt(3) == 0,
            random.nextInt(2) == 0 ? 1 : random.nextInt(1, 4));
    var rules =
        new RoutingRules(
            any(random, Strategy.values()),
            new Weights(50, 30, 20),
            Map.of(),
            Map.of("m", List.of("f")),
            List.of(policy),
            4096,
            any(random, UnpricedPolicy.values()),
            UnboundedPolicy.HOLD);
    var taken = new TreeMap<String, String>();
    var extensions = new ArrayList<Reconciler>();
    for (int i = random.nextInt(4); i > 0; i--) {
      extensions.add(new Wild("wild" + i, random, taken));
    }
    var leniency = any(random, Leniency.values());
    var request = Requests.request("m", leniency, Requests.needs(10, 1));
    var router = new Router(rules, Requests.of(offers), budgets, extensions, (_, _) -> {}, random);

    var decision = router.decide(request);

    var all = new RequestAnalyzer(Requests.of(offers), budgets, rules).analyze(request);
    int size = all.candidates().size() + all.exclusions().size();
    var left = decision.intent().candidates();
    var why = decision.why();
    assertEquals(size, left.size() + why.size());
    Set<Candidate> each = Collections.newSetFromMap(new IdentityHashMap<>());
    each.addAll(left);
    why.forEach(exclusion -> each.add(exclusion.candidate()));
    assertEquals(size, each.size(), "each is left or gone, once");
    if (decision instanceof Route route) {
      assertEquals(Set.copyOf(left), Set.copyOf(route.order()));
      assertEquals(left.size(), route.order().size());
    } else {
      assertTrue(left.isEmpty());
    }

    var wild = new TreeMap<String, String>();
    for (var exclusion : why) {
      assertFalse(exclusion.reason().isBlank());
      assertTrue(isTrue(exclusion, decision.intent()), exclusion::toString);
      if (exclusion.reconciler().startsWith("wild")) {
        wild.put(
            exclusion.candidate().toString(), exclusion.reconciler() + ": " + exclusion.reason());
      }
    }
    assertEquals(taken, wild, "what the extensions took, with the reasons that they gave");
    for (var candidate : left) {
      assertTrue(mayStay(candidate, decision.intent()), candidate::toString);
    }
  }

  private static Offer[] offers(RandomGenerator random) {
    var offers = new Offer[random.nextInt(1, 8)];
    for (int i = 0; i < offers.length; i++) {
      var location = any(random, Location.values());
      var zone = any(random, Zone.values());
      var backend =
          new Backend(
              "b" + i,
              "t",
              "p",
              location,
              zone,
              random.nextInt(300),
              random.nextInt(1, 4),
              4,
              Set.of(Api.values()));
      var price =
          switch (random.nextInt(3)) {
            case 0 -> Requests.FREE;
            case 1 -> Requests.TEN;
            default -> Requests.UNKNOWN;
          };
      var load = new Load(random.nextInt(4) > 0, random.nextInt(6), random.nextLong(1L << 30));
      offers[i] = Requests.offer(backend, random.nextInt(3) == 0 ? "f" : "m", load, price);
    }
    return offers;
  }

  /** Whether what an exclusion by a built-in stage says is so. */
  private static boolean isTrue(Exclusion exclusion, RoutingIntent intent) {
    var candidate = exclusion.candidate();
    var backend = candidate.backend();
    return switch (exclusion.reconciler()) {
      case "request-analyzer" -> candidate.isFallback() || candidate.offer().price().isUnknown();
      case "privacy" -> intent.policy().restricted() && backend.zone() == Zone.OPEN;
      case "tier" -> backend.tier() < intent.policy().minTier();
      case "quality" ->
          !candidate.offer().load().healthy() || candidate.offer().load().pending() >= 4;
      case "budget" -> {
        assertNotNull(exclusion.violation());
        yield !candidate.isFree() && candidate.budgets().exhausted(Requests.NOW);
      }
      default -> exclusion.reconciler().startsWith("wild");
    };
  }

  /** Whether no built-in stage excluded it. */
  private static boolean mayStay(Candidate candidate, RoutingIntent intent) {
    var backend = candidate.backend();
    var load = candidate.offer().load();
    var leniency = intent.request().leniency();
    return load.healthy()
        && load.pending() < 4
        && !(intent.policy().restricted() && backend.zone() == Zone.OPEN)
        && (backend.tier() >= intent.policy().minTier() || leniency == Leniency.FLEXIBLE)
        && !(leniency == Leniency.STRICT && candidate.isFallback())
        && (candidate.isFree() || !candidate.budgets().exhausted(Requests.NOW));
  }
}
