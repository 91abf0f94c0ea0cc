package io.nexus.server.flow;

import io.nexus.control.hold.TakeResult.Cause;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Totals;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.http.ApiException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Tells of each step of a request to the meters, the accounts and the log. */
public final class Reports {

  private static final Logger LOG = System.getLogger(Reports.class.getName());

  private final GatewayMeters meters;
  private final Totals totals;
  private final BackendRegistry registry;
  private final int overBudgetStatus;

  /** Reports to these. */
  public Reports(
      GatewayMeters meters, Totals totals, BackendRegistry registry, int overBudgetStatus) {
    this.meters = meters;
    this.totals = totals;
    this.registry = registry;
    this.overBudgetStatus = overBudgetStatus;
  }

  /** A request came. */
  void came() {
    totals.came();
  }

  /** It was decided where a request goes. */
  void decided(RoutingIntent intent) {
    for (var exclusion : intent.exclusions()) {
      meters.exclusions(exclusion.reconciler()).increment();
    }
  }

  /** A request's money is held, perhaps without the ledger's knowledge. */
  void held(boolean secured) {
    if (!secured) {
      meters.budget().errors("ledger_away").increment();
    }
  }

  /** What to tell the client when nobody can tell what the budgets have, or could note it. */
  ApiException unavailable(Cause cause) {
    meters
        .budget()
        .errors(
            switch (cause) {
              case LEDGER_AWAY -> "ledger_away";
              case JOURNAL_FULL -> "journal_full";
            })
        .increment();
    return ApiException.unavailable(
        503,
        "service_unavailable",
        "budget_unavailable",
        "The budgets cannot be checked now, and this gateway sends nothing without that.");
  }

  /** A request is about to be sent, at that moment. */
  void forwarded(Attempt attempt, long nowNanos) {
    var candidate = attempt.candidate();
    var destination = attempt.destination();
    destination.backendMeters().overhead(nowNanos - attempt.exchange().arrivedNanos());
    destination.modelMeters().estimated(candidate.estimate());
    if (candidate.offer().price().isUnknown()) {
      meters.budget().unpriced();
    }
    if (attempt.hold().size().clamped()) {
      meters.budget().clamped();
    }
  }

  /** A backend refused a request for what it asked. */
  void refused(Attempt attempt) {
    attempt.destination().backendSums().refused();
  }

  /** A backend did not serve a request, which costs nothing. */
  void failed(Attempt attempt, String what) {
    attempt.destination().backendSums().failed();
    tell(attempt, what);
  }

  private static void tell(Attempt attempt, String what) {
    var backend = attempt.candidate().backend().name();
    LOG.log(
        Level.WARNING,
        "Backend {0} failed request {1}: {2}",
        backend,
        attempt.exchange().id(),
        what);
  }

  /** It is known what an attempt cost. */
  void settled(Attempt attempt, Delivery delivery, SpendRecord record) {
    if (delivery.ending() == Delivery.Ending.CUT_OFF) {
      meters.budget().cutOff();
    }
    if (delivery.failed()) {
      tell(attempt, delivery.ending() == Delivery.Ending.BROKEN ? "broke off" : "was too slow");
    }
    var destination = attempt.destination();
    destination.backendSums().settled(record);
    destination.modelSums().settled(record);
    destination.modelMeters().settled(record.usage(), record.cost());
  }

  /** The client has an answer. */
  void answered(Attempt attempt, int status) {
    var destination = attempt.destination();
    destination.backendMeters().duration(attempt.exchange().elapsedNanos());
    destination.requestMeters().answered(status);
    totals.answered(status);
  }

  /** The client has a refusal of the gateway's own. */
  void refused(ApiException error) {
    meters.unrouted("").answered(error.status());
    totals.answered(error.status());
  }

  /** The gateway itself failed on a request. */
  void failed() {
    meters.unrouted("").answered(500);
    totals.answered(500);
  }

  /** The client left before it had an answer; nginx's status for that is counted. */
  void left() {
    meters.unrouted("").answered(499);
    totals.answered(499);
  }

  /** What to tell the client of a request that is not served. */
  ApiException refusal(Reject reject, long nowMillis) {
    if (reject.violation() != null) {
      totals.blocked();
      meters.budget().blocked(reject.violation().action());
    }
    return Refusals.of(reject, overBudgetStatus, registry.models(), nowMillis);
  }

  /** What to tell the client of a request that would have to wait. */
  ApiException refusal(Queue queue, long nowMillis) {
    totals.blocked();
    meters.budget().blocked(queue.violation().action());
    return Refusals.overBudget(queue.violation(), overBudgetStatus, nowMillis);
  }
}
