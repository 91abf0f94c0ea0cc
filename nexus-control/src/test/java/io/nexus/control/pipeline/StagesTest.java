package io.nexus.control.pipeline;

import static io.nexus.control.pipeline.Requests.FREE;
import static io.nexus.control.pipeline.Requests.NOW;
import static io.nexus.control.pipeline.Requests.RULES;
import static io.nexus.control.pipeline.Requests.TEN;
import static io.nexus.control.pipeline.Requests.cloud;
import static io.nexus.control.pipeline.Requests.local;
import static io.nexus.control.pipeline.Requests.names;
import static io.nexus.control.pipeline.Requests.offer;
import static io.nexus.control.pipeline.Requests.reasons;
import static io.nexus.control.pipeline.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Glob;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingPolicy;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Zone;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each built-in stage of the pipeline alone. */
class StagesTest {

  private static RoutingIntent intent(RoutingPolicy policy, Leniency leniency, Offer... offers) {
    return intent(policy, leniency, Requests.unlimited(), offers);
  }

  private static RoutingIntent intent(
      RoutingPolicy policy, Leniency leniency, Budgets budgets, Offer... offers) {
    var rules =
        new RoutingRules(
            RULES.strategy(),
            RULES.weights(),
            Map.of(),
            Map.of(),
            List.of(policy),
            4096,
            UnpricedPolicy.ESTIMATE,
            UnboundedPolicy.HOLD);
    var request = request("m", leniency, Requests.needs(1000, 1));
    return new RequestAnalyzer(Requests.of(offers), budgets, rules).analyze(request);
  }

  @Test
  void privacy_restricted_leavesTheRestrictedZoneWhereverItRuns() {
    var policy = new RoutingPolicy(new Glob("m*"), true, 1);
    var privateCloud =
        new Backend(
            "vault",
            "openai",
            "openai",
            Location.CLOUD,
            Zone.RESTRICTED,
            1,
            3,
            8,
            Set.of(Api.values()));
    var openDesk =
        new Backend(
            "desk", "vllm", "vllm", Location.LOCAL, Zone.OPEN, 1, 1, 8, Set.of(Api.values()));
    var intent =
        intent(
            policy,
            Leniency.FLEXIBLE,
            offer(privateCloud, "m"),
            offer(openDesk, "m"),
            offer(cloud("c"), "m"),
            offer(local("l"), "m"));
    var narrowed = new PrivacyReconciler().reconcile(intent);
    assertEquals(List.of("vault", "l"), names(narrowed.candidates()));
    assertEquals(
        List.of(
            "desk/m privacy: zone open, but the policy for 'm*' is restricted",
            "c/m privacy: zone open, but the policy for 'm*' is restricted"),
        reasons(narrowed));
    assertTrue(new PrivacyReconciler().guard());
    var open = intent(RoutingPolicy.NONE, Leniency.NORMAL, offer(cloud("c"), "m"));
    assertSame(open, new PrivacyReconciler().reconcile(open));
  }

  @Test
  void tier_belowThePolicys_staysOnlyForAFlexibleClientWithNothingElse() {
    var policy = new RoutingPolicy(new Glob("*"), false, 2);
    var low = offer(local("low"), "m");
    var high = offer(cloud("high"), "m");
    assertEquals(
        List.of("low/m tier: tier 1, the policy for '*' asks for 2"),
        reasons(new TierReconciler().reconcile(intent(policy, Leniency.NORMAL, low))));
    assertEquals(
        List.of("high"),
        names(
            new TierReconciler()
                .reconcile(intent(policy, Leniency.NORMAL, low, high))
                .candidates()));
    assertEquals(
        List.of("high"),
        names(
            new TierReconciler()
                .reconcile(intent(policy, Leniency.FLEXIBLE, low, high))
                .candidates()));
    var alone = new TierReconciler().reconcile(intent(policy, Leniency.FLEXIBLE, low));
    assertEquals(List.of("low"), names(alone.candidates()));
    assertTrue(alone.exclusions().isEmpty());
    assertTrue(
        new TierReconciler()
            .reconcile(intent(policy, Leniency.STRICT, low))
            .candidates()
            .isEmpty());
  }

  @Test
  void quality_downOrFull_isExcludedWithTheReason() {
    var intent =
        intent(
            RoutingPolicy.NONE,
            Leniency.NORMAL,
            offer(cloud("down"), "m", new Load(false, 0, 0), TEN),
            offer(cloud("full"), "m", new Load(true, 8, 0), TEN),
            offer(cloud("busy"), "m", new Load(true, 7, 0), TEN),
            offer(local("l"), "m"));
    var narrowed = new HealthReconciler().reconcile(intent);
    assertEquals(List.of("busy", "l"), names(narrowed.candidates()));
    assertEquals(
        List.of(
            "down/m quality: unhealthy", "full/m quality: at capacity: 8 of 8 requests under way"),
        reasons(narrowed));
  }

  @ParameterizedTest
  @CsvSource({
    "0.79, REJECT, false, 2",
    "0.80, REJECT, true, 2",
    "0.99, REJECT, true, 2",
    "1.00, REJECT, true, 1",
    "1.00, LOCAL_ONLY, true, 1",
    "1.00, QUEUE, true, 1",
    "1.50, WARN, true, 2",
  })
  void budget_status_prefersLocalAndExcludesWhatCosts(
      String spent, HardLimitAction action, boolean localPreferred, int left) {
    var intent =
        intent(
            RoutingPolicy.NONE,
            Leniency.NORMAL,
            Requests.spent("1", spent, action),
            offer(cloud("c"), "m"),
            offer(local("l"), "m"));
    var narrowed = new BudgetReconciler().reconcile(intent);
    assertEquals(localPreferred, narrowed.localPreferred());
    assertEquals(left, narrowed.candidates().size());
    assertEquals("l", narrowed.candidates().getLast().backend().name());
    if (left == 1) {
      var gone = narrowed.exclusions().getFirst();
      assertEquals("budget", gone.reconciler());
      assertEquals("budget 'global' has 0 USD of 1 left, the request needs 0.012", gone.reason());
      var violation = gone.violation();
      assertNotNull(violation);
      assertEquals(action, violation.action());
    }
  }

  @Test
  void budget_spent_excludesALocalBackendThatCosts() {
    var intent =
        intent(
            RoutingPolicy.NONE,
            Leniency.NORMAL,
            Requests.spent("1", "1", HardLimitAction.LOCAL_ONLY),
            offer(local("rented"), "m", Load.IDLE, TEN),
            offer(cloud("gift"), "m", Load.IDLE, FREE));
    assertEquals(List.of("gift"), names(new BudgetReconciler().reconcile(intent).candidates()));
  }

  @Test
  void reason_readFromWhatHappened_isTheFirstThatHadAPart() {
    var both = new Offer[] {offer(cloud("c"), "m"), offer(local("l"), "m")};
    var intent = intent(RoutingPolicy.NONE, Leniency.NORMAL, both);
    var c = intent.candidates().getFirst();
    var l = intent.candidates().getLast();
    assertEquals(RouteReason.CAPABILITY_MATCH, RouteReason.of(intent, c, false));
    assertEquals(RouteReason.FAILOVER, RouteReason.of(intent, c, true));
    assertEquals(RouteReason.BUDGET_SOFT_LIMIT, RouteReason.of(intent.preferLocal(), l, false));
    assertEquals(RouteReason.CAPABILITY_MATCH, RouteReason.of(intent.preferLocal(), c, false));
    var violation = c.budgets().violation(c.estimate().worstCase(), NOW);
    assertFalse(violation.isPresent(), "nothing is limited here");

    var restricted =
        new PrivacyReconciler()
            .reconcile(intent(new RoutingPolicy(new Glob("*"), true, 1), Leniency.NORMAL, both));
    assertEquals(
        RouteReason.PRIVACY_REQUIREMENT,
        RouteReason.of(restricted, restricted.candidates().getFirst(), false));

    var full =
        new HealthReconciler()
            .reconcile(
                intent(
                    RoutingPolicy.NONE,
                    Leniency.NORMAL,
                    offer(cloud("c"), "m", new Load(true, 8, 0), TEN),
                    offer(local("l"), "m")));
    assertEquals(
        RouteReason.CAPACITY_OVERFLOW, RouteReason.of(full, full.candidates().getFirst(), false));

    var broke =
        new BudgetReconciler()
            .reconcile(
                intent(
                    RoutingPolicy.NONE,
                    Leniency.NORMAL,
                    Requests.spent("1", "1", HardLimitAction.REJECT),
                    both));
    assertEquals(
        RouteReason.BUDGET_HARD_LIMIT, RouteReason.of(broke, broke.candidates().getFirst(), false));
  }
}
