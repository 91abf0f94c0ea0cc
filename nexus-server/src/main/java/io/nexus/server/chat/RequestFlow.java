package io.nexus.server.chat;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.BudgetQueue;
import io.nexus.control.budget.Caller;
import io.nexus.control.pipeline.Router;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.http.RequestBody;
import java.time.InstantSource;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The straight line of a chat request, from the bytes that come to the bytes that go. */
public final class RequestFlow {

  private static final HeaderName TAGS = HeaderNames.create("X-Nexus-Tags");
  private static final HeaderName STRICT = HeaderNames.create("X-Nexus-Strict");
  private static final HeaderName FLEXIBLE = HeaderNames.create("X-Nexus-Flexible");
  private static final int MAX_TAGS = 32;

  private final Clients clients;
  private final TokenCounting tokens;
  private final Router router;
  private final Claims claims;
  private final Attempts attempts;
  private final BudgetQueue queue;
  private final WaitingRoom waitingRoom;
  private final Reports reports;
  private final FlowRules rules;
  private final InstantSource clock;

  /** The way of all chat requests. */
  public RequestFlow(
      Clients clients,
      TokenCounting tokens,
      Router router,
      Claims claims,
      Attempts attempts,
      BudgetQueue queue,
      WaitingRoom waitingRoom,
      Reports reports,
      FlowRules rules,
      InstantSource clock) {
    this.clients = clients;
    this.tokens = tokens;
    this.router = router;
    this.claims = claims;
    this.attempts = attempts;
    this.queue = queue;
    this.waitingRoom = waitingRoom;
    this.reports = reports;
    this.rules = rules;
    this.clock = clock;
  }

  /** Serves a request, or says why not. */
  public void handle(ServerRequest request, ServerResponse response) {
    var exchange = Exchange.open(request, response, clock.millis());
    reports.came();
    try {
      var client = clients.authenticate(request.headers());
      var chat = ChatRequestParser.parse(RequestBody.read(request, rules.maxRequestBytes()));
      serve(exchange, chat, routing(exchange, chat, client));
    } catch (ApiException e) {
      reports.refused(e);
      exchange.refuse(e);
    } catch (ClientGoneException e) {
      reports.left();
    } catch (RuntimeException e) {
      reports.failed();
      throw e;
    }
    exchange.closeUnanswered();
  }

  /** What {@link #handle} would decide on such a request, without sending it. */
  public RoutingDecision explain(ServerRequestHeaders headers, Caller client, byte[] body) {
    var chat = ChatRequestParser.parse(body);
    var request = routing(headers, chat, client, clock.millis());
    return new Plan(claims, queue, router.decide(request)).foreseen(request.nowMillis());
  }

  private void serve(Exchange exchange, ChatRequest chat, RoutingRequest request)
      throws ClientGoneException {
    var plan = plan(request);
    var held = plan.next(true, request.nowMillis());
    reports.decided(held == null ? plan.outcome().intent() : held.intent());
    if (held == null) {
      held = afterWaiting(exchange, chat, request, plan.outcome());
    }
    for (int number = 1; ; number++) {
      var failure = attempt(exchange, chat, held, number);
      if (failure == null) {
        return;
      }
      held = number > rules.maxRetries() ? null : held.plan().next(true, request.nowMillis());
      if (held == null) {
        throw failure;
      }
    }
  }

  /** One try, whose hold is ended whatever happens. */
  private @Nullable ApiException attempt(
      Exchange exchange, ChatRequest chat, Held held, int number) {
    try (var _ = held.hold()) {
      return attempts.run(exchange, chat, held, number);
    }
  }

  private Plan plan(RoutingRequest request) {
    return new Plan(claims, queue, router.decide(request));
  }

  private Held afterWaiting(
      Exchange exchange, ChatRequest chat, RoutingRequest request, RoutingDecision outcome)
      throws ClientGoneException {
    return switch (outcome) {
      case Reject reject -> throw reports.refusal(reject, exchange.arrivedMillis());
      case Queue wait ->
          waitingRoom.await(
              exchange, chat.needs().stream(), wait, () -> plan(request.at(clock.millis())));
      case Route _ -> throw new IllegalStateException("candidates are left, yet none was tried");
    };
  }

  private RoutingRequest routing(Exchange exchange, ChatRequest chat, Caller client) {
    return routing(exchange.request().headers(), chat, client, exchange.arrivedMillis());
  }

  private RoutingRequest routing(
      ServerRequestHeaders headers, ChatRequest chat, Caller client, long nowMillis) {
    return new RoutingRequest(
        chat.model(),
        chat.needs(),
        tokens.of(chat.content()::prompt),
        caller(headers, chat, client),
        leniency(headers),
        nowMillis);
  }

  /** The key's caller with the user and the tags that the request names. */
  private static Caller caller(ServerRequestHeaders headers, ChatRequest chat, Caller client) {
    var tags = new ArrayList<>(client.tags());
    for (var tag : headers.first(TAGS).orElse("").split(",", MAX_TAGS)) {
      if (!tag.isBlank()) {
        tags.add(tag.strip());
      }
    }
    return new Caller(
        client.key(), client.team(), client.user().isEmpty() ? chat.user() : client.user(), tags);
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
