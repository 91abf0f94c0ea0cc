package io.nexus.server.chat;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Caller;
import io.nexus.control.routing.RouteReason;
import io.nexus.control.routing.Router;
import io.nexus.control.routing.RoutingDecision;
import io.nexus.control.routing.RoutingDecision.Queue;
import io.nexus.control.routing.RoutingDecision.Reject;
import io.nexus.control.routing.RoutingDecision.Route;
import io.nexus.control.routing.RoutingRequest;
import io.nexus.control.routing.RoutingRequest.Leniency;
import io.nexus.server.chat.Claim.Denied;
import io.nexus.server.chat.Claim.Taken;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Errors;
import io.nexus.server.http.RequestBody;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;

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
      Reports reports,
      FlowRules rules,
      InstantSource clock) {
    this.clients = clients;
    this.tokens = tokens;
    this.router = router;
    this.claims = claims;
    this.attempts = attempts;
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
      var decision = router.decide(routing(exchange, chat, client));
      reports.decided(decision);
      serve(exchange, chat, decision);
    } catch (ApiException e) {
      reports.refused(e);
      Errors.send(response, e);
    }
  }

  /** What {@link #handle} would decide on such a request, without sending it. */
  public RoutingDecision explain(ServerRequestHeaders headers, Caller client, byte[] body) {
    var chat = ChatRequestParser.parse(body);
    return router.decide(routing(headers, chat, client, clock.millis()));
  }

  private void serve(Exchange exchange, ChatRequest chat, RoutingDecision decision) {
    if (!(decision instanceof Route route)) {
      throw refusal(decision, exchange);
    }
    var intent = route.intent();
    var left = new ArrayDeque<>(route.order());
    ApiException failure = null;
    int failures = 0;
    while (!left.isEmpty() && failures <= rules.maxRetries()) {
      var candidate = left.remove();
      try (var hold = candidate.budgets().hold()) {
        switch (claims.take(hold, candidate, chat.needs(), exchange.arrivedMillis())) {
          case Denied denied ->
              intent = intent.excludeOverBudget("hold", candidate, denied.violation());
          case Taken taken -> {
            var reason = RouteReason.of(intent, candidate, failures > 0);
            var attempt =
                new Attempt(
                    exchange,
                    route.intent().request().caller(),
                    chat,
                    candidate,
                    taken,
                    reason,
                    failures + 1);
            failure = attempts.run(attempt, hold);
            if (failure == null) {
              return;
            }
            failures++;
            left.add(candidate);
          }
        }
      }
    }
    throw failure != null ? failure : refusal(RoutingDecision.without(intent), exchange);
  }

  private ApiException refusal(RoutingDecision decision, Exchange exchange) {
    return switch (decision) {
      case Reject reject -> reports.refusal(reject, exchange.arrivedMillis());
      case Queue queue -> reports.refusal(queue, exchange.arrivedMillis());
      case Route _ -> throw new IllegalStateException("a request with candidates is not refused");
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
        tokens.of(chat.prompt()),
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
