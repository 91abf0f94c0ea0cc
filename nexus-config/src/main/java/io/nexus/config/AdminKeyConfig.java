package io.nexus.config;

import io.nexus.config.KeyConfig.Credential;
import java.util.Optional;

/**
 * {@code [[admin_keys]]}: a key of the admin API.
 *
 * @param name the name under which changes are recorded
 * @param credential the key or its digest
 * @param role what may be done with it
 * @param team the team, for a {@link Role#TEAM_ADMIN}
 */
public record AdminKeyConfig(
    String name, Credential credential, Role role, Optional<String> team) {}
