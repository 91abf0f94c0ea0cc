package io.nexus.server.chat;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.nexus.control.budget.BudgetHold;
import io.nexus.control.hold.OutputLengths;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.chat.Delivery.Ending;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.http.ApiException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends a request to a candidate, passes the answer on and settles what it cost. */
public final class Attempts {

  /** What nginx's logs have for a client that did not wait for its answer. */
  private static final int CLIENT_LEFT = 499;

  private static final String EVENTS = "text/event-stream";

  private final Destinations destinations;
  private final TokenCounting tokens;
  private final OutputLengths forecast;
  private final SpendBook book;
  private final Reports reports;
  private final Duration timeout;

  /**
   * Attempts at these destinations.
   *
   * @param forecast learns how long answers are
   * @param book where what they cost is written down
   * @param timeout how long an answer in one piece may take
   */
  public Attempts(
      Destinations destinations,
      TokenCounting tokens,
      OutputLengths forecast,
      SpendBook book,
      Reports reports,
      Duration timeout) {
    this.destinations = destinations;
    this.tokens = tokens;
    this.forecast = forecast;
    this.book = book;
    this.reports = reports;
    this.timeout = timeout;
  }

  /**
   * One try. The client has been answered when it returns, unless it says that another candidate
   * may be tried.
   *
   * @param held the candidate and its hold, which this ends with what the try cost, or leaves to
   *     the caller's close if it cost nothing
   * @param number 1 for the first try
   * @return null if the client is answered; else what to tell it if nothing else can be tried
   * @throws ApiException if nothing else may be tried and the client is not answered yet
   */
  @Nullable ApiException run(Exchange exchange, ChatRequest chat, Held held, int number) {
    var destination = destinations.of(held.candidate());
    var attempt = Attempt.of(exchange, chat, held, destination, number);
    var hold = held.hold();
    var live = destination.live();
    var forwarding =
        new Forwarding(
            attempt.candidate().model(), attempt.claim().maxTokens(), destination.maxTokensField());
    book.begin(attempt, hold);
    live.began();
    long sentNanos = System.nanoTime();
    reports.forwarded(attempt, sentNanos);
    try (var reply = live.client().chat(forwarding.body(chat))) {
      live.answeredAfter(System.nanoTime() - sentNanos);
      if (reply.status() >= 300) {
        return refused(attempt, reply);
      }
      if (reply.contentType().regionMatches(true, 0, EVENTS, 0, EVENTS.length())) {
        stream(attempt, hold, reply);
      } else {
        answer(attempt, hold, reply);
      }
      return null;
    } catch (BackendException e) {
      if (e.kind() == BackendException.Kind.UNREACHABLE) {
        reports.failed(attempt, e.getMessage());
        return Upstreams.unreachable(attempt.candidate(), e);
      }
      chargeUnknown(attempt, hold);
      throw Upstreams.timedOut(attempt.candidate());
    } finally {
      book.cancel(attempt);
      live.ended();
    }
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

  private void answer(Attempt attempt, BudgetHold hold, BackendReply reply) {
    attempt.chat().content().letGo();
    var answer =
        JsonAnswer.read(
            reply, attempt.candidate().estimate().inputTokens(), meter(attempt), timeout);
    attempt.destination().mask().cover(answer.body(), 0, answer.body().length);
    var cost = settle(attempt, hold, answer.delivery());
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

  private void stream(Attempt attempt, BudgetHold hold, BackendReply reply)
      throws BackendException {
    var watch = attempt.exchange().watch();
    var client = attempt.exchange().client();
    var content = attempt.chat().content();
    if (client.hasBegun()) {
      content.letGo(); // A client that was kept waiting has been told so: no other is tried.
    }
    client.beginWith(
        response -> {
          RouteHeaders.write(response, attempt);
          content.letGo();
        });
    watch.onGone(reply::close);
    var pricing = attempt.candidate().offer().price().pricing();
    var relay =
        new SseRelay(
            attempt.chat().usageWanted(),
            attempt.candidate().estimate().inputTokens(),
            meter(attempt),
            pricing::cost,
            new StreamCoverage(book, hold, attempt),
            watch::isGone,
            attempt.destination().mask());
    try {
      settle(attempt, hold, relay.relay(reply, client));
    } finally {
      watch.forget();
    }
    reports.answered(attempt, 200);
  }

  /** Charges what the answer cost, which the backend's own report decides if there is one. */
  private Money settle(Attempt attempt, BudgetHold hold, Delivery delivery) {
    var cost = attempt.candidate().offer().price().pricing().cost(delivery.usage());
    charge(attempt, hold, delivery, cost);
    if (delivery.ending() == Ending.COMPLETED) {
      var choices = attempt.chat().needs().choices();
      forecast.record(attempt.candidate().model(), delivery.usage().outputTokens() / choices);
    }
    return cost;
  }

  private void charge(Attempt attempt, BudgetHold hold, Delivery delivery, Money cost) {
    reports.settled(attempt, delivery, book.settle(attempt, hold, delivery, cost));
  }

  /**
   * Charges the worst case: a backend that was given a request and never answered may have served
   * it, and nobody will say.
   */
  private void chargeUnknown(Attempt attempt, BudgetHold hold) {
    var candidate = attempt.candidate();
    var needs = attempt.chat().needs();
    long most = candidate.maxOutputTokens() * needs.choices();
    long output = Math.min(attempt.claim().coveredTokens(), most);
    var usage = Usage.of(candidate.estimate().inputUpperBound(), output);
    charge(
        attempt,
        hold,
        new Delivery(usage, false, Ending.TIMED_OUT),
        Claims.worstCase(candidate, needs, output));
  }

  private OutputMeter meter(Attempt attempt) {
    return new OutputMeter(tokens.forModel(attempt.candidate().model()));
  }
}
