package io.nexus.server.http;

import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.config.KeyConfig;
import io.nexus.control.budget.Caller;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The clients that are known by their keys.
 *
 * <p>Where there never was a key, everybody may come. From the first key on one is asked for, also
 * when the last has been revoked: revoking never opens a gateway.
 *
 * <p>Safe for any number of threads. Requests read a map that is replaced as a whole, so they take
 * no lock; additions and removals lock each other out.
 */
public final class Clients {

  private record Known(boolean required, Map<KeyDigest, ClientKey> keys) {}

  private volatile Known known;

  /**
   * The keys of the configuration.
   *
   * @param since when the gateway started
   */
  public Clients(List<KeyConfig> keys, Instant since) {
    var map = new LinkedHashMap<KeyDigest, ClientKey>();
    for (var key : keys) {
      var digest = KeyDigest.ofSha256(key.credential().sha256());
      var caller = new Caller(key.name(), key.team().orElse(""), key.user().orElse(""), key.tags());
      map.put(digest, new ClientKey(digest, caller, ClientKey.Source.CONFIGURATION, since));
    }
    known = new Known(!map.isEmpty(), map);
  }

  /**
   * Who sends a request.
   *
   * @throws ApiException with status 401 if keys are asked for and the request has none that is
   *     known
   */
  public Caller authenticate(ServerRequest request) {
    return known.required ? authenticate(ApiKey.of(request)) : Caller.ANONYMOUS;
  }

  /**
   * Who sends a request with these headers; its query is not looked at.
   *
   * @throws ApiException as above
   */
  public Caller authenticate(ServerRequestHeaders headers) {
    return known.required ? authenticate(ApiKey.of(headers)) : Caller.ANONYMOUS;
  }

  private Caller authenticate(String presented) {
    var key = known.keys.get(KeyDigest.of(presented));
    if (key == null) {
      throw ApiException.unauthorized(
          "Incorrect or missing API key: send one of this gateway's keys as"
              + " 'Authorization: Bearer KEY'.");
    }
    return key.caller();
  }

  /** Whether it is the key of a client. */
  public boolean knows(String presented) {
    return known.keys.containsKey(KeyDigest.of(presented));
  }

  /** Whether requests need a key. */
  public boolean asksForKeys() {
    return known.required;
  }

  /** All keys, the oldest first. */
  public List<ClientKey> keys() {
    return List.copyOf(known.keys.values());
  }

  /**
   * Lets one more key in.
   *
   * @return false, with nothing changed, if there is one of that name or that digest
   */
  public synchronized boolean add(ClientKey key) {
    if (known.keys.containsKey(key.digest()) || named(key.name()).isPresent()) {
      return false;
    }
    var map = new LinkedHashMap<>(known.keys);
    map.put(key.digest(), key);
    known = new Known(true, map);
    return true;
  }

  /**
   * Lets a key in no more; requests under way go on.
   *
   * @return what it was; empty if there is none of that name
   */
  public synchronized Optional<ClientKey> remove(String name) {
    var key = named(name);
    key.ifPresent(
        gone -> {
          var map = new LinkedHashMap<>(known.keys);
          map.remove(gone.digest());
          known = new Known(true, map);
        });
    return key;
  }

  private Optional<ClientKey> named(String name) {
    return known.keys.values().stream().filter(key -> key.name().equals(name)).findFirst();
  }
}
