package io.nexus.server.http;

import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/**
 * Reads parameters of a request's query.
 *
 * <p>Helidon's own {@code query().first(name)} needs a mapper from its service registry, which this
 * gateway leaves empty: it would fail on each request.
 */
public final class QueryParameter {

  private QueryParameter() {}

  /** The first value of a parameter, decoded; empty if the query has none of that name. */
  public static Optional<String> first(ServerRequest request, String name) {
    var query = request.query();
    return query.contains(name) ? Optional.of(query.get(name)) : Optional.empty();
  }
}
