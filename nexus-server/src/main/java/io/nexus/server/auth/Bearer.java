package io.nexus.server.auth;

import io.nexus.config.Role;
import io.nexus.server.http.ClientKey;
import java.time.Instant;
import java.util.Optional;

/**
 * The identity in a token.
 *
 * @param subject the subject at the provider
 * @param key the key as which requests are served
 * @param role the administrator role; empty for none
 * @param until when the token expires
 */
public record Bearer(String subject, ClientKey key, Optional<Role> role, Instant until) {}
