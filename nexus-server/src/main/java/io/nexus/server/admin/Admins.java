package io.nexus.server.admin;

import io.nexus.config.NexusConfig;
import io.nexus.config.Role;
import io.nexus.server.http.KeyDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who is an administrator.
 *
 * @param byKey those who come with a key, which itself is not kept
 * @param tokens who a token names; empty for one that makes no administrator
 */
public record Admins(Map<KeyDigest, Admin> byKey, Function<String, Optional<Admin>> tokens) {

  /**
   * An administrator.
   *
   * @param name by which changes are recorded
   * @param team for a {@link Role#TEAM_ADMIN}; else empty
   */
  public record Admin(String name, Role role, String team) {}

  /** Copies the map. */
  public Admins {
    byKey = Map.copyOf(byKey);
  }

  /**
   * Those of a configuration.
   *
   * @param tokens as above
   */
  public static Admins of(NexusConfig config, Function<String, Optional<Admin>> tokens) {
    var byKey = new HashMap<KeyDigest, Admin>();
    var first = config.server().adminKey();
    if (first.isSet()) {
      var digest = KeyDigest.of(first.reveal());
      byKey.put(digest, new Admin(digest.fingerprint(), Role.ADMIN, ""));
    }
    for (var key : config.access().adminKeys()) {
      byKey.put(
          KeyDigest.ofSha256(key.credential().sha256()),
          new Admin(key.name(), key.role(), key.team().orElse("")));
    }
    return new Admins(byKey, tokens);
  }

  /** Who comes with that key or token; empty if no administrator does. */
  public Optional<Admin> find(String presented) {
    var known = byKey.get(KeyDigest.of(presented));
    return known != null ? Optional.of(known) : tokens.apply(presented);
  }

  /** Whether everything may be looked at with that key or token. */
  public boolean mayLook(String presented) {
    return find(presented).filter(who -> who.role() != Role.TEAM_ADMIN).isPresent();
  }
}
