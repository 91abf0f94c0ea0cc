package io.nexus.server.admin;

import io.nexus.config.Role;
import io.nexus.server.http.ApiException;

/**
 * Who makes a change.
 *
 * @param key the fingerprint of the admin key, its name if it has one, or whom a token names
 * @param address where the request came from
 * @param reason why, as the request says; empty if it does not
 * @param role what they may do
 * @param team whose, for a {@link Role#TEAM_ADMIN}; else empty
 */
public record Actor(String key, String address, String reason, Role role, String team) {

  /** Whether only what is of one team may be seen and changed. */
  public boolean isBound() {
    return role == Role.TEAM_ADMIN;
  }

  /** Whether what is of that team may be seen and changed. */
  public boolean mayManage(String ofTeam) {
    return !isBound() || ofTeam.equals(team);
  }

  /** What cannot be done with this key. */
  public ApiException refused(String what) {
    return ApiException.invalid(
        403, "not_allowed", "This is not for the role " + role.label() + ": " + what + ".");
  }
}
