package io.nexus.server.flow;

import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.hold.Holds;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.http.ApiException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** Decides on requests and holds their money; requests wait here for a slot, a limit or money. */
public final class AdmissionControl {

  private static final Duration BRIEF = Duration.ofMillis(500);

  private final Function<RoutingRequest, RoutingDecision> router;
  private final Holds holds;
  private final Destinations destinations;
  private final BudgetQueue queue;
  private final WaitingRoom waitingRoom;
  private final SlotRoom slotRoom;
  private final LimitRoom limitRoom;
  private final Reports reports;
  private final RecentRequests recent;
  private final InstantSource clock;

  /**
   * Creates the admission control.
   *
   * @param queue the requests that wait for money
   */
  public AdmissionControl(
      Function<RoutingRequest, RoutingDecision> router,
      Holds holds,
      Destinations destinations,
      BudgetQueue queue,
      WaitingRoom waitingRoom,
      SlotRoom slotRoom,
      LimitRoom limitRoom,
      Reports reports,
      RecentRequests recent,
      InstantSource clock) {
    this.router = router;
    this.holds = holds;
    this.destinations = destinations;
    this.queue = queue;
    this.waitingRoom = waitingRoom;
    this.slotRoom = slotRoom;
    this.limitRoom = limitRoom;
    this.reports = reports;
    this.recent = recent;
    this.clock = clock;
  }

  /** The decision on a request, without holding anything. */
  Foreseen foreseen(RoutingRequest request) {
    return candidates("", request).foreseen(request.nowMillis());
  }

  /**
   * The candidates of a request, with a slot and the money held at the first one that has room and
   * can be paid.
   */
  Candidates admit(Exchange exchange, RoutingRequest request) throws ClientGoneException {
    var candidates = candidates(exchange.id(), request);
    if (!candidates.next(true, request.nowMillis()) && candidates.refresh()) {
      candidates = candidates(exchange.id(), request.at(clock.millis()));
      var _ = candidates.next(true, request.nowMillis());
    }
    if (!candidates.isHeld() && isBrief(candidates.rest())) {
      pause(candidates.rest());
      candidates = candidates(exchange.id(), request.at(clock.millis()));
      var _ = candidates.next(true, clock.millis());
    }
    reports.decided(candidates.intent());
    recent.decided(exchange, candidates.intent());
    while (!candidates.isHeld()) {
      candidates =
          candidates.isFull()
              ? afterOthers(exchange, request)
              : afterWaiting(exchange, request, candidates);
    }
    return candidates;
  }

  /** Whether the pause is short enough to wait for, because no client could retry sooner. */
  private static boolean isBrief(Duration rest) {
    return !rest.isZero() && rest.compareTo(BRIEF) <= 0;
  }

  private static void pause(Duration rest) {
    try {
      Thread.sleep(rest);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The candidates of a request that has waited for a slot, with a hold unless its budgets no
   * longer suffice. The request is decided again, because the stages did not see the full backends.
   */
  private Candidates afterOthers(Exchange exchange, RoutingRequest request)
      throws ClientGoneException {
    long nowMillis = clock.millis();
    var candidates = candidates(exchange.id(), request.at(nowMillis).waiting());
    if (!candidates.next(true, nowMillis)) {
      slotRoom.await(exchange, candidates);
    }
    return candidates;
  }

  /**
   * Whether another candidate has a slot and a hold now. If all candidates with a free slot have
   * refused, waits for the full ones.
   */
  boolean isAnother(
      Exchange exchange, RoutingRequest request, Candidates candidates, Failure.Next next)
      throws ClientGoneException {
    if (candidates.nextAfter(next, request.nowMillis())) {
      return true;
    }
    if (next == Failure.Next.NONE || !candidates.isFull()) {
      return false;
    }
    long nowMillis = clock.millis();
    candidates.turnToFull(router.apply(request.at(nowMillis).waiting()));
    if (candidates.next(true, nowMillis)) {
      return true;
    }
    try {
      slotRoom.await(exchange, candidates);
    } catch (ApiException e) {
      return false; // The answer of the backend that was tried is more informative.
    }
    return candidates.isHeld();
  }

  private Candidates candidates(String requestId, RoutingRequest request) {
    return new Candidates(holds, destinations, queue, reports, requestId, router.apply(request));
  }

  private Candidates afterWaiting(Exchange exchange, RoutingRequest request, Candidates none)
      throws ClientGoneException {
    var excess = none.excess();
    if (excess != null) {
      return limitRoom.await(
          exchange,
          request.needs().stream(),
          excess,
          () -> candidates(exchange.id(), request.at(clock.millis())),
          each -> reports.limited(each, clock.millis()));
    }
    return switch (none.outcome()) {
      case Reject reject -> throw reports.refusal(reject, none.rest(), exchange.arrivedMillis());
      case Queue wait ->
          waitingRoom.await(
              exchange,
              request.needs().stream(),
              wait,
              () -> candidates(exchange.id(), request.at(clock.millis())));
      case Route _ -> throw new IllegalStateException("candidates are left, yet none was tried");
    };
  }
}
