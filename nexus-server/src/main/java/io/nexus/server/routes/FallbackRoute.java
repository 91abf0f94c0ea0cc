package io.nexus.server.routes;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Errors;
import java.util.Map;

/**
 * What no route takes: an unknown path, or a known one by the wrong method.
 *
 * @param methods the method of each path that there is
 */
public record FallbackRoute(Map<String, String> methods) {

  /** Answers. */
  public void handle(ServerRequest request, ServerResponse response) {
    var method = methods.get(request.path().path());
    Errors.send(response, method == null ? unknown() : wrongMethod(method));
  }

  private static ApiException unknown() {
    return ApiException.invalid(404, "unknown_url", "There is no such path here.");
  }

  private static ApiException wrongMethod(String method) {
    return new ApiException(
        405,
        new ApiError(
            "This path takes " + method + " only.",
            "invalid_request_error",
            null,
            "method_not_allowed"),
        Map.of("Allow", method));
  }
}
