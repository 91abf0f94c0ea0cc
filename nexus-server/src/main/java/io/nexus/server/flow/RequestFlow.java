package io.nexus.server.flow;

import static io.nexus.server.http.Route.TARGET;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.Caller;
import io.nexus.control.hold.Holds;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.Interpreter;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.http.RequestBody;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The straight line of a request, from the bytes that come to the bytes that go. */
public final class RequestFlow {

  private static final HeaderName TAGS = HeaderNames.create("X-Nexus-Tags");
  private static final HeaderName STRICT = HeaderNames.create("X-Nexus-Strict");
  private static final HeaderName FLEXIBLE = HeaderNames.create("X-Nexus-Flexible");
  private static final int MAX_TAGS = 32;
  private static final Duration BRIEF = Duration.ofMillis(500);

  private final Clients clients;
  private final TokenCounting tokens;
  private final Function<RoutingRequest, RoutingDecision> router;
  private final Holds holds;
  private final Destinations destinations;
  private final Forwarder forwarder;
  private final BudgetQueue queue;
  private final Interpreter interpreter;
  private final WaitingRoom waitingRoom;
  private final SlotRoom slotRoom;
  private final LimitRoom limitRoom;
  private final Reports reports;
  private final AccessLog accessLog;
  private final RecentRequests recent;
  private final KnownAnswers answers;
  private final FlowRules rules;
  private final InstantSource clock;

  /** The way of all requests. */
  public RequestFlow(
      Clients clients,
      TokenCounting tokens,
      Function<RoutingRequest, RoutingDecision> router,
      Holds holds,
      Destinations destinations,
      Forwarder forwarder,
      Interpreter interpreter,
      BudgetQueue queue,
      WaitingRoom waitingRoom,
      SlotRoom slotRoom,
      LimitRoom limitRoom,
      Reports reports,
      AccessLog accessLog,
      RecentRequests recent,
      KnownAnswers answers,
      FlowRules rules,
      InstantSource clock) {
    this.clients = clients;
    this.tokens = tokens;
    this.router = router;
    this.holds = holds;
    this.destinations = destinations;
    this.forwarder = forwarder;
    this.interpreter = interpreter;
    this.queue = queue;
    this.waitingRoom = waitingRoom;
    this.slotRoom = slotRoom;
    this.limitRoom = limitRoom;
    this.reports = reports;
    this.accessLog = accessLog;
    this.recent = recent;
    this.answers = answers;
    this.rules = rules;
    this.clock = clock;
  }

  /** Serves a request of an API, or says why not. */
  public void handle(Dialect dialect, ServerRequest request, ServerResponse response) {
    var exchange = Exchange.open(request, response, dialect.errors(), clock.millis());
    reports.came();
    try {
      serve(dialect, exchange);
    } catch (ApiException e) {
      reports.refused(e);
      exchange.refuse(e);
    } catch (ClientGoneException e) {
      reports.left();
    } catch (RuntimeException e) {
      reports.failed();
      exchange.entry().failed();
      throw e;
    } finally {
      accessLog.write(exchange);
      recent.ended(exchange);
    }
    exchange.closeUnanswered();
  }

  /** What {@link #handle} would decide on such a request, without sending it. */
  public Foreseen explain(
      Dialect dialect, ServerRequestHeaders headers, ClientKey client, Call call) {
    var asked = dialect.read(call.after(id -> answers.find(id, client.caller().key())));
    client.check(asked.needs().api(), asked.model());
    var request = routing(headers, asked, client, clock.millis());
    return candidates("", request).foreseen(request.nowMillis());
  }

  private void serve(Dialect dialect, Exchange exchange) throws ClientGoneException {
    var request = exchange.request();
    var client = clients.identify(request);
    try {
      serve(dialect, exchange.by(client), client);
    } catch (ApiException e) {
      throw client.told(dialect.api(), e);
    }
  }

  private void serve(Dialect dialect, Exchange exchange, ClientKey client)
      throws ClientGoneException {
    var request = exchange.request();
    var asked = dialect.read(call(request, client.caller()));
    exchange.entry().asks(client.caller(), asked);
    if (asked.takesArray()) {
      exchange.client().asArray();
    }
    client.check(asked.needs().api(), asked.model());
    var routing = routing(request.headers(), asked, client, exchange.arrivedMillis());
    try (var candidates = held(exchange, routing)) {
      var failure = send(exchange, asked, candidates);
      while (failure != null) {
        if (candidates.tries() > rules.maxRetries()
            || !isAnother(exchange, routing, candidates, failure.next())) {
          failure.answer().run();
          return;
        }
        var next = send(exchange, asked, candidates);
        failure = next == null ? null : next.after(failure);
      }
    }
  }

  /**
   * Whether another candidate holds a slot and its money now. Where all that had room have refused,
   * those that were full are waited for.
   */
  private boolean isAnother(
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
      return false; // What the backend that was tried has said tells more.
    }
    return candidates.isHeld();
  }

  private Call call(ServerRequest request, Caller client) {
    var body = RequestBody.read(request, rules.maxRequestBytes());
    var named = request.path().pathParameters();
    return new Call(
        named.contains(TARGET) ? named.get(TARGET) : "",
        name -> QueryParameter.first(request, name).orElse(""),
        body,
        id -> answers.find(id, client.key()));
  }

  /**
   * The candidates of a request, with a slot and the money held at the first one that has room and
   * can be paid.
   */
  private Candidates held(Exchange exchange, RoutingRequest request) throws ClientGoneException {
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

  /** A quota that is there again so soon is waited for: no client could come back sooner. */
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
   * The candidates of a request that waits for a slot, with a hold unless its budgets do not pay by
   * now. It is decided on anew, since no stage has seen those yet that were full.
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

  /** One attempt, whose hold is ended whatever happens. */
  private @Nullable Failure send(Exchange exchange, Asked asked, Candidates candidates) {
    try (var hold = candidates.hold()) {
      var candidate = hold.candidate();
      var destination = destinations.of(candidate, asked.needs().api());
      Asked said;
      try {
        said =
            candidate.backend().isTranslated(asked.needs().api())
                ? interpreter.interpret(asked, candidate)
                : asked;
      } catch (ApiException e) {
        return Failure.unsaid(e);
      }
      var attempt =
          new Attempt(exchange, said, hold, destination, candidates.reason(), System.nanoTime());
      exchange.entry().sent(attempt);
      return forwarder.send(attempt);
    }
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

  private RoutingRequest routing(
      ServerRequestHeaders headers, Asked asked, ClientKey client, long nowMillis) {
    Exchange.checkPriority(headers);
    return new RoutingRequest(
            asked.model(),
            asked.needs(),
            tokens.of(asked::prompt),
            caller(headers, asked.user(), client),
            leniency(headers),
            nowMillis)
        .onlyAt(asked.backend());
  }

  /**
   * The key's caller with the tags that the request names, and with its user if the key is trusted
   * with that: who is free to name another user would spend that one's budget.
   */
  private static Caller caller(ServerRequestHeaders headers, String user, ClientKey client) {
    var rules = client.rules();
    var of = client.caller();
    var tags = new ArrayList<>(of.tags());
    if (rules.mayTag()) {
      for (var tag : headers.first(TAGS).orElse("").split(",", MAX_TAGS)) {
        if (!tag.isBlank()) {
          tags.add(tag.strip());
        }
      }
    }
    boolean named = rules.trustUser() && !user.isEmpty();
    return new Caller(of.key(), of.team(), named ? user : of.user(), tags, Session.of(headers));
  }

  private static Leniency leniency(ServerRequestHeaders headers) {
    if (headers.first(STRICT).filter("true"::equalsIgnoreCase).isPresent()) {
      return Leniency.STRICT;
    }
    return headers.first(FLEXIBLE).filter("true"::equalsIgnoreCase).isPresent()
        ? Leniency.FLEXIBLE
        : Leniency.NORMAL;
  }
}
