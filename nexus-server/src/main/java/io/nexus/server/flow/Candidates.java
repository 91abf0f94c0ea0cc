package io.nexus.server.flow;

import static java.util.Objects.requireNonNull;

import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.budget.Caller;
import io.nexus.control.hold.Hold;
import io.nexus.control.hold.HoldRequest;
import io.nexus.control.hold.Holds;
import io.nexus.control.hold.TakeResult.Denied;
import io.nexus.control.hold.TakeResult.Limited;
import io.nexus.control.hold.TakeResult.Taken;
import io.nexus.control.hold.TakeResult.Unavailable;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.limit.LimitExcess;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Exclusion;
import io.nexus.control.routing.Needs;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.http.ApiException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The remaining candidates of one request in order, with the slot at the tried backend, which
 * {@link #close} gives back. Not for concurrent use.
 */
@SuppressWarnings("ReferenceEquality") // candidates are compared by identity
final class Candidates implements AutoCloseable {

  private static final String BACKEND = "backend";
  private static final String LIMIT = "limit";

  private final Holds holds;
  private final Destinations destinations;
  private final BudgetQueue queue;
  private final Reports reports;
  private final String requestId;
  private final RoutingDecision decision;
  private final Deque<Candidate> left = new ArrayDeque<>();
  private final List<Candidate> full = new ArrayList<>();
  private final Needs needs;
  private RoutingIntent intent;
  private @Nullable Hold hold;
  private @Nullable LiveBackend slot;
  private Duration rest = Duration.ZERO;
  private @Nullable LimitExcess excess;
  private int tries;

  /** The candidates of a decision. */
  Candidates(
      Holds holds,
      Destinations destinations,
      BudgetQueue queue,
      Reports reports,
      String requestId,
      RoutingDecision decision) {
    this.holds = holds;
    this.destinations = destinations;
    this.queue = queue;
    this.reports = reports;
    this.requestId = requestId;
    this.decision = decision;
    this.intent = decision.intent();
    this.needs = intent.request().needs();
    if (decision instanceof Route route) {
      left.addAll(route.order());
    }
  }

  /** Moves on after a failure, if another attempt is allowed. */
  boolean nextAfter(Failure.Next failed, long nowMillis) {
    return switch (failed) {
      case ANY -> next(true, nowMillis);
      case OTHERS -> {
        left.removeLast();
        yield next(true, nowMillis);
      }
      case NONE -> false;
    };
  }

  /**
   * Takes a slot and the hold at the next candidate with a free slot that the budgets can pay for.
   * Candidates that they cannot pay for are removed, and so are those that they can pay for only in
   * part, while another one is left whose usual answer they can pay for. The chosen one moves to
   * the end, to be retried if all others fail.
   *
   * @param patient whether requests waiting for the same budgets go first
   * @return whether {@link #hold} returns a hold to use and end; false if no candidate is left
   * @throws ApiException with status 503 if the ledger is unreachable and does not admit
   */
  boolean next(boolean patient, long nowMillis) {
    for (var candidate = following(patient, nowMillis);
        candidate != null;
        candidate = following(patient, nowMillis)) {
      var live = destinations.of(candidate, needs.api()).live();
      if (live == slot) {
        // It failed there before, and still has the slot.
      } else if (live.tryBegin()) {
        close();
        slot = live;
      } else {
        putAside(candidate);
        continue;
      }
      if (take(candidate, live, nowMillis)) {
        return true;
      }
    }
    close();
    return false;
  }

  /**
   * Takes the hold at a candidate after a wait. On failure the slot is given back and the candidate
   * removed.
   *
   * @param live where a slot has been taken for this request
   * @throws ApiException with status 503 if the ledger is unreachable and does not admit
   */
  void takeAt(LiveBackend live, long nowMillis) {
    close();
    slot = live;
    var candidate = fullAt(live);
    full.remove(candidate);
    if (!live.load().healthy()) {
      exclude(candidate, "unhealthy");
      close();
    } else if (take(candidate, live, nowMillis)) {
      full.forEach(left::addFirst);
      full.clear();
    }
  }

  private Candidate fullAt(LiveBackend live) {
    for (var candidate : full) {
      if (destinations.of(candidate, needs.api()).live() == live) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no candidate waits for this backend");
  }

  /** Takes the hold at a candidate with a slot; gives the slot back on failure. */
  private boolean take(Candidate candidate, LiveBackend live, long nowMillis) {
    boolean isHeld = false;
    try {
      isHeld = hold(candidate, live, nowMillis);
      return isHeld;
    } finally {
      if (!isHeld) {
        close();
      }
    }
  }

  private boolean hold(Candidate candidate, LiveBackend live, long nowMillis) {
    var id = new RecordId(requestId, tries + 1);
    var request = new HoldRequest(id, caller(), candidate, needs);
    switch (holds.take(request, nowMillis)) {
      case Taken(var taken, boolean secured) -> {
        reports.held(secured);
        if (live.circuit().tryPass()) {
          left.addLast(candidate);
          tries++;
          hold = taken;
          return true;
        }
        taken.close();
        exclude(candidate, "it leaves requests unanswered, and one is being tried");
      }
      case Denied(var violation) -> exclude(candidate, violation);
      case Limited(var excess) -> exclude(candidate, excess);
      case Unavailable(var cause) -> throw reports.unavailable(cause);
    }
    return false;
  }

  /** Sets a full candidate aside: a waiting request may still get a slot there, another one not. */
  private void putAside(Candidate candidate) {
    if (intent.request().waits()) {
      full.add(candidate);
    } else {
      intent = intent.excludeFull(BACKEND, candidate);
    }
  }

  /** Whether a candidate that could serve the request is full. */
  boolean isFull() {
    return intent.request().waits()
        ? !full.isEmpty()
        : intent.exclusions().stream().anyMatch(Exclusion::full);
  }

  /** Why none of them serves the request, full ones included. */
  List<Exclusion> why() {
    var all = new ArrayList<>(intent.exclusions());
    full.forEach(each -> all.add(Exclusion.full(each, BACKEND)));
    return all;
  }

  /**
   * Turns to the candidates that were full, now that the others have failed.
   *
   * @param again the same request, decided on as one that waits
   */
  void turnToFull(RoutingDecision again) {
    var full = intent.exclusions().stream().filter(Exclusion::full).map(Exclusion::candidate);
    var places = full.map(each -> destinations.of(each, needs.api())).toList();
    intent = again.intent();
    hold = null;
    if (again instanceof Route route) {
      for (var candidate : route.order()) {
        if (places.contains(destinations.of(candidate, needs.api()))) {
          left.addLast(candidate);
        }
      }
    }
  }

  /** The full backends that could serve the request. */
  List<LiveBackend> full() {
    return full.stream().map(each -> destinations.of(each, needs.api()).live()).distinct().toList();
  }

  /** Whether a hold was taken. */
  boolean isHeld() {
    return hold != null;
  }

  /** Gives the slot back. */
  @Override
  public void close() {
    if (slot != null) {
      slot.ended();
      slot = null;
    }
  }

  /** The decision now, without holding anything. Afterwards this object must not be used. */
  Foreseen foreseen(long nowMillis) {
    return new Foreseen(
        foreseenDecision(nowMillis),
        candidate -> holds.size(caller(), candidate, needs, nowMillis),
        candidate -> holds.limits(caller(), candidate, nowMillis));
  }

  private Caller caller() {
    return intent.request().caller();
  }

  private RoutingDecision foreseenDecision(long nowMillis) {
    for (var candidate = following(true, nowMillis);
        candidate != null;
        candidate = following(true, nowMillis)) {
      var violation = holds.violation(candidate, needs, nowMillis);
      var over = holds.excess(caller(), candidate, needs, nowMillis);
      if (violation.isEmpty() && over.isEmpty()) {
        left.addFirst(candidate);
        return new Route(intent, List.copyOf(left));
      }
      if (violation.isPresent()) {
        exclude(candidate, violation.get());
      } else {
        exclude(candidate, over.orElseThrow());
      }
    }
    return outcome();
  }

  /**
   * Refreshes the budgets over which candidates were removed: another gateway may have given money
   * back.
   *
   * @return whether the decision should be made again
   */
  boolean refresh() {
    boolean refreshed = false;
    for (var exclusion : intent.exclusions()) {
      refreshed |= exclusion.violation() != null && holds.refresh(exclusion.candidate().budgets());
    }
    return refreshed;
  }

  /** The intent with all exclusions so far. */
  RoutingIntent intent() {
    return intent;
  }

  /** The time until the first paused candidate is available again; zero if none is paused. */
  Duration rest() {
    return rest;
  }

  /** The limit to wait for, among those over which candidates were removed. */
  @Nullable LimitExcess excess() {
    return excess;
  }

  /** How many holds were taken. */
  int tries() {
    return tries;
  }

  /** The last hold taken. */
  Hold hold() {
    return requireNonNull(hold, "no hold was taken");
  }

  /** The reason for the candidate of that hold. */
  RouteReason reason() {
    return RouteReason.of(intent, hold().candidate(), tries > 1);
  }

  /** The decision if no candidate is left. */
  RoutingDecision outcome() {
    return decision instanceof Route ? RoutingDecision.without(intent) : decision;
  }

  /** The next candidate for which to try a hold. */
  private @Nullable Candidate following(boolean patient, long nowMillis) {
    while (!left.isEmpty()) {
      var candidate = left.remove();
      var pause = destinations.of(candidate, needs.api()).rest().left();
      if (!pause.isZero()) {
        rest = rest.isZero() || pause.compareTo(rest) < 0 ? pause : rest;
        exclude(candidate, "it has asked for a pause of " + pause.toSeconds() + " s more");
        continue;
      }
      var against =
          holds
              .shortage(candidate, needs, nowMillis)
              .filter(_ -> isAnyPayable(nowMillis))
              .or(() -> behindOthers(patient, candidate, nowMillis));
      if (against.isEmpty()) {
        return candidate;
      }
      exclude(candidate, against.get());
    }
    return null;
  }

  private boolean isAnyPayable(long nowMillis) {
    return left.stream().anyMatch(each -> holds.shortage(each, needs, nowMillis).isEmpty());
  }

  /** The violation if other requests already wait for the same budgets. */
  private Optional<BudgetViolation> behindOthers(
      boolean patient, Candidate candidate, long nowMillis) {
    return patient && !candidate.isFree() && queue.isAwaited(candidate.budgets())
        ? candidate.budgets().awaited(candidate.estimate().worstCase(), nowMillis)
        : Optional.empty();
  }

  private void exclude(Candidate candidate, String reason) {
    intent = intent.exclude(BACKEND, each -> each == candidate ? reason : null);
  }

  private void exclude(Candidate candidate, LimitExcess by) {
    excess = excess == null || by.isBefore(excess) ? by : excess;
    intent = intent.exclude(LIMIT, each -> each == candidate ? by.reason() : null);
  }

  private void exclude(Candidate candidate, BudgetViolation violation) {
    intent = intent.excludeOverBudget("hold", candidate, violation);
  }
}
