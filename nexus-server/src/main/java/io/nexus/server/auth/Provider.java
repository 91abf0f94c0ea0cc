package io.nexus.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.nexus.config.JwtConfig;
import io.nexus.config.KeyConfig;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.KeyRules;
import io.nexus.config.Role;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.KeyDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An identity provider and the meaning of its tokens. */
final class Provider {

  /** No algorithm with a shared secret: a public key must not be accepted as one. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /** A credential that no key matches. */
  private static final Credential NO_KEY = new Credential.Digest(KeyDigest.of("").hex());

  private static final Set<JOSEObjectType> TYPES = types();
  private static final int SKEW_SECONDS = 60;
  private static final int MOST_TAGS = 32;
  private static final int MOST_TEXT = 256;

  private final JwtConfig config;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Provider(JwtConfig config, InstantSource clock) {
    this.config = config;
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPES));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, PublicKeys.of(config)));
    processor.setJWTClaimsSetVerifier(verifier(config, clock));
  }

  /** The types of OpenID tokens, RFC 9068 tokens, and tokens without a type. */
  private static Set<JOSEObjectType> types() {
    var types = new HashSet<JOSEObjectType>();
    types.add(null);
    types.add(JOSEObjectType.JWT);
    types.add(new JOSEObjectType("at+jwt"));
    return types;
  }

  private static DefaultJWTClaimsVerifier<SecurityContext> verifier(
      JwtConfig config, InstantSource clock) {
    var verifier =
        new DefaultJWTClaimsVerifier<SecurityContext>(
            config.audience(),
            new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
            Set.of("exp", "sub")) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    verifier.setMaxClockSkew(SKEW_SECONDS);
    return verifier;
  }

  String issuer() {
    return config.issuer();
  }

  /**
   * Verifies a token and returns its identity.
   *
   * @throws BadJOSEException if it is not valid
   * @throws JOSEException if it cannot be verified
   */
  Bearer verified(SignedJWT token) throws BadJOSEException, JOSEException {
    var claims = processor.process(token, null);
    var all = claims.getClaims();
    var user = claimed("user", all).stream().findFirst();
    var team = claimed("team", all).stream().findFirst();
    return new Bearer(
        user.orElse(claims.getSubject()),
        key(user, team, claimed("tags", all)),
        role(all, team),
        claims.getExpirationTime().toInstant());
  }

  private List<String> claimed(String what, Map<String, Object> claims) {
    var path = config.claims().get(what);
    return path == null
        ? List.of()
        : new ClaimPath(path)
            .in(claims).stream()
                .filter(text -> text.length() <= MOST_TEXT)
                .limit(MOST_TAGS)
                .toList();
  }

  private Optional<Role> role(Map<String, Object> claims, Optional<String> team) {
    if (holds(config.adminIf(), claims)) {
      return Optional.of(Role.ADMIN);
    }
    if (holds(config.viewerIf(), claims)) {
      return Optional.of(Role.VIEWER);
    }
    return team.isPresent() && holds(config.teamAdminIf(), claims)
        ? Optional.of(Role.TEAM_ADMIN)
        : Optional.empty();
  }

  private static boolean holds(Map<String, String> conditions, Map<String, Object> claims) {
    return !conditions.isEmpty()
        && conditions.entrySet().stream()
            .allMatch(each -> new ClaimPath(each.getKey()).in(claims).contains(each.getValue()));
  }

  private ClientKey key(Optional<String> user, Optional<String> team, List<String> tags) {
    var rules = KeyRules.NONE;
    return ClientKey.of(
        new KeyConfig(
            config.name(),
            NO_KEY,
            Optional.empty(),
            team,
            user,
            tags,
            new KeyRules(
                config.models(),
                rules.apis(),
                rules.expiresAt(),
                rules.disabled(),
                rules.trustUser(),
                rules.mayTag(),
                rules.highPriority(),
                rules.overBudgetStatus()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        ClientKey.Source.CONFIGURATION,
        Instant.EPOCH,
        0);
  }
}
