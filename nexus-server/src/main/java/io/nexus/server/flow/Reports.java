package io.nexus.server.flow;

import io.nexus.config.OverBudgetStatus;
import io.nexus.control.hold.TakeResult.Cause;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.limit.LimitExcess;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingIntent;
import io.nexus.metrics.AttemptOutcome;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Totals;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.http.ApiException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Reports each step of a request to the meters, the accounts and the log. */
public final class Reports {

  private static final Logger LOG = System.getLogger(Reports.class.getName());

  private static final long LOG_INTERVAL_NANOS = 60_000_000_000L;

  private final GatewayMeters meters;
  private final Totals totals;
  private final BackendRegistry registry;
  private final Supplier<OverBudgetStatus> overBudgetStatus;
  private final Map<String, Long> loggedNanos = new ConcurrentHashMap<>();

  /** Reports to these. */
  public Reports(
      GatewayMeters meters,
      Totals totals,
      BackendRegistry registry,
      Supplier<OverBudgetStatus> overBudgetStatus) {
    this.meters = meters;
    this.totals = totals;
    this.registry = registry;
    this.overBudgetStatus = overBudgetStatus;
  }

  /** A request has arrived. */
  void came() {
    totals.came();
  }

  /** A request has been decided. */
  void decided(RoutingIntent intent) {
    for (var exclusion : intent.exclusions()) {
      meters.exclusions(exclusion.reconciler()).increment();
    }
  }

  /** A request's money is held, perhaps without a grant. */
  void held(boolean secured) {
    if (!secured) {
      meters.budget().errors("ledger_away").increment();
    }
  }

  /** The error if the ledger is unreachable or the journal is full. */
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
    var observed = attempt.exchange().entry().observed();
    if (observed != null) {
      observed.sends(candidate);
    }
    var destination = attempt.destination();
    destination.backendMeters().overhead(nowNanos - attempt.exchange().arrivedNanos());
    destination.modelMeters().estimated(candidate.estimate());
    var translated = attempt.asked().translated();
    if (translated != null) {
      meters.translations(translated.from().label(), translated.to().label()).increment();
    }
    if (candidate.offer().price().isUnknown()) {
      meters.budget().unpriced(candidate.model());
    }
    if (attempt.hold().size().clamped()) {
      meters.budget().clamped();
    }
  }

  /** A backend has answered, perhaps with a refusal. */
  void answers(Attempt attempt) {
    var live = attempt.destination().live();
    if (live.circuit().answered()) {
      LOG.log(Level.INFO, "Backend {0} answers again and is sent requests", live.backend().name());
    }
  }

  /** A backend refused a request because of its content. */
  void refused(Attempt attempt) {
    answers(attempt);
    outcome(attempt, AttemptOutcome.REFUSED);
    attempt.destination().backendSums().refused();
  }

  /** A backend reports that it failed. */
  void failedToServe(Attempt attempt, String what) {
    if (attempt.destination().live().isJudgedByChat()) {
      countAgainst(attempt, "failed at several in a row");
    } else {
      answers(attempt);
    }
    outcome(attempt, AttemptOutcome.REFUSED);
    failed(attempt, what);
  }

  /** A backend refused a request because of its own state. */
  void refusedToServe(Attempt attempt, String what) {
    answers(attempt);
    outcome(attempt, AttemptOutcome.REFUSED);
    failed(attempt, what);
  }

  /** A request was not sent. */
  void unsent(Attempt attempt, String what) {
    if (attempt.destination().live().isJudgedByChat()) {
      countAgainst(attempt, "failed at several in a row");
    } else {
      attempt.destination().live().circuit().notSent();
    }
    outcome(attempt, AttemptOutcome.UNSENT);
    failed(attempt, what);
  }

  private static void failed(Attempt attempt, String what) {
    attempt.destination().backendSums().failed();
    logProblem(attempt, what);
  }

  /** A request that costs nothing was sent and not answered. */
  void unanswered(Attempt attempt, String what) {
    failed(attempt, what);
    unanswered(attempt);
  }

  /** A request was sent and not answered, and is charged at its worst case. */
  void unknown(Attempt attempt, String what, SpendRecord record) {
    sum(attempt, record);
    LOG.log(
        Level.WARNING,
        "Backend {0} {1}, though request {2} was sent: what became of it is unknown, so its worst"
            + " case of ${3} is charged",
        attempt.candidate().backend().name(),
        what,
        attempt.exchange().id(),
        record.cost());
    unanswered(attempt);
  }

  /** An answer exceeded the size limit, and is charged at its worst case. */
  void tooLong(Attempt attempt, SpendRecord record) {
    answers(attempt);
    outcome(attempt, AttemptOutcome.UNKNOWN);
    sum(attempt, record);
    logProblem(attempt, "its answer is too long to be held, so the worst case is charged");
  }

  private static void unanswered(Attempt attempt) {
    outcome(attempt, AttemptOutcome.UNKNOWN);
    countAgainst(attempt, "left several in a row unanswered");
  }

  private static void countAgainst(Attempt attempt, String what) {
    var live = attempt.destination().live();
    if (live.circuit().unanswered()) {
      LOG.log(
          Level.ERROR,
          "Backend {0} is sent no more requests, since it {1}; one is tried every {2} s",
          live.backend().name(),
          what,
          live.circuit().pause().toSeconds());
    }
  }

  /** The stream to the client begins. */
  void beginsToAnswer(Attempt attempt) {
    var exchange = attempt.exchange();
    attempt.destination().backendMeters().timeToFirstToken(exchange.elapsedNanos());
    var observed = exchange.entry().observed();
    if (observed != null) {
      observed.beginsToAnswer();
    }
  }

  private static void outcome(Attempt attempt, AttemptOutcome outcome) {
    var observed = attempt.exchange().entry().observed();
    if (observed != null) {
      observed.became(outcome);
    }
    attempt.destination().backendMeters().outcome(outcome);
  }

  private static void logProblem(Attempt attempt, String what) {
    LOG.log(
        Level.WARNING,
        "Backend {0} failed request {1}: {2}",
        attempt.candidate().backend().name(),
        attempt.exchange().id(),
        what);
  }

  /** An attempt is settled. */
  void settled(Attempt attempt, Delivery delivery, SpendRecord record) {
    if (delivery.ending() == Delivery.Ending.CUT_OFF) {
      meters.budget().cutOff();
    }
    if (delivery.failed()) {
      logProblem(
          attempt, delivery.ending() == Delivery.Ending.BROKEN ? "broke off" : "was too slow");
    }
    outcome(
        attempt,
        switch (delivery.ending()) {
          case COMPLETED -> AttemptOutcome.COMPLETED;
          case CANCELLED -> AttemptOutcome.CANCELLED;
          case CUT_OFF -> AttemptOutcome.CUT_OFF;
          case BROKEN, TIMED_OUT -> AttemptOutcome.BROKEN;
        });
    var destination = attempt.destination();
    if (delivery.cost().implausible()) {
      destination.backendMeters().usageImplausible();
      implausible(attempt);
    }
    if (delivery.cost().statedDifference() != null) {
      destination.modelMeters().stated(delivery.cost().statedDifference());
    }
    sum(attempt, record);
  }

  private static void sum(Attempt attempt, SpendRecord record) {
    attempt.exchange().entry().charged(record);
    var destination = attempt.destination();
    destination.backendSums().settled(record);
    destination.modelSums().settled(record);
    destination.modelMeters().settled(record.usage(), record.cost());
  }

  /** Logs implausible usage at most once a minute for each backend. */
  private void implausible(Attempt attempt) {
    var backend = attempt.candidate().backend().name();
    long now = System.nanoTime();
    var before = loggedNanos.get(backend);
    if (before != null && now - before < LOG_INTERVAL_NANOS) {
      return;
    }
    loggedNanos.put(backend, now);
    LOG.log(
        Level.WARNING,
        "Backend {0} reported implausible usage for request {1}: charged by what was passed on, or"
            + " by the most that the request could use; see nexus_usage_implausible_total",
        backend,
        attempt.exchange().id());
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

  /** The client left before an answer; counts nginx's status for that. */
  void left() {
    meters.unrouted("").answered(499);
    totals.answered(499);
  }

  /**
   * The error for a request that is not served.
   *
   * @param rest the time until the first paused backend is available again; zero if none is paused
   */
  ApiException refusal(Reject reject, Duration rest, long nowMillis) {
    if (reject.cause() == RoutingDecision.Cause.NO_BACKEND && !rest.isZero()) {
      return Upstreams.resting(rest);
    }
    if (reject.violation() != null) {
      totals.blocked();
      meters.budget().blocked(reject.violation().action());
    }
    return Refusals.of(reject, overBudgetStatus.get(), registry, nowMillis);
  }

  /** The error for a request refused by a limit. */
  ApiException limited(LimitExcess excess, long nowMillis) {
    meters.limits().refused(excess.state().family(), excess.state().unit());
    return LimitRefusal.of(excess, nowMillis);
  }

  /** The error for a request that found all backends full. */
  ApiException full(Candidates candidates) {
    return Refusals.full(candidates.why());
  }

  /** The error for a request that cannot wait. */
  ApiException refusal(Queue queue, long nowMillis) {
    totals.blocked();
    meters.budget().blocked(queue.violation().action());
    return Refusals.overBudget(
        queue.violation(),
        overBudgetStatus.get(),
        queue.intent().request().needs().api(),
        nowMillis);
  }
}
