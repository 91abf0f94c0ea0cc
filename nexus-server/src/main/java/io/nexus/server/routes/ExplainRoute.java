package io.nexus.server.routes;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.flow.RequestFlow;
import io.nexus.server.http.Clients;
import io.nexus.server.http.RequestBody;

/** {@code POST /v1/explain}: where a chat request would go and why, without sending it. */
public record ExplainRoute(Clients clients, RequestFlow flow, long maxRequestBytes) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var client = clients.authenticate(request);
    var body = RequestBody.read(request, maxRequestBytes);
    var decision = flow.explain(request.headers(), client, body);
    Answers.text(response, "application/json", DecisionJson.write(decision));
  }
}
