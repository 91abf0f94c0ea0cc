package io.nexus.server.routes;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.flow.RequestFlow;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.http.QueryParameter;
import io.nexus.server.http.RequestBody;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code POST /v1/explain}: where a request would go and why, without sending it. The query
 * parameter {@code api} names the API; the default is chat.
 */
public record ExplainRoute(
    Clients clients,
    RequestFlow flow,
    Function<String, Optional<Dialect>> apis,
    long maxRequestBytes) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var client = clients.identify(request);
    var body = RequestBody.read(request, maxRequestBytes);
    var call = new Call(query(request, "target"), name -> query(request, name), body);
    var decision = flow.explain(dialect(request), request.headers(), client, call);
    Answers.text(response, "application/json", DecisionJson.write(decision));
  }

  private static String query(ServerRequest request, String name) {
    return QueryParameter.first(request, name).orElse("");
  }

  private Dialect dialect(ServerRequest request) {
    var name = QueryParameter.first(request, "api").orElse("chat");
    return apis.apply(name)
        .orElseThrow(() -> ApiException.badRequest("api", "'api' is not one of the APIs served."));
  }
}
