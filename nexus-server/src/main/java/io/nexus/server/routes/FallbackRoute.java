package io.nexus.server.routes;

import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Errors;
import io.nexus.server.http.Route;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What no route takes: an unknown path, or a known one by the wrong method. */
public final class FallbackRoute {

  private record Known(PathMatcher path, String method) {}

  private final List<Known> known;

  /** The routes that there are. */
  public FallbackRoute(List<Route> routes) {
    known =
        routes.stream()
            .map(route -> new Known(PathMatchers.create(route.path()), route.method()))
            .toList();
  }

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var methods =
        known.stream()
            .filter(route -> route.path().match(request.path()).accepted())
            .map(Known::method)
            .collect(Collectors.joining(", "));
    Errors.send(response, methods.isEmpty() ? unknown() : wrongMethod(methods));
  }

  private static ApiException unknown() {
    return ApiException.invalid(404, "unknown_url", "There is no such path here.");
  }

  private static ApiException wrongMethod(String methods) {
    return new ApiException(
        405,
        new ApiError(
            "This path takes " + methods + " only.",
            "invalid_request_error",
            null,
            "method_not_allowed"),
        Map.of("Allow", methods));
  }
}
