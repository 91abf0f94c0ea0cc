package io.nexus.control.pipeline;

import io.nexus.control.budget.Budgets;
import io.nexus.control.money.Bound;
import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.TokenCount;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.control.routing.RoutingRules;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first stage: resolves the model, lists the candidates that serve it or a fallback, and
 * estimates their cost.
 *
 * <p>Safe for concurrent use.
 */
final class RequestAnalyzer {

  static final String NAME = "request-analyzer";

  /** The longest chain of aliases. */
  private final Catalogue catalogue;

  private final Budgets budgets;
  private final RoutingRules rules;

  RequestAnalyzer(Catalogue catalogue, Budgets budgets, RoutingRules rules) {
    this.catalogue = catalogue;
    this.budgets = budgets;
    this.rules = rules;
  }

  /** Lists the candidates without those that cannot serve the request. */
  RoutingIntent analyze(RoutingRequest request) {
    var model = rules.resolved(request.model());
    var policy = rules.policy(request.model(), model);
    var intent = RoutingIntent.of(request, model, policy, candidates(request, model));
    var only = request.backend();
    if (!only.isEmpty()) {
      intent =
          intent.exclude(
              NAME,
              candidate -> !candidate.backend().name().equals(only),
              "what the request continues is kept by '" + only + "'");
    }
    if (request.leniency() == Leniency.STRICT) {
      intent = intent.exclude(NAME, Candidate::isFallback, "a fallback, but the client is strict");
    }
    if (rules.unpriced() == UnpricedPolicy.DENY) {
      intent =
          intent.exclude(
              NAME,
              candidate -> candidate.offer().price().isUnknown(),
              "its price is not known, and models without a price are denied");
    }
    var bound = request.needs().bound();
    if (rules.unbounded() == UnboundedPolicy.DENY && !bound.isComplete()) {
      var field = bound.unbounded().getFirst();
      intent =
          intent.narrow(
              candidate -> candidate.isFree() ? null : Exclusion.unbounded(candidate, NAME, field));
    }
    return intent.exclude(NAME, candidate -> incapable(candidate, request.needs()));
  }

  /**
   * A required ability that the candidate is known to lack; unknown abilities are left to the
   * backend.
   */
  private static @Nullable String incapable(Candidate candidate, Needs needs) {
    if (candidate.backend().asked(needs.api()) == null) {
      return "does not serve " + needs.api().task();
    }
    var facts = candidate.offer().facts();
    long prompt = candidate.estimate().inputTokens();
    // For APIs that only read, each input has the whole context.
    boolean isOne = needs.api().generates();
    if (isOne && facts.promptLimit() > 0 && prompt > facts.promptLimit()) {
      return "a prompt of about %d tokens does not fit its context of %d"
          .formatted(prompt, facts.promptLimit());
    }
    if (needs.vision() && facts.vision() == Support.NO) {
      return "takes no images";
    }
    return needs.tools() && facts.tools() == Support.NO ? "calls no tools" : null;
  }

  private List<Candidate> candidates(RoutingRequest request, String model) {
    var ofCaller = budgets.of(request.caller(), request.nowMillis());
    var candidates = new ArrayList<Candidate>();
    var estimates = new Estimates(request, rules.unbounded(), catalogue);
    int fallback = 0;
    for (var name : chain(model)) {
      var offers = catalogue.offers(name);
      candidates.ensureCapacity(candidates.size() + offers.size());
      for (var offer : offers) {
        candidates.add(
            candidate(estimates, ofCaller, priced(offer, request.needs().api()), fallback));
      }
      fallback++;
    }
    return candidates;
  }

  /** The offer at the price to use. */
  private Offer priced(Offer offer, Api api) {
    return api.isFree() || (offer.price().isUnknown() && rules.unpriced() == UnpricedPolicy.ALLOW)
        ? new Offer(
            offer.backend(), offer.load(), offer.model(), offer.price().free(), offer.facts())
        : offer;
  }

  private Candidate candidate(
      Estimates estimates, Budgets.OfCaller ofCaller, Offer offer, int fallback) {
    long maxOutput = maxOutput(estimates.request.needs(), offer.facts());
    var backend = offer.backend();
    var known = estimates.of(offer, maxOutput);
    return new Candidate(
        offer,
        fallback,
        known.estimate(),
        known.ceiling(),
        maxOutput,
        ofCaller.at(backend.provider(), backend.name(), offer.model()));
  }

  private long maxOutput(Needs needs, ModelFacts facts) {
    if (!needs.api().generates()) {
      return 0;
    }
    if (needs.maxOutputTokens() > 0) {
      return needs.maxOutputTokens();
    }
    if (needs.api().usualMaxTokens() > 0) {
      return needs.api().usualMaxTokens();
    }
    if (facts.longestOutput() > 0) {
      return facts.longestOutput();
    }
    if (!needs.stream()) {
      return rules.defaultMaxOutputTokens();
    }
    return facts.contextWindow() > 0 ? facts.contextWindow() : Bound.UNKNOWN_WINDOW;
  }

  /** The cached estimates of one request: many offers share few prices. */
  private static final class Estimates {

    private record Known(
        String model,
        ModelPricing pricing,
        long maxOutput,
        ModelFacts facts,
        String provider,
        CostEstimate estimate,
        ModelPricing ceiling) {

      boolean isOf(Offer offer, long most) {
        return maxOutput == most
            && model.equals(offer.model())
            && pricing.equals(offer.price().pricing())
            && facts.equals(offer.facts())
            && provider.equals(offer.backend().provider());
      }
    }

    private final RoutingRequest request;
    private final UnboundedPolicy unbounded;
    private final Catalogue catalogue;
    private final List<Known> known = new ArrayList<>();

    Estimates(RoutingRequest request, UnboundedPolicy unbounded, Catalogue catalogue) {
      this.request = request;
      this.unbounded = unbounded;
      this.catalogue = catalogue;
    }

    Known of(Offer offer, long maxOutput) {
      for (var each : known) {
        if (each.isOf(offer, maxOutput)) {
          return each;
        }
      }
      var made = make(offer, maxOutput);
      known.add(made);
      return made;
    }

    private Known make(Offer offer, long maxOutput) {
      var pricing = offer.price().pricing();
      var needs = request.needs();
      var ceiling =
          needs.bound().ceiling(pricing, model -> catalogue.pricing(offer.backend(), model));
      var estimate =
          CostEstimate.estimate(
              pricing, ceiling, input(offer), maxOutput, needs.choices(), needs.audio());
      return new Known(
          offer.model(),
          pricing,
          maxOutput,
          offer.facts(),
          offer.backend().provider(),
          estimate,
          ceiling);
    }

    private TokenCount input(Offer offer) {
      var count = request.inputTokens().apply(offer.model());
      var bound = request.needs().bound();
      long most =
          unbounded == UnboundedPolicy.ALLOW
              ? bound.inputShown(count.upperBound(), offer.facts())
              : bound.inputAtMost(count.upperBound(), offer.facts());
      return new TokenCount(count.tokens(), most, count.tier(), count.media());
    }
  }

  /** The model and its fallbacks, whose aliases are resolved too. */
  private List<String> chain(String model) {
    var chain = new ArrayList<String>();
    chain.add(model);
    for (var fallback : rules.fallbacks().getOrDefault(model, List.of())) {
      var resolved = rules.resolved(fallback);
      if (!chain.contains(resolved)) {
        chain.add(resolved);
      }
    }
    return chain;
  }
}
