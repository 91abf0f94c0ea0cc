package io.nexus.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;

/** Where a request carries its key. */
public final class ApiKey {

  private static final HeaderName X_API_KEY = HeaderNames.create("x-api-key");
  private static final String BEARER = "bearer ";

  private ApiKey() {}

  /** The key in {@code Authorization: Bearer}, else in {@code x-api-key}; empty without one. */
  public static String of(ServerRequestHeaders headers) {
    var authorization = headers.first(HeaderNames.AUTHORIZATION).orElse("");
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : headers.first(X_API_KEY).orElse("").strip();
  }
}
