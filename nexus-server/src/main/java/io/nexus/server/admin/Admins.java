package io.nexus.server.admin;

import io.nexus.config.NexusConfig;
import io.nexus.config.Role;
import io.nexus.server.http.KeyDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The administrators.
 *
 * @param byKey administrators by the digest of their key
 * @param tokens finds the administrator of a token; empty if it is none
 */
public record Admins(Map<KeyDigest, Admin> byKey, Function<String, Optional<Admin>> tokens) {

  /**
   * An administrator.
   *
   * @param name the name under which changes are recorded
   * @param team the team of a {@link Role#TEAM_ADMIN}; else empty
   */
  public record Admin(String name, Role role, String team) {}

  /** Copies the map. */
  public Admins {
    byKey = Map.copyOf(byKey);
  }

  /**
   * The administrators of a configuration.
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

  /** The administrator with that key or token; empty if there is none. */
  public Optional<Admin> find(String presented) {
    var known = byKey.get(KeyDigest.of(presented));
    return known != null ? Optional.of(known) : tokens.apply(presented);
  }

  /** Whether that key or token may read everything. */
  public boolean mayLook(String presented) {
    return find(presented).filter(who -> who.role() != Role.TEAM_ADMIN).isPresent();
  }
}
