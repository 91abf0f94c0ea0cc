package io.nexus.server.flow;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.nexus.control.hold.Hold;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.pipeline.RouteReason;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Delivery;
import io.nexus.server.dialect.Delivery.Ending;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.SseText;
import io.nexus.server.http.ApiException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends a request to a candidate, passes the answer on and settles what it cost. */
public final class Forwarder {

  /** What nginx's logs have for a client that did not wait for its answer. */
  private static final int CLIENT_LEFT = 499;

  private static final String EVENTS = "text/event-stream";

  private final Destinations destinations;
  private final TokenCounting tokens;
  private final Reports reports;
  private final Duration timeout;

  /**
   * Forwards to these destinations.
   *
   * @param timeout how long an answer in one piece may take
   */
  public Forwarder(
      Destinations destinations, TokenCounting tokens, Reports reports, Duration timeout) {
    this.destinations = destinations;
    this.tokens = tokens;
    this.reports = reports;
    this.timeout = timeout;
  }

  /**
   * One try. The client has been answered when it returns, unless it says that another candidate
   * may be tried.
   *
   * @param hold pays for it: this settles what the try cost, or leaves it to the caller's close if
   *     it cost nothing
   * @return null if the client is answered; else what to tell it if nothing else can be tried
   * @throws ApiException if nothing else may be tried and the client is not answered yet
   */
  @Nullable ApiException send(Exchange exchange, Asked asked, Hold hold, RouteReason reason) {
    var destination = destinations.of(hold.candidate());
    var attempt = new Attempt(exchange, asked, hold, destination, reason);
    var live = destination.live();
    live.began();
    long sentNanos = System.nanoTime();
    reports.forwarded(attempt, sentNanos);
    try (var reply = live.client().chat(body(attempt))) {
      live.answeredAfter(System.nanoTime() - sentNanos);
      if (reply.status() >= 300) {
        return refused(attempt, reply);
      }
      if (reply.contentType().regionMatches(true, 0, EVENTS, 0, EVENTS.length())) {
        stream(attempt, reply);
      } else {
        answer(attempt, reply);
      }
      return null;
    } catch (BackendException e) {
      if (e.kind() == BackendException.Kind.UNREACHABLE) {
        reports.failed(attempt, e.getMessage());
        return Upstreams.unreachable(attempt.candidate(), e);
      }
      timedOut(attempt);
      throw Upstreams.timedOut(attempt.candidate());
    } finally {
      live.ended();
    }
  }

  /** In no variable of the caller's, where it would be held as long as the answer streams. */
  private static byte[] body(Attempt attempt) {
    return attempt.asked().body(attempt.candidate(), attempt.hold().size().maxTokens());
  }

  /**
   * A backend that is in trouble gives way to another; what it says of the request is passed on.
   */
  private @Nullable ApiException refused(Attempt attempt, BackendReply reply)
      throws BackendException {
    int status = reply.status();
    if (status >= 500) {
      reports.failed(attempt, "status " + status);
      return Upstreams.failed(attempt.candidate(), status);
    }
    var body = Upstreams.body(reply, attempt.destination().mask());
    if (status == 429 || status == 408) {
      reports.failed(attempt, "status " + status);
      var headers = reply.retryAfter().map(when -> Map.of("Retry-After", when)).orElse(Map.of());
      return new ApiException(status, body, headers);
    }
    reports.refused(attempt);
    send(attempt, status, body.contentType(), body.bytes());
    return null;
  }

  private void answer(Attempt attempt, BackendReply reply) {
    attempt.asked().letGo();
    var answer = attempt.asked().read(reply, metering(attempt));
    var cost = settle(attempt, answer.delivery()).cost();
    switch (answer.delivery().ending()) {
      case TIMED_OUT -> throw Upstreams.timedOut(attempt.candidate());
      case BROKEN, CANCELLED, CUT_OFF -> throw Upstreams.broken(attempt.candidate());
      case COMPLETED -> {
        RouteHeaders.write(attempt.exchange().response(), cost);
        send(attempt, reply.status(), reply.contentType(), answer.withCost(cost));
      }
    }
  }

  private void send(Attempt attempt, int status, String contentType, byte[] body) {
    var response = attempt.exchange().response();
    if (attempt.exchange().client().hasBegun()) {
      attempt.exchange().client().endWith(SseText.event(body));
    } else {
      response.status(Status.create(status));
      response.headers().set(HeaderNames.CONTENT_TYPE, contentType);
      RouteHeaders.write(response, attempt);
      try {
        response.send(body);
      } catch (UncheckedIOException | CloseConnectionException e) {
        reports.answered(attempt, CLIENT_LEFT);
        return;
      }
    }
    reports.answered(attempt, status);
  }

  private void stream(Attempt attempt, BackendReply reply) throws BackendException {
    var watch = attempt.exchange().watch();
    var client = attempt.exchange().client();
    if (client.hasBegun()) {
      attempt
          .asked()
          .letGo(); // A client that was kept waiting has been told so: no other is tried.
    }
    client.beginWith(
        response -> {
          RouteHeaders.write(response, attempt);
          attempt.asked().letGo();
        });
    watch.onGone(reply::close);
    try {
      var _ = settle(attempt, attempt.asked().relay(reply, client, metering(attempt)));
    } finally {
      watch.forget();
    }
    reports.answered(attempt, 200);
  }

  /** Charges what the answer cost, which the backend's own report decides if there is one. */
  private SpendRecord settle(Attempt attempt, Delivery delivery) {
    var record =
        attempt
            .hold()
            .settle(delivery.usage(), precision(attempt, delivery), outcome(delivery.ending()));
    reports.settled(attempt, delivery, record);
    return record;
  }

  /** A backend that was given a request and never answered may have served it. */
  private void timedOut(Attempt attempt) {
    var record = attempt.hold().settleUnknown();
    reports.settled(attempt, new Delivery(record.usage(), false, Ending.TIMED_OUT), record);
  }

  private static Precision precision(Attempt attempt, Delivery delivery) {
    if (delivery.reported()) {
      return Precision.REPORTED;
    }
    return attempt.candidate().estimate().tier() == TokenCountTier.EXACT
        ? Precision.COUNTED
        : Precision.ESTIMATED;
  }

  private static Outcome outcome(Ending ending) {
    return switch (ending) {
      case COMPLETED -> Outcome.COMPLETED;
      case CANCELLED -> Outcome.CANCELLED;
      case BROKEN, TIMED_OUT -> Outcome.BROKEN;
      case CUT_OFF -> Outcome.CUT_OFF;
    };
  }

  private Metering metering(Attempt attempt) {
    return new Metering(
        attempt.hold(),
        tokens.forModel(attempt.candidate().model()),
        attempt.destination().mask(),
        attempt.exchange().watch()::isGone,
        timeout);
  }
}
