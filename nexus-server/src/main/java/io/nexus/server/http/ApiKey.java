package io.nexus.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/** Finds the key of a request. */
public final class ApiKey {

  /** The query parameter that may contain the key. */
  public static final String QUERY = "key";

  private static final HeaderName X_API_KEY = HeaderNames.create("x-api-key");
  private static final List<HeaderName> OTHERS =
      List.of(X_API_KEY, HeaderNames.create("api-key"), HeaderNames.create("x-goog-api-key"));
  private static final String BEARER = "bearer ";

  private ApiKey() {}

  /**
   * The key in {@code Authorization: Bearer}, else in {@code x-api-key}, {@code api-key} (Azure's)
   * or {@code x-goog-api-key} (Google's); empty without one.
   */
  public static String of(ServerRequestHeaders headers) {
    var authorization = headers.first(HeaderNames.AUTHORIZATION).orElse("");
    if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).strip();
    }
    for (var name : OTHERS) {
      var key = headers.first(name).orElse("").strip();
      if (!key.isEmpty()) {
        return key;
      }
    }
    return "";
  }

  /** The key in a header, else in the query parameter {@code key}, as Google's clients send it. */
  public static String of(ServerRequest request) {
    var key = of(request.headers());
    return key.isEmpty() ? QueryParameter.first(request, QUERY).orElse("").strip() : key;
  }
}
