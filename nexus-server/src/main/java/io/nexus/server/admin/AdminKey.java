package io.nexus.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.KeyDigest;

/**
 * The key that the admin API asks for.
 *
 * @param digest of the key, which itself is not kept
 */
record AdminKey(KeyDigest digest) {

  /** What an administrator may ask for. */
  @FunctionalInterface
  interface Action {
    void handle(ServerRequest request, ServerResponse response, Actor actor);
  }

  /** The action for those that show the key, and for nobody else. */
  Handler guard(Action action) {
    return (request, response) -> {
      var actor = authenticate(request);
      response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
      action.handle(request, response, actor);
    };
  }

  private Actor authenticate(ServerRequest request) {
    var key = ApiKey.of(request.headers());
    if (key.isEmpty()) {
      throw ApiException.unauthorized("Missing admin key: send it as 'Authorization: Bearer KEY'.");
    }
    if (!digest.equals(KeyDigest.of(key))) {
      throw ApiException.invalid(
          403, "not_admin", "This key is not the admin key of this gateway.");
    }
    return new Actor(digest.fingerprint(), request.remotePeer().host());
  }
}
