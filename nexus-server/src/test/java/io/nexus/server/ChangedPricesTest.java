package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.cli.NexusCommand;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices that are made and changed while the gateway runs. */
class ChangedPricesTest {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String CONFIG =
      """
      [[admin_keys]]
      name = "olga"
      key_env = "VIEWER"
      role = "viewer"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      provider = "acme"
      url = "{0}"
      models = ["m", "other"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      [[pricing]]
      model = "other"
      provider = "acme"
      input = 1
      output = 2
      cached_input = 0.5
      fees = { search = 0.01 }
      """;

  @TempDir private Path folder;

  private Upstream upstream;
  private GatewayBox box;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 100));
    box =
        GatewayBox.of(CONFIG, upstream)
            .with("NEXUS_ADMIN_KEY", "nx-admin")
            .with("VIEWER", "nx-viewer")
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private Answer send(String method, String path, String body, String... headers)
      throws IOException {
    try (var client = box.connect()) {
      client.request(method, path, body, headers);
      return client.read();
    }
  }

  private JsonNode admin(int status, String method, String path, String body) throws IOException {
    var answer = send(method, "/admin/v1/" + path, body, ADMIN);
    assertEquals(status, answer.status(), answer::text);
    return GatewayBox.json(answer);
  }

  /** The cost of one request in nano-dollars: a hundred tokens of output. */
  private long cost() throws Exception {
    long before = GatewayBox.nanos(box.idle().at("/backends/0/spend_usd"));
    var answer = Chats.send(box, GatewayBox.ask("\"max_tokens\":100"));
    assertEquals(200, answer.status(), answer::text);
    return GatewayBox.nanos(box.idle().at("/backends/0/spend_usd")) - before;
  }

  private String source() throws IOException {
    var decision = GatewayBox.json(send("POST", "/v1/explain", GatewayBox.ask()));
    return decision.at("/candidates/0/price_source").asText();
  }

  @Test
  void price_madeChangedDeleted_isChargedFromTheNextHoldOn() throws Exception {
    assertEquals(1_000_000, cost());
    assertEquals("nexus.toml", source());

    var made = admin(201, "POST", "prices", "{\"model\":\"m\",\"input\":0,\"output\":20}");
    assertEquals("*/m", made.path("name").asText());
    assertTrue(made.path("overrides").asBoolean(), made::toString);
    assertEquals(2_000_000, cost());
    assertEquals("admin API", source());
    admin(409, "POST", "prices", "{\"model\":\"m\",\"input\":0,\"output\":30}");

    var stale =
        send("PATCH", "/admin/v1/prices/*%2Fm", "{\"output\":1}", ADMIN, "If-Match: \"99\"");
    assertEquals(412, stale.status(), stale::text);
    admin(200, "PATCH", "prices/*%2Fm", "{\"output\":40,\"fees\":{\"request\":0.001}}");
    assertEquals(5_000_000, cost());
    var changed = admin(200, "PATCH", "prices/*/m", "{\"fees\":{\"request\":null}}");
    assertEquals("40", changed.path("output").asText(), changed::toString);
    assertEquals(4_000_000, cost());

    admin(200, "POST", "reload", "");
    assertEquals(4_000_000, cost(), "after a reload, too");

    admin(200, "DELETE", "prices/*%2Fm", "");
    assertEquals(1_000_000, cost());
    assertEquals("nexus.toml", source());
    var changes = admin(200, "GET", "changes?limit=4", "").path("data");
    assertEquals(
        List.of("price.delete", "price.change", "price.change", "price.create"),
        changes.findValuesAsText("action"));
    assertEquals("10", changes.at("/0/after/output").asText());
    assertEquals("10", changes.at("/3/before/output").asText());
  }

  @Test
  void price_closerToTheName_holds() throws Exception {
    admin(201, "POST", "prices", "{\"model\":\"*\",\"input\":0,\"output\":50}");
    assertEquals(1_000_000, cost(), "the file names the model");
    var own = "{\"model\":\"m\",\"provider\":\"acme\",\"input\":0,\"output\":20}";
    admin(201, "POST", "prices", own);
    assertEquals(2_000_000, cost());
    admin(201, "POST", "prices", own.replace("20}", "30,\"from\":\"2026-03-01\"}"));
    assertEquals(3_000_000, cost(), "from its day on");
    admin(201, "POST", "prices", own.replace("20}", "70,\"from\":\"2026-12-01\"}"));
    assertEquals(3_000_000, cost());
    assertEquals(
        List.of("*/*", "acme/m", "acme/m@2026-03-01", "acme/m@2026-12-01"),
        admin(200, "GET", "prices?source=admin&sort=name", "")
            .path("data")
            .findValuesAsText("name"));
  }

  @Test
  void prices_ofTheFile_areShownAsItSays() throws Exception {
    var other = admin(200, "GET", "prices/acme%2Fother", "");
    assertEquals("0.5", other.path("cached_input").asText(), other::toString);
    assertEquals("0.01", other.at("/fees/search").asText());
    assertEquals("configuration", other.path("source").asText());
    assertEquals(0, other.path("version").asInt());
    admin(409, "PATCH", "prices/acme%2Fother", "{\"output\":3}");
    admin(409, "DELETE", "prices/acme%2Fother", "");
    admin(404, "GET", "prices/none", "");
    var viewer = "Authorization: Bearer nx-viewer";
    assertEquals(200, send("GET", "/admin/v1/prices", "", viewer).status());
    assertEquals(403, send("POST", "/admin/v1/prices", "{}", viewer).status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"input\":1,\"output\":1}|model",
        "{\"model\":\"x\",\"output\":1}|input",
        "{\"model\":\"x\",\"input\":-1,\"output\":1}|input",
        "{\"model\":\"x\",\"input\":1,\"output\":0.0000000001}|output",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"from\":\"soon\"}|from",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"provider\":\"a b\"}|provider",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"long_prompt_above\":9}|long_prompt_input",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"fees\":{\"moon\":1}}|fees",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"fees\":{\"\":1}}|fees",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"tiers\":{\"batch\":{\"moon\":1}}}|tiers",
        "{\"model\":\"x\",\"input\":1,\"output\":1,\"tiers\":{\"batch\":1}}|tiers",
      })
  void create_badValue_isTold(String body, String param) throws Exception {
    assertEquals(param, admin(400, "POST", "prices", body).at("/error/param").asText());
  }

  @Test
  void price_inALedger_lastsAndIsTheCommandsToo() throws Exception {
    var ledger = "jdbc:sqlite:" + folder.resolve("ledger.db");
    var setup =
        GatewayBox.of(CONFIG.replaceFirst("(?s)\\[\\[admin_keys.*?\\[\\[b", "[[b"), upstream)
            .with("NEXUS_ADMIN_KEY", "nx-admin")
            .with("NEXUS_LEDGER__URL", ledger)
            .with("NEXUS_LEDGER__NODE", "one")
            .onSystemClock();
    box.close();
    box = setup.start();
    admin(201, "POST", "prices", "{\"model\":\"m\",\"input\":0,\"output\":20}");
    box.close();
    box = setup.start();
    assertEquals(2_000_000, cost());
    assertEquals("admin API", source());
    box.close(); // Then the ledger has what was spent.
    box = setup.start();

    var file = folder.resolve("nexus.toml");
    Files.writeString(
        file,
        "[ledger]\nurl = \""
            + ledger
            + "\"\n[[backends]]\nname = \"cloud\"\ntype = \"generic\"\n"
            + "location = \"cloud\"\nprovider = \"acme\"\nurl = \"http://127.0.0.1:1\"\n"
            + "models = [\"m\"]\n[[pricing]]\nmodel = \"m\"\ninput = 0\noutput = 10\n");
    var shown = run("price", "m", "--from-ledger", "--config", file.toString());
    assertTrue(shown.contains("the entry 'm' of admin API"), shown);
    var plain = run("price", "m", "--config", file.toString());
    assertTrue(plain.contains("the entry 'm' of nexus.toml"), plain);
    var reprice =
        run("ledger", "reprice", "--since", "1d", "--dry-run", "--config", file.toString());
    assertTrue(reprice.contains("1 records looked at, 0 to correct"), reprice);
  }

  private static String run(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = NexusCommand.run(new PrintWriter(out), new PrintWriter(err), words);
    assertEquals(0, exit, () -> out + "\n" + err);
    return out.toString();
  }
}
