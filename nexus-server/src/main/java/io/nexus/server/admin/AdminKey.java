package io.nexus.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.GuessLimit;
import io.nexus.server.http.KeyDigest;
import io.nexus.server.http.Route;

/**
 * The key that the admin API asks for.
 *
 * @param digest of the key, which itself is not kept
 * @param clients whose keys are not the admin key either, but no guesses
 * @param guesses slows those who try keys
 */
public record AdminKey(KeyDigest digest, Clients clients, GuessLimit guesses) {

  /** A key that nobody has guessed at yet. */
  public static AdminKey of(String key, Clients clients) {
    return new AdminKey(KeyDigest.of(key), clients, new GuessLimit(System::nanoTime));
  }

  /** What an administrator may ask for. */
  @FunctionalInterface
  public interface Action {
    /** Answers the request of that administrator. */
    void handle(ServerRequest request, ServerResponse response, Actor actor);
  }

  /** What answers one method on one path, for those that show the key. */
  public Route route(String method, String path, Action action) {
    return new Route(method, path, guard(action));
  }

  /** The action for those that show the key, and for nobody else. */
  public Handler guard(Action action) {
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
    var address = request.remotePeer().host();
    guesses.check(address);
    if (!digest.equals(KeyDigest.of(key))) {
      if (!clients.knows(key)) {
        guesses.wrong(address);
      }
      throw ApiException.invalid(
          403, "not_admin", "This key is not the admin key of this gateway.");
    }
    return new Actor(digest.fingerprint(), address, Reason.of(request));
  }
}
