package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the pipeline: the remaining candidates, and the reasons why others
 * were removed. Candidates cannot be added, and cannot be removed without a reason.
 *
 * <p>Immutable: each step returns a narrowed copy, or itself if nothing changed.
 */
@SuppressWarnings("ReferenceEquality") // candidates are compared by identity
public final class RoutingIntent {

  private final RoutingRequest request;
  private final String resolvedModel;
  private final RoutingPolicy policy;
  private final List<Candidate> candidates;
  private final List<Exclusion> exclusions;
  private final boolean localPreferred;

  private RoutingIntent(
      RoutingRequest request,
      String resolvedModel,
      RoutingPolicy policy,
      List<Candidate> candidates,
      List<Exclusion> exclusions,
      boolean localPreferred) {
    this.request = request;
    this.resolvedModel = resolvedModel;
    this.policy = policy;
    this.candidates = candidates;
    this.exclusions = exclusions;
    this.localPreferred = localPreferred;
  }

  /** All candidates, before any stage. */
  public static RoutingIntent of(
      RoutingRequest request,
      String resolvedModel,
      RoutingPolicy policy,
      List<Candidate> candidates) {
    return new RoutingIntent(
        request, resolvedModel, policy, List.copyOf(candidates), List.of(), false);
  }

  /** The request. */
  public RoutingRequest request() {
    return request;
  }

  /** The model after aliases. */
  public String resolvedModel() {
    return resolvedModel;
  }

  /** The operator's rule for the model. */
  public RoutingPolicy policy() {
    return policy;
  }

  /** The remaining candidates, in listed order. */
  public List<Candidate> candidates() {
    return candidates;
  }

  /** The removed candidates, in order of removal. */
  public List<Exclusion> exclusions() {
    return exclusions;
  }

  /** Whether local candidates come first, because money is short. */
  public boolean localPreferred() {
    return localPreferred;
  }

  /** This intent without some candidates. */
  public RoutingIntent exclude(String reconciler, Predicate<Candidate> those, String reason) {
    return exclude(reconciler, candidate -> those.test(candidate) ? reason : null);
  }

  /**
   * This intent without the candidates for which the function returns a reason.
   *
   * @param reasonAgainst null if the candidate may stay
   */
  public RoutingIntent exclude(
      String reconciler, Function<Candidate, @Nullable String> reasonAgainst) {
    return narrow(
        candidate -> {
          var reason = reasonAgainst.apply(candidate);
          return reason == null ? null : Exclusion.of(candidate, reconciler, reason);
        });
  }

  /** This intent without a candidate whose backend is full. */
  public RoutingIntent excludeFull(String reconciler, Candidate candidate) {
    return narrow(each -> each == candidate ? Exclusion.full(each, reconciler) : null);
  }

  /** This intent without a candidate that does not fit a budget. */
  public RoutingIntent excludeOverBudget(
      String reconciler, Candidate candidate, BudgetViolation violation) {
    return narrow(
        each -> each == candidate ? Exclusion.overBudget(each, reconciler, violation) : null);
  }

  /** This intent with local candidates first. */
  public RoutingIntent preferLocal() {
    return localPreferred
        ? this
        : new RoutingIntent(request, resolvedModel, policy, candidates, exclusions, true);
  }

  /** Whether this is the other intent with candidates removed. */
  public boolean narrows(RoutingIntent before) {
    if (this == before) {
      return true;
    }
    int at = 0;
    for (var candidate : candidates) {
      while (at < before.candidates.size() && before.candidates.get(at) != candidate) {
        at++;
      }
      if (at++ == before.candidates.size()) {
        return false;
      }
    }
    return request == before.request
        && candidates.size() + exclusions.size()
            == before.candidates.size() + before.exclusions.size();
  }

  /** This intent without the candidates for which the function returns an exclusion. */
  public RoutingIntent narrow(Function<Candidate, @Nullable Exclusion> exclusion) {
    List<Exclusion> against = null;
    for (int i = 0; i < candidates.size(); i++) {
      var one = exclusion.apply(candidates.get(i));
      if (one != null) {
        against = against == null ? new ArrayList<>() : against;
        against.add(one);
      }
    }
    return against == null ? this : without(against);
  }

  /** This intent without these, which must be in the candidates' order. */
  private RoutingIntent without(List<Exclusion> against) {
    var left = new ArrayList<Candidate>(candidates.size() - against.size());
    int at = 0;
    for (var candidate : candidates) {
      if (at < against.size() && against.get(at).candidate() == candidate) {
        at++;
      } else {
        left.add(candidate);
      }
    }
    var gone = new ArrayList<Exclusion>(exclusions.size() + against.size());
    gone.addAll(exclusions);
    gone.addAll(against);
    return new RoutingIntent(
        request, resolvedModel, policy, List.copyOf(left), List.copyOf(gone), localPreferred);
  }
}
