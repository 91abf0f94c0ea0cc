package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What keys, tokens, teams and administrators may, on two launched gateways that share a
 * PostgreSQL: each thing is said on one and holds on the other.
 */
@Timeout(300)
class CallersIT {

  private static final String ROOT = "nx-admin";
  private static final UpstreamUsage NOTHING = UpstreamUsage.of(0, 0);

  @TempDir private Path temp;

  private PostgresServer server;
  private RSAKey signer;
  private Upstream provider;
  private volatile List<JWK> published;
  private Station station;
  private LaunchedGateway one;
  private LaunchedGateway other;

  @BeforeEach
  void start() throws Exception {
    server = new PostgresServer();
    signer = new RSAKeyGenerator(2048).keyID("one").generate();
    published = List.of(signer);
    provider =
        Upstream.start(_ -> UpstreamReply.json(200, new JWKSet(published).toString(true), NOTHING));
    Files.writeString(temp.resolve("jwks.json"), new JWKSet(signer).toString(true));
    Files.writeString(temp.resolve("key"), "in-the-file");
    station =
        Station.open(temp)
            .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
            .with("NEXUS_ADMIN_KEY", ROOT)
            .with("VIEWER", "nx-viewer")
            .with("LEAD", "nx-lead");
    var ledger = server.newLedger();
    one = gateway("a", ledger);
    other = gateway("b", ledger);
  }

  @AfterEach
  void stop() throws Exception {
    station.close();
    provider.close();
    server.close();
  }

  private LaunchedGateway gateway(String node, LedgerSettings ledger) throws Exception {
    return station.gateway(
        node,
        """
        [server]
        watch = true
        [ledger]
        url = "%s"
        node = "%s"
        [[admin_keys]]
        name = "vera"
        key_env = "VIEWER"
        role = "viewer"
        [[admin_keys]]
        name = "tim"
        key_env = "LEAD"
        role = "team_admin"
        team = "narrow"
        [[auth.jwt]]
        issuer = "https://issuer.example"
        audience = "nexus"
        jwks_file = "%s"
        claims = { user = "email", team = "groups[0]" }
        admin_if = { groups = "admins" }
        [[auth.jwt]]
        name = "by-url"
        issuer = "https://keys.example"
        audience = "nexus"
        jwks_url = "%s/jwks"
        claims = { user = "email" }
        [[teams]]
        name = "narrow"
        models = ["other*"]
        limit = 10
        [[keys]]
        name = "file"
        key_file = "%s"
        [[budgets]]
        name = "each-user"
        per = "user"
        limit = 1
        window = "lifetime"
        hard_limit_action = "reject"
        """
            .formatted(
                ledger.url(),
                node,
                temp.resolve("jwks.json"),
                provider.url(),
                temp.resolve("key")));
  }

  private static Answer send(
      LaunchedGateway gateway, String key, String method, String path, String body)
      throws IOException {
    try (var client = gateway.connect()) {
      client.request(method, path, body, "Authorization: Bearer " + key);
      return client.read();
    }
  }

  private static JsonNode admin(
      LaunchedGateway gateway, int status, String key, String method, String path, String body)
      throws IOException {
    var answer = send(gateway, key, method, "/admin/v1/" + path, body);
    assertEquals(status, answer.status(), answer::text);
    return GatewayBox.json(answer);
  }

  private String made(String fields) throws IOException {
    return admin(one, 201, ROOT, "POST", "keys", "{" + fields + "}").path("key").asText();
  }

  private static Answer chat(LaunchedGateway gateway, String key, String user) throws IOException {
    var body = Station.ask().replaceFirst("\\{", "{\"user\":\"" + user + "\",");
    return send(gateway, key, "POST", Chats.PATH, body);
  }

  private static int known(LaunchedGateway gateway, String key) throws IOException {
    return send(gateway, key, "GET", "/v1/key", "").status();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "it did not come about");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private String token(String email, String... groups) throws Exception {
    return token("https://issuer.example", signer, email, groups);
  }

  private static String token(String issuer, RSAKey key, String email, String... groups)
      throws Exception {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience("nexus")
            .subject("s-1")
            .claim("email", email)
            .claim("groups", List.of(groups))
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
    var jwt = new SignedJWT(header, claims);
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  @Test
  void key_whatItMay_holdsOnTheOtherGateway() throws Exception {
    var narrow = made("\"name\":\"narrow\",\"models\":[\"other*\"]");
    await(() -> known(other, narrow) == 200);
    var refused = chat(other, narrow, "");
    assertEquals(403, refused.status(), refused::text);
    assertEquals("model_not_allowed", GatewayBox.json(refused).at("/error/code").asText());
    var models = GatewayBox.json(send(other, narrow, "GET", "/v1/models", ""));
    assertTrue(models.path("data").isEmpty(), models::toString);

    var apis = made("\"name\":\"apis\",\"apis\":[\"embeddings\"]");
    await(() -> known(other, apis) == 200);
    assertEquals(403, chat(other, apis, "").status());

    var short_ = "\"name\":\"short\",\"expires_at\":\"" + Instant.now().plusSeconds(5) + "\"";
    var expires = made(short_);
    await(() -> known(other, expires) == 200);
    await(() -> known(other, expires) == 401);

    var own =
        made(
            "\"name\":\"own\",\"user\":\"dora\",\"limit\":0.005,\"window\":\"lifetime\","
                + "\"over_budget_status\":402");
    await(() -> known(other, own) == 200);
    admin(one, 200, ROOT, "PATCH", "budgets/each-user%2Falice", "{\"limit\":0}");
    assertEquals(200, chat(other, own, "alice").status(), "its own user counts");
    assertEquals(503, chat(other, own, "alice").status(), "a budget of its own, local only");
    admin(one, 200, ROOT, "PATCH", "budgets/each-user%2Fdora", "{\"limit\":0}");
    await(() -> chat(other, own, "").status() == 402);
    await(() -> admin(other, 200, ROOT, "GET", "keys/own", "").path("last_used_at").isTextual());

    var rotated =
        admin(other, 200, ROOT, "POST", "keys/own/rotate", "{\"grace_seconds\":3}").path("key");
    await(() -> known(one, rotated.asText()) == 200);
    await(() -> known(one, own) == 401);
    assertEquals(200, known(one, rotated.asText()));

    assertEquals(200, known(one, "in-the-file"));
    Files.writeString(temp.resolve("key"), "another");
    await(() -> known(one, "another") == 200 && known(other, "another") == 200);
    assertEquals(401, known(one, "in-the-file"));
  }

  @Test
  void token_ofATeam_isChargedAndNarrowedAsItsKeys() throws Exception {
    var bob = token("bob", "staff");
    assertEquals(200, chat(other, bob, "alice").status());
    var who = GatewayBox.json(send(other, bob, "GET", "/v1/key", ""));
    assertEquals("bob", who.path("user").asText(), who::toString);
    assertEquals("staff", who.path("team").asText());
    assertEquals(403, chat(other, token("ann", "narrow"), "").status());
    admin(one, 201, ROOT, "POST", "teams", "{\"name\":\"staff\",\"models\":[\"other\"]}");
    await(() -> chat(other, bob, "").status() == 403);
    admin(one, 200, ROOT, "PATCH", "budgets/each-user%2Fcid", "{\"limit\":0}");
    var cid = token("cid", "ops");
    await(() -> chat(other, cid, "").status() != 200);
    admin(other, 200, token("eva", "admins"), "GET", "keys", "");
    admin(other, 403, bob, "GET", "keys", "");
    var forged = token("eva", "admins");
    assertEquals(401, known(other, forged.substring(0, forged.lastIndexOf('.') + 1) + "AAAA"));
    byTheProvidersAddress();
  }

  /** The provider's keys come from its address, also new ones, and hold while it is away. */
  private void byTheProvidersAddress() throws Exception {
    var issuer = "https://keys.example";
    var next = new RSAKeyGenerator(2048).keyID("two").generate();
    for (var gateway : List.of(one, other)) {
      assertEquals(200, chat(gateway, token(issuer, signer, "dan"), "").status());
    }
    published = List.of(next);
    var who = GatewayBox.json(send(other, token(issuer, next, "dan"), "GET", "/v1/key", ""));
    assertEquals("dan", who.path("user").asText(), who::toString);
    assertEquals(401, known(other, token(issuer, signer, "eve")), "it is published no more");
    assertEquals(401, known(other, token("https://issuer.example", next, "eve")), "another's key");
    provider.close();
    assertEquals(200, known(other, token(issuer, next, "fay")));
  }

  @Test
  void administrators_byTheirRoles_doWhatTheyMayAndAreRecorded() throws Exception {
    admin(other, 200, "nx-viewer", "GET", "keys", "");
    admin(other, 403, "nx-viewer", "POST", "keys", "{\"name\":\"k\"}");
    admin(one, 201, "nx-lead", "POST", "keys", "{\"name\":\"k\",\"team\":\"narrow\"}");
    admin(one, 403, "nx-lead", "POST", "keys", "{\"name\":\"l\",\"team\":\"ops\"}");
    var budget = "{\"name\":\"b\",\"match\":{\"team\":\"narrow\",\"key\":\"k\"},\"limit\":";
    admin(one, 201, "nx-lead", "POST", "budgets", budget + "5}");
    assertNotEquals(
        201, send(one, "nx-lead", "POST", "/admin/v1/budgets", budget + "50}").status());
    admin(one, 409, ROOT, "POST", "keys", "{\"name\":\"file\"}");

    await(() -> send(other, ROOT, "GET", "/admin/v1/keys/k", "").status() == 200);
    var version = admin(other, 200, ROOT, "GET", "keys/k", "").path("version").asLong();
    admin(other, 200, ROOT, "PATCH", "keys/k", "{\"notes\":\"n\"}");
    try (var client = one.connect()) {
      client.request(
          "PATCH",
          "/admin/v1/keys/k",
          "{\"notes\":\"m\"}",
          "Authorization: Bearer " + ROOT,
          "If-Match: \"" + version + "\"");
      assertEquals(412, client.read().status());
    }
    var ran = station.nexus("a", "check", "--from-ledger");
    assertEquals(0, ran.exit(), ran.out());
    assertTrue(ran.out().contains("port = 0  # NEXUS_SERVER__PORT"), ran.out());
    assertTrue(ran.out().contains("host = \"127.0.0.1\"  # default"), ran.out());
    assertTrue(ran.out().contains("# admin API: key k {"), ran.out());
    assertTrue(ran.out().contains("\"notes\":\"n\""), ran.out());
    assertFalse(ran.out().contains("sha256\":"), ran.out());

    var changes = admin(other, 200, ROOT, "GET", "changes?limit=2", "");
    var latest = changes.at("/data/0");
    assertEquals("key.change", latest.path("action").asText(), latest::toString);
    assertEquals("k", latest.path("target").asText());
    assertEquals("127.0.0.1", latest.at("/by/address").asText());
    assertEquals("n", latest.at("/after/notes").asText());
    assertFalse(latest.at("/before/notes").isTextual(), latest::toString);
    assertTrue(changes.path("has_more").asBoolean());
    var next = admin(other, 200, ROOT, "GET", "changes?after=" + changes.at("/data/1/version"), "");
    assertEquals("key.create", next.at("/data/0/action").asText(), next::toString);
    assertEquals("tim", next.at("/data/0/by/admin_key").asText(), next::toString);
  }
}
