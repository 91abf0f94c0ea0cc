package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.control.money.Money;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Making;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launched gateway, and what providers really answer with. */
@Timeout(240)
class ProviderAnswersIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String NO_END = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  private static final String IMAGE_HEAD = NO_END + "Content-Type: text/event-stream\r\n\r\n";

  @TempDir private Path temp;

  /**
   * One answer, and what it may be charged.
   *
   * @param form {@code json} or {@code sse}, and in what it is wrapped
   */
  private record Case(String name, String form, String least, String most, String text) {

    boolean isStream() {
      return form.startsWith("sse");
    }

    String ask() {
      var more = text.contains("service_tier") ? ",\"service_tier\":\"priority\"" : "";
      return "{\"model\":\"m\",\"user\":\"%s\",\"stream\":%s%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]}"
          .formatted(name, isStream(), more);
    }

    Raw reply() {
      boolean isGzip = form.endsWith("gzip") || form.endsWith("members");
      var coding = isGzip ? "gzip" : form.endsWith("zlib") ? "deflate" : "";
      var type = isStream() ? "text/event-stream" : "application/json";
      if (form.endsWith("ndjson")) {
        type = "application/x-ndjson";
      }
      byte[] body = bytes();
      var head =
          NO_END
              + "Content-Type: %s\r\n".formatted(type)
              + (coding.isEmpty() ? "" : "Content-Encoding: %s\r\n".formatted(coding))
              + "Content-Length: %d\r\n\r\n".formatted(body.length);
      return new Raw(List.of(Wire.bytes(head), body), Pace.atOnce(), true);
    }

    private byte[] bytes() {
      int word = form.indexOf(' ');
      return switch (word < 0 ? "" : form.substring(word + 1)) {
        case "", "ndjson" -> Wire.bytes(text);
        case "bom" -> Wire.bytes("\uFEFF" + text);
        case "cr" -> Wire.bytes(text.replace('\n', '\r'));
        case "crlf" -> Wire.bytes(text.replace("\n", "\r\n"));
        case "lf" -> Wire.bytes(text.replace("\n\n", "\n"));
        case "latin1" -> text.getBytes(StandardCharsets.ISO_8859_1);
        case "utf16" -> text.getBytes(StandardCharsets.UTF_16);
        case "gzip", "zlib" -> packed(text);
        case "members" -> members();
        default -> throw new IllegalArgumentException(form);
      };
    }

    /** As a server packs that flushes after each piece. */
    private byte[] members() {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(packed(text.substring(0, 20)));
      bytes.writeBytes(packed(text.substring(20)));
      return bytes.toByteArray();
    }

    private byte[] packed(String text) {
      var bytes = new ByteArrayOutputStream();
      try (var out =
          form.endsWith("zlib") ? new DeflaterOutputStream(bytes) : new GZIPOutputStream(bytes)) {
        out.write(Wire.bytes(text));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return bytes.toByteArray();
    }
  }

  /** The files, each alone and, if it is one document, its usage at the end of a stream, too. */
  private static List<Case> files() throws IOException {
    var right = new LinkedHashMap<String, String>();
    right.put("01-both-names-zero.json", "0.00075");
    right.put("02-reasoning-apart.json", "0.00111");
    right.put("04-cache-names-of-anthropic.json", "0.007575");
    right.put("06-cost-of-provider.json", "0.00942");
    right.put("07-priority.json", "0.007");
    right.put("08-usage-only-at-start.sse", "0.0030625..0.0041");
    right.put("10-zero-usage-last.sse", "0.00225");
    right.put("11-data-on-several-lines.sse", "0.0030175");
    right.put("12-usage-in-choice.sse", "0.00205");
    var cases = new ArrayList<Case>();
    for (var file : right.entrySet()) {
      var text = resource(file.getKey());
      var usd = file.getValue();
      var form = file.getKey().endsWith("json") ? "json" : "sse";
      cases.add(of(file.getKey(), form, usd, text));
      if (form.equals("json")) {
        var whole = new JsonMapper().readTree(text);
        var last = new JsonMapper().createObjectNode();
        last.putArray("choices");
        last.set("usage", whole.get("usage"));
        if (whole.has("service_tier")) {
          last.set("service_tier", whole.get("service_tier"));
        }
        var piece =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello there\"}}]}\n\n";
        var stream = piece + "data: " + last + "\n\ndata: [DONE]\n\n";
        cases.add(of(file.getKey() + "-as-a-stream", "sse", usd, stream));
      }
    }
    return cases;
  }

  /** The blocks of the other file: a line with name, form and charge, and then the answer. */
  private static List<Case> kinds() throws IOException {
    var cases = new ArrayList<Case>();
    for (var block : resource("kinds.txt").split("(?m)^=== ", -1)) {
      var parts = block.split("\n", 2);
      var head = parts[0].split(" \\| ", 3);
      if (head.length == 3) {
        cases.add(of(head[0], head[1], head[2], parts[1]));
      }
    }
    return cases;
  }

  private static Case of(String name, String form, String usd, String text) {
    var bounds = usd.split("\\.\\.", 2);
    return new Case(name, form, bounds[0], bounds[bounds.length - 1], text);
  }

  @Test
  void answers_ofEveryKind_areChargedWhatTheProviderBills() throws Exception {
    var cases = new ArrayList<>(files());
    cases.addAll(kinds());
    Map<String, Case> byName = new LinkedHashMap<>();
    cases.forEach(each -> byName.put(each.name(), each));
    assertEquals(cases.size(), byName.size(), "names are unique");
    long charged = chargeAll(byName);
    var ran = LaunchedGateway.run(temp.resolve("one"), Map.of(), "spend", "--json");
    var total = GatewayBox.parse(ran.out()).at("/total/cost_usd");
    assertEquals(charged, GatewayBox.nanos(total), "the ledger has the same");
  }

  /** Asks for each answer once; gives what they were charged together. */
  private long chargeAll(Map<String, Case> cases) throws Exception {
    var wrong = new ArrayList<String>();
    long before = 0;
    try (var upstream = Upstream.start(request -> asked(cases, request).reply());
        var gateway = start(toml("10", upstream, "m"))) {
      for (var each : cases.values()) {
        try (var client = gateway.connect()) {
          var answer = client.post(CHAT, each.ask());
          long charged = spent(gateway) - before;
          before += charged;
          boolean isFree = Money.usd(each.most()).nanos() == 0;
          // A stream taken as broken off is charged by the time that it took.
          boolean isBroken = each.name().endsWith("broken off");
          boolean isKnown = isBroken || each.least().equals(each.most());
          if (charged < Money.usd(each.least()).nanos()
              || charged > Money.usd(each.most()).nanos()
              || answer.status() == 200 == isFree
              || (isKnown && answer.text().contains("The upstream broke off") != isBroken)) {
            wrong.add(
                each.name() + ": " + answer.status() + ", charged " + new Money(charged) + "\n");
          }
        }
      }
      assertEquals(List.of(), wrong);
      assertEquals(cases.size(), upstream.chats().size(), "each is sent once");
    }
    return before;
  }

  @Test
  void error_insideA200_isFreeAndTheNextBackendServes() throws Exception {
    var error = new Case("e", "json", "0", "0", "{\"error\":{\"message\":\"overloaded\"}}");
    var good = files().getFirst();
    try (var upstream = Upstream.start(_ -> error.reply());
        var other = Upstream.start(_ -> good.reply());
        var gateway = start(toml("10", upstream, "m") + second(other))) {
      try (var client = gateway.connect()) {
        var answer = client.post(CHAT, good.ask());
        assertEquals(200, answer.status(), answer::text);
        assertEquals("second", Chats.header(answer, "X-Nexus-Backend"));
      }
      assertEquals(1, upstream.chats().size());
      assertEquals(750_000, spent(gateway));
    }
  }

  @Test
  void picture_inADeltaOfAStreamThatTheClientLeaves_isNoText() throws Exception {
    var picture = new byte[330_000];
    new Random(5).nextBytes(picture);
    var text =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\",\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,"
            + Base64.getEncoder().encodeToString(picture)
            + "\"}}]}}]}\n\n";
    var gone = new CountDownLatch(1);
    Pace pace =
        part -> {
          if (part == 1) {
            gone.await();
          }
        };
    var parts = List.of(Wire.bytes(IMAGE_HEAD + text), Wire.bytes("x"));
    try (var upstream = Upstream.start(_ -> new Raw(parts, pace, true));
        var gateway = start(toml("10", upstream, "m"))) {
      try (var client = gateway.connect()) {
        client.open(CHAT, Chats.body("m", "\"stream\":true"));
        assertTrue(client.event().orElseThrow().data().length() > 440_000);
      }
      gone.countDown();
      // As text it is 1.27 dollars. The time in which nothing came is owed, two cents a second.
      long spent = spent(gateway);
      assertTrue(spent > 0 && spent < 300_000_000, spent + " nanos");
    }
  }

  @Test
  void upstream_thatAnswersTwiceOnAKeptConnection_confusesNobody() throws Exception {
    try (var upstream =
            Upstream.start(
                request -> {
                  var answer =
                      "{\"choices\":[{\"message\":{\"content\":\"for %d\"}}]}"
                          .formatted(request.number());
                  var whole =
                      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                          .formatted(answer.length(), answer);
                  return new Raw(List.of(Wire.bytes(whole + whole)), Pace.atOnce(), false);
                });
        var gateway = start(toml("10", upstream, "m"))) {
      for (int i = 0; i < 10; i++) {
        try (var client = gateway.connect()) {
          var answer = client.post(CHAT, Chats.body("m"));
          var text = "for " + upstream.chats().getLast().number();
          assertTrue(answer.text().contains('"' + text + '"'), answer::text);
        }
      }
      assertEquals(10, upstream.chats().size());
    }
  }

  /** Streams that show nothing of what they make, or say in each chunk that they end. */
  @ParameterizedTest
  @CsvSource({"gemini-2.5-pro, 3000, 1, '', 6", "m, 2000, 2000, '\"\"', 4"})
  void streams_atOnceOnASmallBudget_stayWithinIt(
      String model, long total, long shown, String reason, int streams) throws Exception {
    var made = Making.of(8, total, 1_500, shown).saying(reason);
    try (var upstream = Upstream.start(_ -> made).price(Prices.of("2.5", "10"));
        var gateway = start(toml("0.02", upstream, model))) {
      var ask = Chats.body(model, "\"stream\":true");
      var answers = Chats.atOnce(gateway.port(), PATIENCE, streams, _ -> ask);
      assertFalse(answers.isEmpty());
      long charged = spent(gateway);
      long bill = upstream.billNanos();
      assertTrue(bill <= charged, bill + " billed, charged " + charged);
      assertTrue(charged <= 20_000_000, "charged " + charged);
    }
  }

  private static String toml(String limit, Upstream upstream, String model) {
    return """
    [budget]
    monthly_limit = %s
    [routing]
    strategy = "priority_only"
    [health_check]
    failure_threshold = 1000
    [[backends]]
    name = "first"
    type = "generic"
    location = "cloud"
    url = "%s"
    models = ["%s"]
    [[pricing]]
    model = "*"
    input = 2.5
    cached_input = 0.25
    cache_write = 3.125
    output = 10
    [pricing.tiers.priority]
    input = 5
    output = 20
    """
        .formatted(limit, upstream.url(), model);
  }

  private static String second(Upstream upstream) {
    return """
    [[backends]]
    name = "second"
    type = "generic"
    location = "cloud"
    url = "%s"
    models = ["m"]
    priority = 900
    """
        .formatted(upstream.url());
  }

  private static Case asked(Map<String, Case> cases, UpstreamRequest request) {
    var name = request.json().path("user").asText();
    return Objects.requireNonNull(cases.get(name), name);
  }

  private LaunchedGateway start(String toml) throws Exception {
    return LaunchedGateway.start(temp.resolve("one"), toml, Map.of());
  }

  private static long spent(LaunchedGateway gateway) throws Exception {
    JsonNode stats = gateway.await(seen -> GatewayBox.nanos(seen.at("/budget/held_usd")) == 0);
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  private static String resource(String file) throws IOException {
    try (var in = ProviderAnswersIT.class.getResourceAsStream("providers/" + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
