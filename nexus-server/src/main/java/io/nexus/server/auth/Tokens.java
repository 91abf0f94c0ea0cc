package io.nexus.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.SignedJWT;
import io.nexus.config.JwtConfig;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.KeyDigest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates tokens. A valid token is not verified again for some minutes, so that a request
 * costs one table look-up; a key that the provider has withdrawn works until then.
 *
 * <p>Only a token's digest is kept, and no message contains a token. Safe for any number of
 * threads.
 */
public final class Tokens {

  private static final Logger LOG = System.getLogger("io.nexus.auth");
  private static final int MOST_KNOWN = 10_000;
  private static final int LONGEST = 16 * 1024;
  private static final Duration TRUSTED = Duration.ofMinutes(5);

  private record Known(Bearer bearer, Instant until) {}

  private final List<Provider> providers;
  private final InstantSource clock;
  private final Map<KeyDigest, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<KeyDigest, Known> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  /** Accepts tokens of these providers, whose keys are fetched for the first token. */
  public Tokens(List<JwtConfig> providers, InstantSource clock) {
    this.providers = providers.stream().map(each -> new Provider(each, clock)).toList();
    this.clock = clock;
  }

  /** Whether it may be a token, rather than a key of another kind. */
  public static boolean mayBe(String presented) {
    return presented.startsWith("ey") && presented.indexOf('.') > 0;
  }

  /** The key as which it is served; empty if it is not a token. */
  public Optional<ClientKey> key(String presented) {
    return mayBe(presented) ? Optional.of(bearer(presented).key()) : Optional.empty();
  }

  /**
   * The identity in the token.
   *
   * @throws ApiException with status 401 if it is not valid, with 503 if the provider's keys are
   *     unavailable
   */
  public Bearer bearer(String token) {
    var digest = KeyDigest.of(token);
    var now = clock.instant();
    var seen = seen(digest);
    if (seen != null && seen.until.isAfter(now)) {
      return seen.bearer;
    }
    var bearer = checked(token);
    var trusted = now.plus(TRUSTED);
    remember(
        digest, new Known(bearer, bearer.until().isBefore(trusted) ? bearer.until() : trusted));
    return bearer;
  }

  private @Nullable Known seen(KeyDigest digest) {
    synchronized (known) {
      return known.get(digest);
    }
  }

  private void remember(KeyDigest digest, Known bearer) {
    synchronized (known) {
      known.put(digest, bearer);
    }
  }

  private Bearer checked(String token) {
    var signed = parsed(token);
    var issuer = issuer(signed);
    ApiException refusal =
        ApiException.unauthorized("This token is of an issuer that is not known here.");
    for (var provider : providers) {
      if (provider.issuer().equals(issuer)) {
        try {
          return provider.verified(signed);
        } catch (BadJOSEException e) {
          refusal = ApiException.unauthorized("This token does not hold: " + e.getMessage() + ".");
        } catch (RateLimitReachedException e) {
          refusal = ApiException.unauthorized("This token is signed by a key that is not known.");
        } catch (JOSEException e) {
          LOG.log(Level.WARNING, "No public keys of {0}: {1}", issuer, e.getMessage());
          refusal =
              ApiException.unavailable(
                  503,
                  "service_unavailable",
                  "identity_unavailable",
                  "The provider of this token cannot be asked for its keys now: try again soon.");
        }
      }
    }
    throw refusal;
  }

  private static SignedJWT parsed(String token) {
    try {
      if (token.length() <= LONGEST) {
        return SignedJWT.parse(token);
      }
    } catch (ParseException e) {
      // The cause may quote the token.
    }
    throw ApiException.unauthorized("This token is not a signed JSON Web Token.");
  }

  private static String issuer(SignedJWT token) {
    try {
      var issuer = token.getJWTClaimsSet().getIssuer();
      return issuer == null ? "" : issuer;
    } catch (ParseException e) {
      throw ApiException.unauthorized("This token says nothing that can be read.");
    }
  }
}
