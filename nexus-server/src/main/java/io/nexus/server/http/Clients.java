package io.nexus.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.nexus.config.KeyConfig;
import io.nexus.control.budget.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The clients that are known by their keys.
 *
 * <p>Keys are kept and looked up by their SHA-256 only, so neither the time that a look-up takes
 * nor the memory says anything of a key.
 */
public final class Clients {

  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final String BEARER = "bearer ";

  private final Map<String, Caller> bySha256 = new HashMap<>();

  /** The keys of the configuration; without any, everybody may come. */
  public Clients(List<KeyConfig> keys) {
    for (var key : keys) {
      bySha256.put(
          key.credential().sha256(),
          new Caller(key.name(), key.team().orElse(""), key.user().orElse(""), key.tags()));
    }
  }

  /**
   * Who sends a request.
   *
   * @throws ApiException with status 401 if keys are asked for and the request has none that is
   *     known
   */
  public Caller authenticate(ServerRequestHeaders headers) {
    if (bySha256.isEmpty()) {
      return Caller.ANONYMOUS;
    }
    var caller = bySha256.get(sha256(key(headers)));
    if (caller == null) {
      throw ApiException.invalid(
          401,
          "invalid_api_key",
          "Incorrect or missing API key: send one of this gateway's keys as"
              + " 'Authorization: Bearer KEY'.");
    }
    return caller;
  }

  private static String key(ServerRequestHeaders headers) {
    var authorization = headers.first(HeaderNames.AUTHORIZATION).orElse("");
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : headers.first(API_KEY).orElse("");
  }

  private static String sha256(String key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
