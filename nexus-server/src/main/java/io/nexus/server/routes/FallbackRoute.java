package io.nexus.server.routes;

import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.dialect.anthropic.AnthropicErrors;
import io.nexus.server.dialect.gemini.GoogleErrors;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ErrorForm;
import io.nexus.server.http.Errors;
import io.nexus.server.http.HeadOnly;
import io.nexus.server.http.Route;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers requests without a route: an unknown path, or a wrong method. */
public final class FallbackRoute {

  private static final Pattern STORED = Pattern.compile("^/(openai/)?(v1/)?(files|batches)(/|$)");

  /** The prefix of paths used only by clients of Google's API. */
  private static final String GOOGLE = "/v1beta/";

  /** The prefix of paths used only by clients of Anthropic's API. */
  private static final String ANTHROPIC = "/v1/messages";

  private static final String NOT_STORED =
      "Files and batches are not served here: what a batch costs is known when it has been made,"
          + " hours after it was sent, so that no budget could hold it. Send its requests one by"
          + " one.";

  private record Known(PathMatcher path, String method) {}

  private final List<Known> known;

  private final String served;

  /**
   * Creates the fallback.
   *
   * @param twins additional routes, not to be mentioned in errors
   */
  public FallbackRoute(List<Route> routes, List<Route> twins) {
    known =
        Stream.concat(routes.stream(), twins.stream())
            .map(route -> new Known(PathMatchers.create(route.path()), route.method()))
            .toList();
    served =
        routes.stream()
            .filter(route -> !route.path().startsWith("/admin"))
            .map(route -> route.method() + " " + route.path())
            .distinct()
            .collect(Collectors.joining(", "));
  }

  /** Answers, or forwards an alternative spelling of a path to its route. */
  public void handle(ServerRequest request, ServerResponse response) {
    var methods = methods(request.path());
    if (!methods.isEmpty()) {
      Errors.send(HeadOnly.response(request, response), wrongMethod(methods), form(request));
      return;
    }
    for (var meant : Spellings.of(request.path().rawPath())) {
      if (!methods(UriPath.create(meant)).isEmpty()) {
        response.reroute(meant, request.query());
        return;
      }
    }
    Errors.send(
        HeadOnly.response(request, response), unknown(request.path().rawPath()), form(request));
  }

  private static ErrorForm form(ServerRequest request) {
    return form(request.path().rawPath());
  }

  /** The error format expected by clients of such a path. */
  public static ErrorForm form(String path) {
    if (path.startsWith(GOOGLE)) {
      return GoogleErrors.FORM;
    }
    return path.startsWith(ANTHROPIC) ? AnthropicErrors.FORM : ErrorForm.OPENAI;
  }

  private String methods(UriPath path) {
    return known.stream()
        .filter(route -> route.path().match(path).accepted())
        .map(Known::method)
        .filter(method -> !method.equals("HEAD")) // HEAD is allowed wherever GET is.
        .collect(Collectors.joining(", "));
  }

  private ApiException unknown(String path) {
    boolean isStored = STORED.matcher(path).find();
    return ApiException.invalid(
        404,
        "unknown_url",
        (isStored ? NOT_STORED : "There is no such path here.")
            + " These are served: "
            + served
            + ".");
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
