package io.nexus.server.routes;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.metrics.GatewayMeters;
import io.nexus.metrics.PageFormat;

/** {@code GET /metrics}: the page that Prometheus reads. */
public record MetricsRoute(GatewayMeters meters) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
    var format = PageFormat.forAccept(accept);
    Answers.text(response, format.contentType(), meters.page(format));
  }
}
