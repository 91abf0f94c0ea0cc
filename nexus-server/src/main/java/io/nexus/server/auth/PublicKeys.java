package io.nexus.server.auth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.nexus.config.JwtConfig;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;

/**
 * The public keys of a provider. They are fetched again every quarter of an hour, and when a token
 * names an unknown one, at most twice in half a minute. Known keys stay in force while the provider
 * does not answer.
 */
final class PublicKeys {

  private static final Duration FRESH = Duration.ofMinutes(15);
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final Duration SELDOM = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofDays(365);
  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 3_000;
  private static final int MOST_BYTES = 512 * 1024;

  private PublicKeys() {}

  static JWKSource<SecurityContext> of(JwtConfig config) {
    return JWKSourceBuilder.create(source(config))
        .cache(FRESH.toMillis(), REFRESH.toMillis())
        .refreshAheadCache(false)
        .rateLimited(SELDOM.toMillis())
        .outageTolerant(OUTAGE.toMillis())
        .retrying(true)
        .build();
  }

  private static JWKSetSource<SecurityContext> source(JwtConfig config) {
    return config
        .jwksFile()
        .<JWKSetSource<SecurityContext>>map(OfFile::new)
        .orElseGet(() -> ofUrl(config));
  }

  private static JWKSetSource<SecurityContext> ofUrl(JwtConfig config) {
    try {
      return new URLBasedJWKSetSource<>(
          config.jwksUrl().orElseThrow().toURL(),
          new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MOST_BYTES));
    } catch (MalformedURLException e) {
      throw new IllegalStateException("the configuration takes http and https only", e);
    }
  }

  private record OfFile(Path file) implements JWKSetSource<SecurityContext> {
    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
        throws JWKSetUnavailableException {
      try {
        return JWKSet.parse(Files.readString(file));
      } catch (IOException | ParseException e) {
        throw new JWKSetUnavailableException("no key set can be read from " + file, e);
      }
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
