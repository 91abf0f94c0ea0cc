package io.nexus.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [[auth.jwt]]}: an identity provider whose tokens are accepted as keys.
 *
 * <p>A claim is named by its path, as {@code realm_access.roles} or {@code groups[0]}.
 *
 * @param name the provider's name, used as the key's name in records and budgets
 * @param issuer the required {@code iss} of a token
 * @param audience the required value in {@code aud} of a token
 * @param jwksUrl the address of its public keys
 * @param jwksFile a file with its public keys, instead of an address
 * @param claims the claims for {@code user}, {@code team} and {@code tags}
 * @param models the models that its tokens may use; empty for all
 * @param adminIf the claims that make an administrator, with the value that each must be or
 *     contain; empty for none
 * @param viewerIf the claims that make a viewer
 * @param teamAdminIf the claims that make a team administrator
 */
public record JwtConfig(
    String name,
    String issuer,
    String audience,
    Optional<URI> jwksUrl,
    Optional<Path> jwksFile,
    Map<String, String> claims,
    List<String> models,
    Map<String, String> adminIf,
    Map<String, String> viewerIf,
    Map<String, String> teamAdminIf) {

  /** Copies the collections. */
  public JwtConfig {
    claims = Map.copyOf(claims);
    models = List.copyOf(models);
    adminIf = Map.copyOf(adminIf);
    viewerIf = Map.copyOf(viewerIf);
    teamAdminIf = Map.copyOf(teamAdminIf);
  }

  /** Whether its tokens can grant any administrator role. */
  public boolean hasAdmins() {
    return !adminIf.isEmpty() || !viewerIf.isEmpty() || !teamAdminIf.isEmpty();
  }
}
