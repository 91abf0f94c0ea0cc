package io.nexus.config;

import java.util.List;

/**
 * Who has access, in addition to {@code [[keys]]} and {@code server.admin_key}.
 *
 * @param adminKeys further keys of the admin API
 * @param jwt providers of identities
 */
public record AccessConfig(List<AdminKeyConfig> adminKeys, List<JwtConfig> jwt) {

  /** No further access. */
  public static final AccessConfig NOBODY = new AccessConfig(List.of(), List.of());

  /** Copies the lists. */
  public AccessConfig {
    adminKeys = List.copyOf(adminKeys);
    jwt = List.copyOf(jwt);
  }
}
