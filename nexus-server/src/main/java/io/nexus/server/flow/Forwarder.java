package io.nexus.server.flow;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.nexus.control.hold.HoldTimer;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import io.nexus.control.spi.BackendReply;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.AnswerTooLongException;
import io.nexus.server.dialect.Metering;
import io.nexus.server.dialect.NoReply;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.SseRelay;
import io.nexus.server.dialect.SseText;
import io.nexus.server.dialect.StreamGuard;
import io.nexus.server.dialect.WholeAnswer;
import io.nexus.server.flow.Failure.Next;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.PassedOn;
import io.nexus.server.http.PlainHeader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Sends a request to a candidate, forwards the answer and settles its cost. */
public final class Forwarder {

  /** nginx's status for a client that left before the answer. */
  private static final int CLIENT_LEFT = 499;

  private static final PlainHeader.Name CONTENT_TYPE =
      new PlainHeader.Name(HeaderNames.CONTENT_TYPE);
  private static final String JSON = "application/json";
  private static final String SLOW = "did not answer in time";
  private static final String BROKE_OFF = "broke off in the middle of its answer";
  static final String ERROR_INSIDE = "an error inside a 200";

  private final TokenCounting tokens;
  private final Reports reports;
  private final HoldTimer timer;
  private final Settlement settlement;
  private final FlowRules rules;

  /**
   * Creates a forwarder.
   *
   * @param timer extends the holds of silent streams
   */
  public Forwarder(
      TokenCounting tokens,
      Reports reports,
      HoldTimer timer,
      Settlement settlement,
      FlowRules rules) {
    this.tokens = tokens;
    this.reports = reports;
    this.timer = timer;
    this.settlement = settlement;
    this.rules = rules;
  }

  /**
   * Makes one attempt. Its cost is settled at the return; if it cost nothing, the caller closes the
   * hold.
   *
   * @return null if the client is answered; else the failure
   */
  @Nullable Failure send(Attempt attempt) {
    var own = attempt.asked().ownAnswer();
    if (own != null) {
      send(attempt, 200, JSON, own, false);
      return null;
    }
    var live = attempt.destination().live();
    long sentNanos = attempt.sentNanos();
    reports.forwarded(attempt, sentNanos);
    var guard =
        attempt.asked().needs().stream() ? new StreamGuard(attempt.hold(), timer, sentNanos) : null;
    try (guard;
        var reply = StrictSend.send(attempt)) {
      if (guard != null) {
        guard.answered(reply);
      }
      live.answeredAfter(System.nanoTime() - sentNanos);
      LearnedQuota.learn(reply, attempt.destination().rest());
      if (reply.status() >= 300) {
        return refused(attempt, reply);
      }
      var body = new AnswerBody(reply);
      return isStream(attempt, body)
          ? stream(attempt, reply, body, guard)
          : answer(attempt, reply, body);
    } catch (AnswerTooLongException e) {
      reports.tooLong(attempt, attempt.hold().settleUnknown());
      return Failure.of(Next.NONE, Upstreams.tooLong(attempt.candidate(), e.limit()));
    } catch (BackendException e) {
      if (guard != null && guard.isCut()) {
        return cutOff(attempt, guard);
      }
      if (e.kind().mayBeBilled()) {
        return unknown(attempt, e.getMessage(), Upstreams.unanswered(attempt.candidate(), e));
      }
      reports.unsent(attempt, e.getMessage());
      return Failure.of(Next.ANY, Upstreams.unreachable(attempt.candidate(), e));
    }
  }

  /**
   * Whether the answer is a stream. For binary answers only the content type decides, because they
   * may begin with any bytes.
   */
  private static boolean isStream(Attempt attempt, AnswerBody body) {
    var api = attempt.asked().needs().api();
    return api.isByUnit() ? body.isNamedStream() : api.generates() && body.isEventStream();
  }

  /**
   * Handles a request that was sent and never answered: the backend may have served it. So it is
   * charged and not sent again, since that would be charged again. A free request may be retried.
   */
  private Failure unknown(Attempt attempt, String what, ApiException error) {
    boolean free = attempt.candidate().isFree();
    if (free) {
      reports.unanswered(attempt, what);
    } else {
      reports.unknown(attempt, what, attempt.hold().settleUnknown());
    }
    return Failure.of(free || rules.retryUnknown() ? Next.ANY : Next.NONE, error);
  }

  /** Handles a refusal, which costs nothing. {@link Refusal} decides by its status. */
  private @Nullable Failure refused(Attempt attempt, BackendReply reply) {
    int status = reply.status();
    var candidate = attempt.candidate();
    var refusal = Refusal.of(status, reply.contentType());
    if (refusal == Refusal.UNKNOWN) {
      var what = "answered with status " + status;
      return unknown(attempt, what, Upstreams.unanswered(candidate, status));
    }
    reply.retryAfter().ifPresent(attempt.destination().rest()::begin);
    return switch (refusal) {
      case FAILED -> {
        reports.failedToServe(attempt, "status " + status);
        var when = reply.retryAfter().map(attempt.destination().mask()::header).orElse("");
        yield Failure.of(Next.ANY, Upstreams.failed(candidate, status, when));
      }
      case BUSY -> {
        reports.refusedToServe(attempt, "status " + status);
        yield new Failure(Next.OTHERS, passOn(attempt, reply));
      }
      case OUR_FAULT -> {
        reports.refusedToServe(attempt, "status " + status + ": it does not accept its API key");
        yield Failure.of(Next.OTHERS, Upstreams.keyRefused(candidate, status));
      }
      case NOT_HERE -> {
        reports.refused(attempt);
        yield new Failure(Next.OTHERS, passOn(attempt, reply));
      }
      case OF_THE_REQUEST -> {
        attempt.hold().answered();
        reports.refused(attempt);
        passOn(attempt, reply).run();
        yield null;
      }
      case UNKNOWN -> throw new IllegalStateException("it was charged above");
    };
  }

  /** Forwards the refusal unchanged, with the backend's key masked. */
  private Runnable passOn(Attempt attempt, BackendReply reply) {
    var body = inOwnWords(attempt, reply);
    int status = reply.status();
    var retryAfter = reply.retryAfter().map(attempt.destination().mask()::header);
    return () -> {
      passHeaders(attempt, reply);
      retryAfter.ifPresent(
          when -> attempt.exchange().response().headers().set(HeaderNames.RETRY_AFTER, when));
      send(attempt, status, body.contentType(), body.bytes(), false);
    };
  }

  /** The body of a refusal, in the client's API. */
  private static PassedOn inOwnWords(Attempt attempt, BackendReply reply) {
    var body = Upstreams.body(reply, attempt.destination().mask());
    var said = attempt.asked().refusal(body.bytes());
    return said == null
        ? body
        : new PassedOn(
            attempt
                .exchange()
                .errors()
                .body(reply.status(), said, attempt.exchange().id())
                .getBytes(StandardCharsets.UTF_8),
            JSON);
  }

  private static void passHeaders(Attempt attempt, BackendReply reply) {
    PassedHeaders.write(
        reply, attempt.destination().mask(), attempt.exchange().response().headers());
  }

  private @Nullable Failure answer(Attempt attempt, BackendReply reply, AnswerBody body)
      throws AnswerTooLongException {
    var answer = WholeAnswer.read(attempt.asked(), body, metering(attempt));
    var refusal = answer.delivery().refusal();
    if (refusal != null) {
      return refused(attempt, refusal);
    }
    letGo(attempt);
    if (answer.delivery().made().pending() && !answer.delivery().failed()) {
      reports.answers(attempt);
      settlement.goesOn(attempt, answer.delivery().made(), false);
      passHeaders(attempt, reply);
      var type = attempt.destination().mask().header(reply.contentType());
      send(attempt, reply.status(), type, answer.body(), false);
      return null;
    }
    return switch (answer.delivery().ending()) {
      case COMPLETED -> {
        reports.answers(attempt);
        var cost = settlement.settle(attempt, answer.delivery()).cost();
        RouteHeaders.write(attempt.exchange().response(), cost, answer.delivery().precision());
        passHeaders(attempt, reply);
        var type = attempt.destination().mask().header(reply.contentType());
        send(attempt, reply.status(), type, answer.withCost(cost), answer.hitsLimit());
        yield null;
      }
      case TIMED_OUT -> unread(attempt, new BackendException(Kind.TIMEOUT, SLOW));
      case BROKEN, CANCELLED, CUT_OFF ->
          unread(attempt, new BackendException(Kind.LOST, BROKE_OFF));
    };
  }

  /** Handles an answer that was generated but could not be read. */
  private Failure unread(Attempt attempt, BackendException problem) {
    var error = Upstreams.unanswered(attempt.candidate(), problem);
    return new Failure(Next.NONE, unknown(attempt, problem.getMessage(), error).answer());
  }

  /** Handles an error with status 200; another backend may be tried. */
  private Failure refused(Attempt attempt, ProviderError error) {
    reports.refusedToServe(attempt, ERROR_INSIDE);
    return Failure.of(
        Next.OTHERS, Upstreams.refused(attempt.candidate(), attempt.destination().mask(), error));
  }

  private void send(Attempt attempt, int status, String contentType, byte[] body, boolean atLimit) {
    var response = attempt.exchange().response();
    if (attempt.exchange().client().hasBegun()) {
      var event = status < 300 ? "" : attempt.exchange().errors().event();
      var text = new String(body, StandardCharsets.UTF_8);
      attempt.exchange().client().endWith(SseText.event(event, text));
    } else {
      response.status(Status.create(status));
      response.headers().set(CONTENT_TYPE.of(contentType));
      RouteHeaders.write(response, attempt, atLimit);
      try {
        response.send(body);
      } catch (UncheckedIOException | CloseConnectionException e) {
        reports.answered(attempt, CLIENT_LEFT);
        return;
      }
    }
    reports.answered(attempt, status);
  }

  /**
   * Handles a stream that was cut before its first output: the backend may have generated hidden
   * output.
   */
  private @Nullable Failure cutOff(Attempt attempt, StreamGuard guard) {
    try {
      var none = new NoReply();
      return stream(attempt, none, new AnswerBody(none), guard);
    } catch (BackendException | AnswerTooLongException e) {
      throw new IllegalStateException("a stream that was cut off needs no backend", e);
    }
  }

  /**
   * Forwards a stream.
   *
   * @param guard null if the client asked for none; then its worst case is held
   */
  private @Nullable Failure stream(
      Attempt attempt, BackendReply reply, AnswerBody body, @Nullable StreamGuard guard)
      throws BackendException, AnswerTooLongException {
    var watch = attempt.exchange().watch();
    var client = attempt.exchange().client();
    if (client.hasBegun()) {
      // The client has already received a sign of life, so no other backend is tried.
      letGo(attempt);
    }
    client.beginWith(
        response -> {
          reports.answers(attempt);
          reports.beginsToAnswer(attempt);
          passHeaders(attempt, reply);
          RouteHeaders.write(response, attempt);
          letGo(attempt);
        });
    watch.onGone(reply::close);
    var within = guard == null ? unasked(attempt, reply) : guard;
    try {
      var delivery = new SseRelay(attempt.asked(), metering(attempt), within).relay(body, client);
      var refusal = delivery.refusal();
      if (refusal != null && !client.hasBegun()) {
        return refused(attempt, refusal);
      }
      if (refusal == null) {
        settlement.end(attempt, delivery);
      } else {
        reports.refusedToServe(attempt, ERROR_INSIDE);
      }
    } finally {
      watch.forget();
    }
    reports.answered(attempt, 200);
    return null;
  }

  /** Frees the request's body, which is not sent again. */
  private static void letGo(Attempt attempt) {
    attempt.asked().letGo();
    attempt.exchange().watch().bodies().letRequestGo();
  }

  /** Guards a stream that the client did not ask for and that has already begun. */
  private StreamGuard unasked(Attempt attempt, BackendReply reply) {
    var guard = new StreamGuard(attempt.hold(), timer, System.nanoTime());
    guard.answered(reply);
    return guard;
  }

  private Metering metering(Attempt attempt) {
    var observed = attempt.exchange().entry().observed();
    return new Metering(
        attempt.hold(),
        tokens.forModel(attempt.candidate().model()),
        attempt.destination().mask(),
        attempt.exchange().watch()::isGone,
        attempt.sentNanos(),
        rules.timeout(),
        new AnswerRoom(rules.maxResponseBytes(), attempt.exchange().watch().bodies()),
        attempt.destination().priceOf(),
        observed == null ? null : observed.finishReasons());
  }
}
