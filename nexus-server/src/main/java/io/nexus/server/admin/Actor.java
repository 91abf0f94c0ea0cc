package io.nexus.server.admin;

import io.nexus.config.Role;
import io.nexus.server.http.ApiException;

/**
 * Who makes a change.
 *
 * @param key the fingerprint of the admin key, its name if it has one, or the subject of a token
 * @param address the client's address
 * @param reason the reason given in the request; empty if none
 * @param role the actor's role
 * @param team the team of a {@link Role#TEAM_ADMIN}; else empty
 */
public record Actor(String key, String address, String reason, Role role, String team) {

  /** Whether access is limited to one team. */
  public boolean isBound() {
    return role == Role.TEAM_ADMIN;
  }

  /** Whether the actor may see and change that team's data. */
  public boolean mayManage(String ofTeam) {
    return !isBound() || ofTeam.equals(team);
  }

  /** The refusal of something that this key may not do. */
  public ApiException refused(String what) {
    return ApiException.invalid(
        403, "not_allowed", "This is not for the role " + role.label() + ": " + what + ".");
  }
}
