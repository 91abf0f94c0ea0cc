package io.nexus.server.http;

import io.helidon.webserver.http.ServerRequest;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Glob;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates clients by their keys.
 *
 * <p>Without any key, all clients are admitted. Once there has been a key, one is required, even
 * after the last is revoked: revoking never opens a gateway.
 *
 * <p>Safe for any number of threads. Requests read a map that is replaced as a whole, so they take
 * no lock.
 */
public final class Clients {

  /**
   * @param teamModels the models of each team that may not use all
   */
  private record Known(
      boolean required,
      List<ClientKey> keys,
      Map<KeyDigest, ClientKey> byDigest,
      Map<String, List<Glob>> teamModels) {

    static final Known NOBODY = new Known(false, List.of(), Map.of(), Map.of());

    /** Restricts a key to its team's models. */
    ClientKey inTeam(ClientKey key) {
      var models = teamModels.get(key.caller().team());
      return models == null ? key : key.inTeam(models);
    }
  }

  private final InstantSource clock;
  private final BooleanSupplier complete;
  private volatile Known known = Known.NOBODY;

  /** Authenticates tokens; null if tokens are not accepted. */
  private volatile @Nullable Function<String, Optional<ClientKey>> tokens;

  /**
   * Starts without clients.
   *
   * @param clock decides when keys expire
   * @param complete whether all keys are known. Until then a request with an unknown key gets a 503
   *     instead of a 401
   */
  public Clients(InstantSource clock, BooleanSupplier complete) {
    this.clock = clock;
    this.complete = complete;
  }

  /**
   * Replaces the keys; running requests continue.
   *
   * @param all the keys in display order
   * @param required whether a key is required even if there is none here
   * @param teamModels the models of each team that may not use all; applies to its tokens too
   */
  public synchronized void replace(
      List<ClientKey> all, boolean required, Map<String, List<Glob>> teamModels) {
    var next =
        new Known(
            known.required || required || !all.isEmpty(),
            new ArrayList<>(),
            new HashMap<>(),
            Map.copyOf(teamModels));
    var used = known.keys.stream().collect(Collectors.toMap(ClientKey::name, Function.identity()));
    for (var each : all) {
      var key = next.inTeam(each);
      next.keys.add(key);
      var before = used.get(key.name());
      if (before != null) {
        key.lastUsedMillis().accumulateAndGet(before.lastUsedMillis().get(), Math::max);
      }
      next.byDigest.put(key.digest(), key);
      key.config()
          .former()
          .ifPresent(
              former ->
                  next.byDigest.putIfAbsent(KeyDigest.ofSha256(former.credential().sha256()), key));
    }
    known = next;
  }

  /**
   * The caller of a request.
   *
   * @throws ApiException with status 401 if a key is required and the request has no valid one
   */
  public Caller authenticate(ServerRequest request) {
    return identify(request).caller();
  }

  /**
   * The key of a request.
   *
   * @throws ApiException as above
   */
  public ClientKey identify(ServerRequest request) {
    return asksForKeys() ? identify(ApiKey.of(request)) : ClientKey.ANONYMOUS;
  }

  private ClientKey identify(String presented) {
    var digest = KeyDigest.of(presented);
    var key = known.byDigest.get(digest);
    var others = tokens;
    if (key == null && others != null) {
      var holder = others.apply(presented);
      if (holder.isPresent()) {
        return known.inTeam(holder.get());
      }
    }
    if (key == null && !complete.getAsBoolean()) {
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "not_ready",
          "The keys of this gateway are not known yet: try again soon.");
    }
    if (key == null) {
      throw ApiException.unauthorized(
          "Incorrect or missing API key: send one of this gateway's keys as"
              + " 'Authorization: Bearer KEY'.");
    }
    var rules = key.rules();
    if (rules.disabled()) {
      throw ApiException.unauthorized("This API key is disabled: ask who runs this gateway.");
    }
    long now = clock.millis();
    if (rules.expiresAt().isPresent() && rules.expiresAt().get().toEpochMilli() <= now) {
      throw ApiException.unauthorized(
          "This API key expired at " + rules.expiresAt().get() + ": ask for another one.");
    }
    var former = key.config().former();
    if (former.isPresent()
        && former.get().until().toEpochMilli() <= now
        && !key.digest().equals(digest)) {
      throw ApiException.unauthorized(
          "This API key was replaced and taken until "
              + former.get().until()
              + ": use the new"
              + " one.");
    }
    key.lastUsedMillis().lazySet(now);
    return key;
  }

  /**
   * Accepts tokens in addition to keys, or no longer.
   *
   * @param others authenticates a token and refuses an invalid one; returns empty for text that is
   *     not a token
   */
  public void take(@Nullable Function<String, Optional<ClientKey>> others) {
    tokens = others;
  }

  /** Whether it is the key of a client. */
  public boolean knows(String presented) {
    return known.byDigest.containsKey(KeyDigest.of(presented));
  }

  /** Whether requests need a key. */
  public boolean asksForKeys() {
    return known.required || tokens != null || !complete.getAsBoolean();
  }

  /** All keys, in display order. */
  public List<ClientKey> keys() {
    return Collections.unmodifiableList(known.keys);
  }
}
