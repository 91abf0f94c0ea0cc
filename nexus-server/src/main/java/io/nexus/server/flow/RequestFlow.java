package io.nexus.server.flow;

import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.ClientGoneException;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.Interpreter;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The path of a request, from the bytes received to the bytes sent. */
public final class RequestFlow {

  private final Clients clients;
  private final RequestReader reader;
  private final AdmissionControl admission;
  private final Destinations destinations;
  private final Interpreter interpreter;
  private final Forwarder forwarder;
  private final Reports reports;
  private final AccessLog accessLog;
  private final RecentRequests recent;
  private final int maxRetries;
  private final @Nullable RequestObserver observer;
  private final InstantSource clock;

  /** Creates the flow. */
  public RequestFlow(
      Clients clients,
      RequestReader reader,
      AdmissionControl admission,
      Destinations destinations,
      Interpreter interpreter,
      Forwarder forwarder,
      Reports reports,
      AccessLog accessLog,
      RecentRequests recent,
      int maxRetries,
      @Nullable RequestObserver observer,
      InstantSource clock) {
    this.clients = clients;
    this.reader = reader;
    this.admission = admission;
    this.destinations = destinations;
    this.interpreter = interpreter;
    this.forwarder = forwarder;
    this.reports = reports;
    this.accessLog = accessLog;
    this.recent = recent;
    this.maxRetries = maxRetries;
    this.observer = observer;
    this.clock = clock;
  }

  /** Serves a request of an API, or answers with an error. */
  public void handle(Dialect dialect, ServerRequest request, ServerResponse response) {
    var exchange = Exchange.open(request, response, dialect.errors(), clock.millis());
    reports.came();
    if (observer != null) {
      exchange.entry().follow(observer.began(exchange.id(), request.headers()));
    }
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

  /** The decision that {@link #handle} would make, without sending the request. */
  public Foreseen explain(
      Dialect dialect, ServerRequestHeaders headers, ClientKey client, Call call) {
    var asked = reader.read(dialect, call, client);
    client.check(asked.needs().api(), asked.model());
    return admission.foreseen(reader.routing(headers, asked, client, clock.millis()));
  }

  private void serve(Dialect dialect, Exchange exchange) throws ClientGoneException {
    var request = exchange.request();
    var client = clients.identify(request);
    try {
      serve(dialect, exchange.by(client), client);
    } catch (ApiException e) {
      throw client.adapted(dialect.api(), e);
    }
  }

  private void serve(Dialect dialect, Exchange exchange, ClientKey client)
      throws ClientGoneException {
    var request = exchange.request();
    var asked = reader.read(dialect, request, client);
    exchange.entry().asks(client.caller(), asked);
    if (asked.takesArray()) {
      exchange.client().asArray();
    }
    client.check(asked.needs().api(), asked.model());
    var routing = reader.routing(request.headers(), asked, client, exchange.arrivedMillis());
    try (var candidates = admission.admit(exchange, routing)) {
      var failure = send(exchange, asked, candidates);
      while (failure != null) {
        if (candidates.tries() > maxRetries
            || !admission.isAnother(exchange, routing, candidates, failure.next())) {
          failure.answer().run();
          return;
        }
        var next = send(exchange, asked, candidates);
        failure = next == null ? null : next.after(failure);
      }
    }
  }

  /** Makes one attempt; always ends its hold. */
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
}
