package io.nexus.control.pipeline;

import static io.nexus.control.pipeline.Requests.FREE;
import static io.nexus.control.pipeline.Requests.TEN;
import static io.nexus.control.pipeline.Requests.UNKNOWN;
import static io.nexus.control.pipeline.Requests.cloud;
import static io.nexus.control.pipeline.Requests.local;
import static io.nexus.control.pipeline.Requests.offer;
import static io.nexus.control.pipeline.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Glob;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingPolicy;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestAnalyzerTest {

  private static RoutingRules rules(
      Map<String, String> aliases,
      Map<String, List<String>> fallbacks,
      List<RoutingPolicy> policies,
      UnpricedPolicy unpriced) {
    return new RoutingRules(
        Strategy.SMART,
        new Weights(1, 1, 1),
        aliases,
        fallbacks,
        policies,
        4096,
        unpriced,
        UnboundedPolicy.HOLD);
  }

  private static RoutingRules aliases(Map<String, String> aliases) {
    return rules(aliases, Map.of(), List.of(), UnpricedPolicy.ESTIMATE);
  }

  @ParameterizedTest
  @CsvSource({"a, d", "b, e", "c, e", "d, e", "other, other"})
  void analyze_alias_isFollowedForThreeHops(String asked, String resolved) {
    var rules = aliases(Map.of("a", "b", "b", "c", "c", "d", "d", "e"));
    var intent = Requests.intent(request(asked), rules);
    assertEquals(resolved, intent.resolvedModel());
    assertEquals(asked, intent.request().model());
  }

  @Test
  void analyze_fallbacks_followTheModelInTheirOrderAndOnce() {
    var rules =
        rules(
            Map.of("nick", "x", "small", "y"),
            Map.of("x", List.of("small", "z", "y", "x", "gone")),
            List.of(),
            UnpricedPolicy.ESTIMATE);
    var intent =
        Requests.intent(
            request("nick"),
            rules,
            offer(cloud("c1"), "z"),
            offer(local("l1"), "y"),
            offer(cloud("c1"), "x"),
            offer(cloud("c2"), "x"));
    assertEquals(
        List.of("c1/x", "c2/x", "l1/y", "c1/z"),
        intent.candidates().stream().map(Candidate::toString).toList());
    assertEquals(
        List.of(0, 0, 1, 2), intent.candidates().stream().map(Candidate::fallback).toList());
    assertTrue(intent.exclusions().isEmpty());
  }

  @Test
  void analyze_strictClient_getsNoFallback() {
    var rules = rules(Map.of(), Map.of("x", List.of("y")), List.of(), UnpricedPolicy.ESTIMATE);
    var intent =
        Requests.intent(
            request("x", Leniency.STRICT, Requests.needs(1, 1)),
            rules,
            offer(cloud("c1"), "x"),
            offer(local("l1"), "y"));
    assertEquals(List.of("c1"), Requests.names(intent.candidates()));
    assertEquals(
        List.of("l1/y request-analyzer: a fallback, but the client is strict"),
        Requests.reasons(intent));
  }

  @Test
  void analyze_firstPolicyThatMatchesTheAskedName_holds() {
    var first = new RoutingPolicy(new Glob("gpt-4*"), true, 2);
    var second = new RoutingPolicy(new Glob("gpt*"), false, 3);
    var rules = rules(Map.of(), Map.of(), List.of(first, second), UnpricedPolicy.ESTIMATE);
    assertSame(first, Requests.intent(request("gpt-4o"), rules).policy());
    assertSame(second, Requests.intent(request("gpt-5"), rules).policy());
    assertSame(RoutingPolicy.NONE, Requests.intent(request("llama"), rules).policy());
  }

  @ParameterizedTest
  @CsvSource({"50, 2000, 50", "0, 2000, 2000", "0, 0, 4096", "9000, 2000, 9000"})
  void analyze_longestAnswer_isTheClientsTheModelsOrTheDefault(
      long asked, long models, long expected) {
    var facts = new ModelFacts(0, models, Support.UNKNOWN, Support.UNKNOWN);
    var offer = new Offer(cloud("c"), Load.IDLE, "m", TEN, facts);
    var intent =
        Requests.intent(
            request("m", Leniency.NORMAL, Requests.needs(asked, 3)), Requests.RULES, offer);
    var candidate = intent.candidates().getFirst();
    assertEquals(expected, candidate.maxOutputTokens());
    // The prompt's upper bound and three answers, a hundred-thousandth of a dollar a token.
    assertEquals(new Money((200 + 3 * expected) * 10_000), candidate.estimate().worstCase());
    assertEquals(3 * 50, candidate.estimate().outputTokens());
  }

  @ParameterizedTest
  @CsvSource({"50, 2000, 9000, 50", "0, 2000, 9000, 2000", "0, 0, 9000, 9000", "0, 0, 0, 1048576"})
  void analyze_stream_mayRunToTheModelsOwnEnd(long asked, long models, long window, long expected) {
    var facts = new ModelFacts(window, models, Support.UNKNOWN, Support.UNKNOWN);
    var offer = new Offer(cloud("c"), Load.IDLE, "m", TEN, facts);
    var needs = new Needs(Api.CHAT, true, false, false, false, false, Bound.of(asked, 1));
    var intent = Requests.intent(request("m", Leniency.NORMAL, needs), Requests.RULES, offer);
    assertEquals(expected, intent.candidates().getFirst().maxOutputTokens());
  }

  @Test
  void analyze_modelThatCannot_isExcludedWithTheReason() {
    var needs = new Needs(Api.CHAT, false, true, true, false, false, Bound.of(10, 1));
    var intent =
        Requests.intent(
            request("m", Leniency.NORMAL, needs),
            Requests.RULES,
            new Offer(
                cloud("short"),
                Load.IDLE,
                "m",
                TEN,
                new ModelFacts(99, 0, Support.YES, Support.YES)),
            new Offer(
                cloud("blind"), Load.IDLE, "m", TEN, new ModelFacts(0, 0, Support.NO, Support.YES)),
            new Offer(
                cloud("plain"), Load.IDLE, "m", TEN, new ModelFacts(0, 0, Support.YES, Support.NO)),
            offer(cloud("unknown"), "m"),
            new Offer(
                cloud("able"),
                Load.IDLE,
                "m",
                TEN,
                new ModelFacts(100, 0, Support.YES, Support.YES)));
    assertEquals(List.of("unknown", "able"), Requests.names(intent.candidates()));
    assertEquals(
        List.of(
            "short/m request-analyzer: a prompt of about 100 tokens does not fit its context of 99",
            "blind/m request-analyzer: takes no images",
            "plain/m request-analyzer: calls no tools"),
        Requests.reasons(intent));
  }

  @Test
  void analyze_unpricedModel_goesByThePolicy() {
    var unknown = offer(cloud("c"), "m", Load.IDLE, UNKNOWN);
    var free = offer(local("l"), "m", Load.IDLE, FREE);
    var estimated =
        Requests.intent(
            request("m"), rules(Map.of(), Map.of(), List.of(), UnpricedPolicy.ESTIMATE), unknown);
    assertFalse(estimated.candidates().getFirst().isFree());

    var allowed =
        Requests.intent(
            request("m"), rules(Map.of(), Map.of(), List.of(), UnpricedPolicy.ALLOW), unknown);
    assertTrue(allowed.candidates().getFirst().isFree());
    assertTrue(allowed.candidates().getFirst().offer().price().isUnknown());
    assertEquals(Money.ZERO, allowed.candidates().getFirst().estimate().worstCase());

    var denied =
        Requests.intent(
            request("m"), rules(Map.of(), Map.of(), List.of(), UnpricedPolicy.DENY), unknown, free);
    assertEquals(List.of("l"), Requests.names(denied.candidates()));
    assertEquals(
        List.of(
            "c/m request-analyzer: its price is not known, and models without a price are denied"),
        Requests.reasons(denied));
  }
}
