package io.nexus.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.Role;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ApiKey;
import io.nexus.server.http.ClientAddress;
import io.nexus.server.http.Clients;
import io.nexus.server.http.GuessLimit;
import io.nexus.server.http.Route;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Authenticates administrators and checks their roles.
 *
 * @param admins the administrators of the configuration in force
 * @param clients clients, whose keys are not admin keys but do not count as guesses
 * @param addresses finds the client's address
 * @param guesses slows attempts with wrong keys
 */
public record AdminKey(
    Supplier<Admins> admins, Clients clients, ClientAddress addresses, GuessLimit guesses) {

  private static final Set<Role> ALL = EnumSet.allOf(Role.class);
  private static final Set<Role> LOOKING = EnumSet.of(Role.ADMIN, Role.VIEWER);
  private static final Set<Role> CHANGING = EnumSet.of(Role.ADMIN);
  private static final Set<Role> CHANGING_IN_TEAM = EnumSet.of(Role.ADMIN, Role.TEAM_ADMIN);

  /** Starts without any guesses. */
  public static AdminKey of(Supplier<Admins> admins, Clients clients, ClientAddress addresses) {
    return new AdminKey(admins, clients, addresses, new GuessLimit(System::nanoTime));
  }

  /** The action of an admin route. */
  @FunctionalInterface
  public interface Action {
    /** Answers an administrator's request. */
    void handle(ServerRequest request, ServerResponse response, Actor actor);
  }

  /** A route: GET is open to viewers, other methods only to full administrators. */
  public Route route(String method, String path, Action action) {
    return new Route(method, path, guard(method.equals("GET") ? LOOKING : CHANGING, action));
  }

  /** A route that is also open to team administrators; the action restricts them to their team. */
  public Route teamRoute(String method, String path, Action action) {
    return new Route(method, path, guard(method.equals("GET") ? ALL : CHANGING_IN_TEAM, action));
  }

  /** A handler for actors who may read everything. */
  public Handler guard(Action action) {
    return guard(LOOKING, action);
  }

  private Handler guard(Set<Role> roles, Action action) {
    return (request, response) -> {
      var actor = authenticate(request);
      if (!roles.contains(actor.role())) {
        throw actor.refused(
            actor.role() == Role.VIEWER ? "it may only look" : "it may manage its team only");
      }
      response.headers().set(HeaderNames.CACHE_CONTROL, "no-store");
      action.handle(request, response, actor);
    };
  }

  /** Whether the request's credential still has the actor's rights. */
  public boolean isStill(ServerRequest request, Actor actor) {
    try {
      return admins
          .get()
          .find(ApiKey.of(request.headers()))
          .filter(
              who ->
                  actor.isBound()
                      ? who.role() == actor.role() && who.team().equals(actor.team())
                      : LOOKING.contains(who.role()))
          .isPresent();
    } catch (ApiException e) {
      return false;
    }
  }

  private Actor authenticate(ServerRequest request) {
    var key = ApiKey.of(request.headers());
    if (key.isEmpty()) {
      throw ApiException.unauthorized("Missing admin key: send it as 'Authorization: Bearer KEY'.");
    }
    var address = addresses.of(request);
    guesses.check(address);
    var who = found(key, address);
    return new Actor(who.name(), address, Reason.of(request), who.role(), who.team());
  }

  private Admins.Admin found(String key, String address) {
    try {
      var who = admins.get().find(key);
      if (who.isPresent()) {
        return who.get();
      }
    } catch (ApiException e) {
      if (e.status() == 401) {
        guesses.wrong(address);
      }
      throw e;
    }
    if (!clients.knows(key)) {
      guesses.wrong(address);
    }
    throw ApiException.invalid(403, "not_admin", "This key is not an admin key of this gateway.");
  }
}
