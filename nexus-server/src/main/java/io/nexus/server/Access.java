package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.server.admin.Admins;
import io.nexus.server.admin.Admins.Admin;
import io.nexus.server.auth.Tokens;
import io.nexus.server.http.Clients;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * Authenticates administrators and tokens by the configuration in force. Without a configured
 * provider, no token classes are loaded.
 */
final class Access {

  private final Clients clients;
  private final InstantSource clock;
  private volatile Admins admins;

  Access(NexusConfig config, Clients clients, InstantSource clock) {
    this.clients = clients;
    this.clock = clock;
    this.admins = taken(config);
  }

  /** Applies another configuration. */
  void replace(NexusConfig config) {
    admins = taken(config);
  }

  private Admins taken(NexusConfig config) {
    var providers = config.access().jwt();
    if (providers.isEmpty()) {
      clients.take(null);
      return Admins.of(config, _ -> Optional.empty());
    }
    var tokens = new Tokens(providers, clock);
    clients.take(tokens::key);
    return Admins.of(config, admins(tokens));
  }

  private static Function<String, Optional<Admin>> admins(Tokens tokens) {
    return presented -> {
      if (!Tokens.mayBe(presented)) {
        return Optional.empty();
      }
      var bearer = tokens.bearer(presented);
      return bearer
          .role()
          .map(role -> new Admin(bearer.subject(), role, bearer.key().caller().team()));
    };
  }

  Admins admins() {
    return admins;
  }
}
