package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.http.Clients;
import io.nexus.server.http.ConnectionDeadlines;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** JSON Web Tokens of an identity provider as keys. */
class TokensTest {

  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final String CONFIG =
      """
      [[auth.jwt]]
      name = "okta"
      issuer = "https://issuer.example"
      audience = "nexus"
      jwks_url = "JWKS"
      claims = { user = "email", team = "groups[0]", tags = "app.tags" }
      models = ["m"]
      admin_if = { groups = "admins" }
      team_admin_if = { "https://nexus.example/lead" = "true" }
      [[teams]]
      name = "others"
      models = ["n*"]
      [[budgets]]
      name = "research"
      match = { team = "research" }
      limit = 1
      hard_limit_action = "reject"
      """
          + GatewayBox.ONE_CLOUD;

  private static RSAKey first;
  private static ECKey second;

  private volatile List<JWK> published = List.of();
  private final AtomicInteger asked = new AtomicInteger();
  private WebServer provider;
  private ConnectionDeadlines deadlines;
  private Upstream upstream;
  private GatewayBox box;

  @BeforeAll
  static void keys() throws Exception {
    first = new RSAKeyGenerator(2048).keyID("one").generate();
    second = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
  }

  @BeforeEach
  void start() throws IOException {
    published = List.of(first);
    var config = ((Loaded) NexusConfig.defaults(Map.of("NEXUS_SERVER__PORT", "0"))).config();
    deadlines = Wiring.deadlines(config.server());
    var guard = Wiring.guard(config.server(), new Clients(() -> NOW, () -> true));
    var routing =
        HttpRouting.builder()
            .get(
                "/jwks",
                (_, response) -> {
                  asked.incrementAndGet();
                  response.send(new JWKSet(published).toString(true));
                });
    provider =
        HttpServer.create(config.server(), routing, guard, deadlines, null, InstantSource.system())
            .start();
    upstream = Upstream.answering("Hi", UpstreamUsage.of(1000, 100));
    var url = "http://127.0.0.1:" + provider.port() + "/jwks";
    box = GatewayBox.of(CONFIG.replace("JWKS", url), upstream).start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
    provider.stop();
    deadlines.close();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://issuer.example")
        .audience("nexus")
        .subject("s-1")
        .claim("email", "alice@example.com")
        .claim("groups", List.of("research", "staff"))
        .claim("app", Map.of("tags", List.of("batch", "night")))
        .expirationTime(Date.from(NOW.plusSeconds(600)));
  }

  private static String token(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
    var jwt = new SignedJWT(header("one"), change.apply(claims()).build());
    jwt.sign(new RSASSASigner(first));
    return jwt.serialize();
  }

  private static JWSHeader header(String kid) {
    return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).type(JOSEObjectType.JWT).build();
  }

  private static String ofSecond() throws Exception {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("two").build(), claims().build());
    jwt.sign(new ECDSASigner(second));
    return jwt.serialize();
  }

  private RawHttp.Answer send(String method, String path, String body, String token)
      throws IOException {
    try (var client = RawHttp.connect(box.port())) {
      client.request(method, path, body, "Authorization: Bearer " + token);
      return client.read();
    }
  }

  private int chat(String token) throws IOException {
    return send("POST", GatewayBox.CHAT, GatewayBox.ask(), token).status();
  }

  @Test
  void token_ofTheProvider_isServedAsWhoItNames() throws Exception {
    var token = token(each -> each);
    assertEquals(200, chat(token));
    assertEquals(200, chat(token));
    assertEquals(1, asked.get(), "the keys are asked for once");
    var who = GatewayBox.json(send("GET", "/v1/key", "", token));
    assertEquals("okta", who.path("name").asText(), who::toString);
    assertEquals("alice@example.com", who.path("user").asText());
    assertEquals("research", who.path("team").asText());
    assertEquals("[\"batch\",\"night\"]", who.path("tags").toString());
    assertEquals("research", who.at("/budgets/0/name").asText(), who::toString);
    var other = GatewayBox.ask().replace("\"m\"", "\"x\"");
    assertEquals(403, send("POST", GatewayBox.CHAT, other, token).status());
  }

  @Test
  void token_thatDoesNotHold_isRefusedAndSaysWhy() throws Exception {
    assertRefused(token(each -> each.expirationTime(Date.from(NOW.minusSeconds(61)))), "Expired");
    assertEquals(200, chat(token(each -> each.expirationTime(Date.from(NOW.minusSeconds(30))))));
    assertRefused(
        token(each -> each.notBeforeTime(Date.from(NOW.plusSeconds(90)))), "before use time");
    assertRefused(token(each -> each.audience("other")), "aud claim");
    assertRefused(token(each -> each.issuer("https://other.example")), "issuer");
    assertRefused(token(each -> each.expirationTime(null)), "exp");
    var token = token(each -> each);
    var cut = token.lastIndexOf('.');
    var other = token(each -> each.subject("x"));
    assertRefused(token.substring(0, cut) + other.substring(other.lastIndexOf('.')), "");
    assertRefused(token.substring(0, cut), "signed");
    assertRefused("ey.x.y", "signed");
    assertRefused("", "Incorrect or missing");
  }

  private void assertRefused(String token, String why) throws IOException {
    var answer = send("POST", GatewayBox.CHAT, GatewayBox.ask(), token);
    assertEquals(401, answer.status(), answer::text);
    assertTrue(answer.text().contains(why), answer::text);
    assertFalse(token.length() > 20 && answer.text().contains(token.substring(0, 20)));
  }

  @Test
  void token_signedWithNoneOrAPublicKeyAsASecret_isRefused() throws Exception {
    assertRefused(new PlainJWT(claims().build()).serialize(), "signed");
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
    jwt.sign(new MACSigner(first.toRSAPublicKey().getEncoded()));
    assertRefused(jwt.serialize(), "");
  }

  @Test
  void keys_replacedAtTheProvider_areAskedForAtABoundedRate() throws Exception {
    assertEquals(200, chat(token(each -> each)));
    assertEquals(401, chat(ofSecond()));
    published = List.of(first, second);
    int before = asked.get();
    for (int i = 0; i < 20; i++) {
      chat(ofSecond());
    }
    assertTrue(asked.get() - before <= 2, "asked " + asked.get() + " after " + before);
    assertEquals(200, chat(token(each -> each.subject("s-2"))));
  }

  @Test
  void provider_away_keepsKnownKeysInForce() throws Exception {
    assertEquals(200, chat(token(each -> each)));
    provider.stop();
    assertEquals(200, chat(token(each -> each.subject("s-2"))));
  }

  @Test
  void provider_neverReached_isSaidAsSuch() throws Exception {
    provider.stop();
    var answer = send("POST", GatewayBox.CHAT, GatewayBox.ask(), token(each -> each));
    assertEquals(503, answer.status(), answer::text);
    assertTrue(answer.text().contains("identity_unavailable"), answer::text);
  }

  @Test
  void token_ofAnAdministrator_opensTheAdminApi() throws Exception {
    var admin = token(each -> each.claim("groups", List.of("research", "admins")));
    assertEquals(200, send("GET", "/admin/v1/overview", "", admin).status());
    var made = send("POST", "/admin/v1/keys", "{\"name\":\"new\"}", admin);
    assertEquals(201, made.status(), made::text);
    var changes = GatewayBox.json(send("GET", "/admin/v1/changes", "", admin)).path("data");
    assertEquals("alice@example.com", changes.at("/0/by/admin_key").asText(), changes::toString);
    var plain = token(each -> each);
    assertEquals(403, send("GET", "/admin/v1/overview", "", plain).status());
    var lead = token(each -> each.claim("https://nexus.example/lead", true));
    assertEquals(403, send("GET", "/admin/v1/overview", "", lead).status());
    var team = GatewayBox.json(send("POST", "/admin/v1/keys", "{\"name\":\"k\"}", lead));
    assertEquals("research", team.path("team").asText(), team::toString);
  }

  @Test
  void models_ofTheTokensTeam_narrowItsOwn() throws Exception {
    var token = token(each -> each.claim("groups", List.of("others")));
    assertEquals(403, chat(token));
    var models = GatewayBox.json(send("GET", "/v1/models", "", token));
    assertTrue(models.path("data").isEmpty(), models::toString);
  }

  @Test
  void budget_ofTheTokensTeam_isCharged() throws Exception {
    var token = token(each -> each);
    assertEquals(200, chat(token));
    var who = GatewayBox.json(send("GET", "/v1/key", "", token));
    assertEquals(3_500_000, GatewayBox.nanos(who.at("/budgets/0/spent")), who::toString);
  }
}
