package io.nexus.server.auth;

import io.nexus.config.Role;
import io.nexus.server.http.ClientKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Who a token says that somebody is.
 *
 * @param subject what the provider knows them by
 * @param key as which they are served
 * @param role what they may administer; empty for nothing
 * @param until when the token ends
 */
public record Bearer(String subject, ClientKey key, Optional<Role> role, Instant until) {}
