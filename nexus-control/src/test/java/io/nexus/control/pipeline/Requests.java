package io.nexus.control.pipeline;

import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Bound;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Load;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.Strategy;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import io.nexus.control.routing.Weights;
import io.nexus.control.routing.Zone;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values for the tests of routing. */
final class Requests {

  static final long NOW = 1_770_000_000_000L;

  /** A prompt of 100 tokens, at the most 200. */
  static final TokenCount PROMPT = new TokenCount(100, 200, TokenCountTier.ESTIMATED);

  static final Price FREE = new Price(ModelPricing.FREE, "local backend", Price.Rule.LOCAL, "");

  /** Ten dollars for a million tokens. */
  static final Price TEN = price(Price.Rule.EXACT);

  static final Price UNKNOWN = price(Price.Rule.UNKNOWN);

  static final RoutingRules RULES = rules(Strategy.SMART);

  private Requests() {}

  private static Price price(Price.Rule rule) {
    return new Price(
        ModelPricing.of(Rates.text(Money.usd("10"), Money.usd("10"))), "test", rule, "m");
  }

  static RoutingRules rules(Strategy strategy) {
    return new RoutingRules(
        strategy,
        new Weights(50, 30, 20),
        Map.of(),
        Map.of(),
        List.of(),
        4096,
        UnpricedPolicy.ESTIMATE,
        UnboundedPolicy.HOLD);
  }

  static Needs needs(long maxOutput, int choices) {
    return new Needs(Api.CHAT, false, false, false, false, false, Bound.of(maxOutput, choices));
  }

  static RoutingRequest request(String model) {
    return request(model, Leniency.NORMAL, needs(1000, 1));
  }

  static RoutingRequest request(String model, Leniency leniency, Needs needs) {
    return new RoutingRequest(model, needs, _ -> PROMPT, Caller.ANONYMOUS, leniency, NOW);
  }

  static Backend local(String name) {
    return new Backend(
        name, "vllm", "vllm", Location.LOCAL, Zone.RESTRICTED, 100, 1, 8, Set.of(Api.values()));
  }

  static Backend cloud(String name) {
    return new Backend(
        name, "openai", "openai", Location.CLOUD, Zone.OPEN, 100, 3, 8, Set.of(Api.values()));
  }

  static Backend withPriority(Backend backend, int priority) {
    return new Backend(
        backend.name(),
        backend.type(),
        backend.provider(),
        backend.location(),
        backend.zone(),
        priority,
        backend.tier(),
        backend.maxConcurrent(),
        Set.of(Api.values()));
  }

  static Offer offer(Backend backend, String model) {
    return offer(backend, model, Load.IDLE, backend.isLocal() ? FREE : TEN);
  }

  static Offer offer(Backend backend, String model, Load load, Price price) {
    return new Offer(backend, load, model, price, ModelFacts.UNKNOWN);
  }

  /** A catalogue of just these. */
  static Catalogue of(Offer... offers) {
    return model -> Arrays.stream(offers).filter(offer -> offer.model().equals(model)).toList();
  }

  /** No budget. */
  static Budgets unlimited() {
    return new Budgets(List.of(), BudgetListener.NONE, NOW);
  }

  /** One global budget with this spend. */
  static Budgets spent(String limit, String spent, HardLimitAction action) {
    var terms =
        new BudgetTerms(
            BudgetTerms.GLOBAL,
            Map.of(),
            Money.usd(limit),
            new Window.Monthly(1),
            ZoneOffset.UTC,
            80,
            action,
            false);
    var book = new Budgets(List.of(terms), BudgetListener.NONE, NOW);
    try (var hold = book.of(Caller.ANONYMOUS, 0).at("openai", "any", "any").hold()) {
      if (!hold.take(Money.ZERO, NOW) || !hold.settle(Money.usd(spent))) {
        throw new IllegalStateException("nothing always fits");
      }
    }
    return book;
  }

  /** All candidates for a request, before any stage but the first. */
  static RoutingIntent intent(RoutingRequest request, RoutingRules rules, Offer... offers) {
    return new RequestAnalyzer(of(offers), unlimited(), rules).analyze(request);
  }

  static List<String> names(List<Candidate> candidates) {
    return candidates.stream().map(candidate -> candidate.backend().name()).toList();
  }

  /** Each exclusion as its backend, its stage and its reason. */
  static List<String> reasons(RoutingIntent intent) {
    return intent.exclusions().stream()
        .map(each -> each.candidate() + " " + each.reconciler() + ": " + each.reason())
        .toList();
  }
}
