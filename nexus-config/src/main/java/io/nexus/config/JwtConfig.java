package io.nexus.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [[auth.jwt]]}: a provider of identities whose tokens are taken as keys.
 *
 * <p>A claim is named by its path, as {@code realm_access.roles} or {@code groups[0]}.
 *
 * @param name of the provider, which records and budgets know as the key
 * @param issuer what a token has to have as {@code iss}
 * @param audience what a token has to have in {@code aud}
 * @param jwksUrl where its public keys are
 * @param jwksFile a file that has them instead
 * @param claims which claims say {@code user}, {@code team} and {@code tags}
 * @param models what its tokens may ask for; none for everything
 * @param adminIf the claims, and what they have to be or contain, that make an administrator; none
 *     for nobody
 * @param viewerIf likewise, for those who may look at everything
 * @param teamAdminIf likewise, for administrators of their own team
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

  /** Whether a token of it can make an administrator of some kind. */
  public boolean hasAdmins() {
    return !adminIf.isEmpty() || !viewerIf.isEmpty() || !teamAdminIf.isEmpty();
  }
}
