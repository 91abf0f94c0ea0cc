package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console's page and its resources. */
class ConsoleTest {

  private static final Pattern FILE = Pattern.compile("(?:href|src)=\"(/console/[^\"]+)\"");
  private static final String GZIP = "Accept-Encoding: gzip, deflate, br";
  private static final int MOST_BYTES = 300_000;

  private AdminBox box;

  @BeforeEach
  void start() throws IOException {
    box = new AdminBox();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  private static List<String> files(Answer page) {
    return FILE.matcher(page.text()).results().map(match -> match.group(1)).distinct().toList();
  }

  private static void assertSafe(Answer answer) {
    var policy = answer.header("Content-Security-Policy").orElse("");
    assertTrue(policy.startsWith("default-src 'self';"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    assertEquals("nosniff", answer.header("X-Content-Type-Options").orElse(""));
  }

  @Test
  void page_andAllThatItNames_areServedPackedAndSmall() throws Exception {
    var page = box.send("GET", "/console", "");
    assertEquals(200, page.status());
    assertSafe(page);
    assertFalse(page.text().contains("http:") || page.text().contains("https:"), page.text());
    assertFalse(page.text().contains("{"), page.text());
    int bytes = page.body().length;
    var files = files(page);
    assertTrue(files.size() > 10, files.toString());
    for (var file : files) {
      var packed = box.send("GET", file, "", GZIP);
      assertEquals(200, packed.status(), file);
      assertSafe(packed);
      assertEquals("gzip", packed.header("Content-Encoding").orElse(""), file);
      assertTrue(packed.header("Cache-Control").orElse("").contains("immutable"), file);
      var plain = box.send("GET", file, "");
      assertEquals("", plain.header("Content-Encoding").orElse(""), file);
      try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
        assertArrayEquals(plain.body(), unpacked.readAllBytes(), file);
      }
      bytes += packed.body().length;
    }
    assertTrue(bytes < MOST_BYTES, bytes + " bytes on the first load");
  }

  @Test
  void file_ofAnotherVersion_isGone() throws Exception {
    var file = files(box.send("GET", "/console", "")).getLast();
    assertEquals(200, box.send("HEAD", file, "").status());
    var older = file.replaceFirst("/console/[0-9a-f]+/", "/console/000000000000/");
    assertEquals(404, box.send("GET", older, "").status());
    assertEquals(404, box.send("GET", file + ".map", "").status());
    assertEquals(405, box.send("POST", "/console", "").status());
    assertEquals(308, box.send("GET", "/console/", "").status());
  }

  @Test
  void page_withoutAdminKey_isNotThere() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var plain = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream);
        var client = plain.connect()) {
      assertEquals(404, client.get("/console").status());
      assertEquals(404, client.get("/admin/v1/overview").status());
    }
  }

  /** Other sites may link to the console; their other requests are refused. */
  @ParameterizedTest
  @CsvSource({
    "/console, navigate, document, 200",
    "/console, navigate, iframe, 403",
    "/console, no-cors, document, 403",
    "/v1/stats, navigate, document, 403",
    "/admin/v1/overview, navigate, document, 403",
  })
  void page_fromALinkElsewhere_opens(String path, String mode, String destination, int status)
      throws Exception {
    var answer =
        box.send(
            "GET",
            path,
            "",
            AdminBox.ADMIN,
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: " + mode,
            "Sec-Fetch-Dest: " + destination);
    assertEquals(status, answer.status(), answer.text());
  }

  @Test
  void wrongKeys_aFew_slowTheAddressDown() throws Exception {
    var client = box.send("GET", "/admin/v1/overview", "", AdminBox.ALICE);
    assertEquals(403, client.status());
    var seen = new ArrayList<Integer>();
    for (int i = 0; i < 60; i++) {
      seen.add(
          box.send("GET", "/admin/v1/budgets", "", "Authorization: Bearer guess" + i).status());
    }
    assertEquals(403, seen.getFirst());
    assertTrue(seen.contains(429), seen.toString());
    assertFalse(seen.contains(200), seen.toString());
  }

  private void spend(String key, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      var answer = box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, "Authorization: Bearer " + key);
      assertEquals(200, answer.status(), answer.text());
    }
  }

  @Test
  void overview_afterRequests_agreesWithTheStats() throws Exception {
    spend("key-of-alice", 2);
    spend("key-of-bob", 1);
    ended();
    var overview = box.admin(200, "GET", "/admin/v1/overview", "");
    var stats = box.admin(200, "GET", "/v1/stats", "");
    assertEquals(stats.path("requests"), overview.path("requests"));
    assertEquals(
        stats.at("/budget/current_spending_usd"),
        overview.at("/budget/spent"),
        overview.toString());
    assertEquals("m-only", overview.at("/tightest/0/name").asText());
    assertEquals(4, overview.at("/budgets/total").asInt());
    assertEquals(3, overview.at("/backends/0/requests").asInt());
  }

  private List<String> names(String query) throws IOException {
    var list = box.admin(200, "GET", "/admin/v1/standings" + query, "");
    var names = new ArrayList<String>();
    list.path("data").forEach(budget -> names.add(budget.path("name").asText()));
    return names;
  }

  @Test
  void standings_areFilteredSortedAndPaged() throws Exception {
    spend("key-of-alice", 1);
    assertEquals("research", names("").getFirst());
    assertEquals(List.of("global", "m-only", "others", "research"), names("?sort=name"));
    assertEquals(List.of("m-only", "others"), names("?sort=name&offset=1&limit=2"));
    assertEquals(List.of("research"), names("?search=RESEAR"));
    assertEquals(List.of(), names("?status=HardLimit"));
    var count = box.admin(200, "GET", "/admin/v1/standings?limit=1&search=o", "");
    assertEquals(3, count.path("total").asInt(), count.toString());
    box.admin(400, "GET", "/admin/v1/standings?sort=colour", "");
    box.admin(400, "GET", "/admin/v1/standings?limit=0", "");
    box.admin(400, "GET", "/admin/v1/standings?colour=red", "");
  }

  @Test
  void standings_ofABudgetForEachUser_foldItsValues() throws Exception {
    var each = "{\"name\":\"each\",\"per\":\"user\",\"limit\":5}";
    box.admin(201, "POST", "/admin/v1/budgets", each);
    spend("key-of-alice", 1);
    assertFalse(names("?limit=100").contains("each/al"));
    assertEquals(List.of("each/al"), names("?of=each"));
    var all = box.admin(200, "GET", "/admin/v1/standings?search=each", "").path("data");
    assertEquals("each", all.at("/0/name").asText(), all::toString);
    assertEquals(1, all.at("/0/values").asInt(), all::toString);
    assertEquals(List.of(), names("?of=none"));
  }

  private static long sum(JsonNode series) {
    long sum = 0;
    for (var line : series.path("data")) {
      sum += GatewayBox.nanos(line.path("cost_usd"));
    }
    return sum;
  }

  @Test
  void spend_cutAnyWay_addsUpToTheTotal() throws Exception {
    spend("key-of-alice", 3);
    spend("key-of-bob", 2);
    var whole = box.admin(200, "GET", "/v1/spend", "").at("/total/cost_usd");
    assertEquals(1_000_000_000L, GatewayBox.nanos(whole));
    for (var query :
        List.of(
            "",
            "?by=key",
            "?by=key&groups=1",
            "?by=key&every=hour&since=1d&groups=1",
            "?by=user&every=day",
            "?by=outcome&model=m")) {
      var series = box.admin(200, "GET", "/admin/v1/spend" + query, "");
      assertEquals(GatewayBox.nanos(whole), sum(series), query + series);
      assertEquals(whole, series.at("/total/cost_usd"), query);
    }
    var alice = box.admin(200, "GET", "/admin/v1/spend?key=alice&by=user", "");
    assertEquals("al", alice.at("/data/0/group").asText());
    assertEquals(600_000_000L, sum(alice));
    var none = box.admin(200, "GET", "/admin/v1/spend?team=", "");
    assertEquals(400_000_000L, sum(none), none.toString());
    var one = box.admin(200, "GET", "/admin/v1/spend?by=key&groups=1", "");
    assertTrue(one.at("/data/1/other").asBoolean(), one.toString());
    assertEquals(2, one.at("/data/1/requests").asInt());
    box.admin(400, "GET", "/admin/v1/spend?every=hour", "");
    box.admin(400, "GET", "/admin/v1/spend?by=colour", "");
    box.admin(400, "GET", "/admin/v1/spend?since=2026-03-01&until=2026-02-01", "");
  }

  @Test
  void records_pageByPage_areAllTheNewestFirst() throws Exception {
    spend("key-of-alice", 3);
    spend("key-of-bob", 2);
    var seen = new ArrayList<String>();
    var next = "";
    do {
      var page = box.admin(200, "GET", "/admin/v1/records?limit=2" + next, "");
      page.path("data").forEach(record -> seen.add(record.path("id").asText()));
      next = page.path("next").isNull() ? "" : "&before=" + page.path("next").asText();
    } while (!next.isEmpty());
    assertEquals(5, seen.stream().distinct().count(), seen.toString());
    assertEquals(5, seen.size(), seen.toString());
    var bob = box.admin(200, "GET", "/admin/v1/records?key=bob", "");
    assertEquals(2, bob.path("data").size(), bob.toString());
    assertEquals("completed", bob.at("/data/0/outcome").asText());
    box.admin(400, "GET", "/admin/v1/records?before=x", "");
  }

  /** The requests when none is under way: a client has its answer before its request has ended. */
  private JsonNode ended() throws IOException, InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    var list = box.admin(200, "GET", "/admin/v1/requests", "");
    while (list.toString().contains("\"running\"")) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still: " + list);
      }
      Thread.sleep(2);
      list = box.admin(200, "GET", "/admin/v1/requests", "");
    }
    return list;
  }

  @Test
  void requests_servedAndRefused_tellWhereAndWhy() throws Exception {
    spend("key-of-alice", 1);
    box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"limit\":0.21}");
    var refused = box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, AdminBox.ALICE);
    assertEquals(429, refused.status(), refused.text());
    var list = ended();
    assertEquals(2, list.path("data").size(), list.toString());
    var first = list.at("/data/1");
    assertEquals("served", first.path("state").asText());
    assertEquals("capability-match", first.at("/attempts/0/reason").asText());
    assertEquals(
        200_000_000L, GatewayBox.nanos(first.at("/attempts/0/record/cost_usd")), first.toString());
    assertTrue(
        GatewayBox.nanos(first.at("/attempts/0/hold_usd"))
            >= GatewayBox.nanos(first.at("/attempts/0/record/cost_usd")));
    assertEquals(0, GatewayBox.nanos(first.at("/attempts/0/held_usd")));
    var second = list.at("/data/0");
    assertEquals("refused", second.path("state").asText());
    assertEquals(429, second.path("status").asInt());
    assertTrue(second.at("/excluded/0/reason").asText().contains("budget 'research'"));
    assertFalse(list.toString().contains("Hi"), list.toString());
    var only = box.admin(200, "GET", "/admin/v1/requests?state=served&search=ALICE", "");
    assertEquals(first, only.at("/data/0"));
    var alone = box.admin(200, "GET", "/admin/v1/requests/" + second.path("id").asText(), "");
    assertEquals(second, alone);
  }

  @Test
  void configuration_secrets_areMasked() throws Exception {
    var toml = box.admin(200, "GET", "/admin/v1/configuration", "").path("toml").asText();
    assertTrue(toml.contains("name = \"research\""), toml);
    assertTrue(toml.contains("monthly_limit = 10\n"), toml);
    assertTrue(toml.matches("(?s).*\nsoft_limit_percent = \\S+  # default\n.*"), toml);
    assertFalse(toml.contains("key-of-alice") || toml.contains("the-admin-key"), toml);
  }

  @Test
  void models_eachOffer_hasItsPriceAndSource() throws Exception {
    var offers = box.admin(200, "GET", "/admin/v1/models", "").path("data");
    assertEquals(1, offers.size(), offers.toString());
    assertEquals("cloud", offers.at("/0/backend").asText());
    assertEquals(
        1_000_000_000_000L,
        GatewayBox.nanos(offers.at("/0/input_usd_per_million")),
        offers::toString);
  }
}
