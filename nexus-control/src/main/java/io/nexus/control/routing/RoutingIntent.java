package io.nexus.control.routing;

import io.nexus.control.budget.BudgetViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the pipeline: the candidates that are left, and why the others are
 * gone. There is no way to add a candidate, and none to remove one without a reason.
 *
 * <p>Immutable: each step returns a narrowed copy, or itself if nothing changed.
 */
@SuppressWarnings("ReferenceEquality") // a candidate is this very one, not one that looks alike
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

  /** Those that are left, in the order in which they were listed. */
  public List<Candidate> candidates() {
    return candidates;
  }

  /** Those that are gone, in the order in which they went. */
  public List<Exclusion> exclusions() {
    return exclusions;
  }

  /** Whether local candidates come before all others, because money is short. */
  public boolean localPreferred() {
    return localPreferred;
  }

  /** The same without some candidates. */
  public RoutingIntent exclude(String reconciler, Predicate<Candidate> those, String reason) {
    return exclude(reconciler, candidate -> those.test(candidate) ? reason : null);
  }

  /**
   * The same without the candidates for which there is a reason.
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

  /** The same without a candidate whose backend has no room now. */
  public RoutingIntent excludeFull(String reconciler, Candidate candidate) {
    return narrow(each -> each == candidate ? Exclusion.full(each, reconciler) : null);
  }

  /** The same without a candidate that does not fit a budget. */
  public RoutingIntent excludeOverBudget(
      String reconciler, Candidate candidate, BudgetViolation violation) {
    return narrow(
        each -> each == candidate ? Exclusion.overBudget(each, reconciler, violation) : null);
  }

  /** The same with local candidates first. */
  public RoutingIntent preferLocal() {
    return localPreferred
        ? this
        : new RoutingIntent(request, resolvedModel, policy, candidates, exclusions, true);
  }

  /** Whether this came from the other by taking candidates away. */
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

  /** The same without those that the function makes an exclusion of. */
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

  /** The same without these, which are in the candidates' order. */
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
