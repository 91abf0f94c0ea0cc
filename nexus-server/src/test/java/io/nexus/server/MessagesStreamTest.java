package io.nexus.server;

import static io.nexus.server.MessagesTest.spent;
import static io.nexus.server.MessagesTest.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of messages: how each ends, and what it costs then. */
@Timeout(60)
class MessagesStreamTest {

  private static final String STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}";

  private static List<String> words(int count) {
    return Collections.nCopies(count, "word ");
  }

  /** An answer up to the request's limit, at this rate in tokens a second. */
  private static UpstreamReply running(UpstreamRequest request, int tokensASecond) {
    if (request.method().equals("GET")) {
      return Messages.models("m");
    }
    int most = request.json().path("max_tokens").asInt();
    var all = Messages.stream(words(most), UpstreamUsage.of(8, most)).chunks();
    var chunks = new ArrayList<>(all.subList(0, all.size() - 2));
    chunks.add(Messages.end("max_tokens", "{\"output_tokens\":" + most + "}"));
    chunks.add(all.getLast());
    return Messages.events(chunks, UpstreamUsage.of(8, most))
        .paced(UpstreamReply.Pace.perSecond(tokensASecond));
  }

  private static long named(List<String> events, String name) {
    return events.stream().filter(event -> event.startsWith("event: " + name)).count();
  }

  /** Each may be as long as the budget allows when it begins, and all together may not. */
  @Test
  void streams_thatAreCut_endAsAtTheirLengthLimit() throws Exception {
    try (Upstream upstream =
            Upstream.start(request -> running(request, 1000)).price(Prices.of("2.5", "10"));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0.1"), upstream);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var ask = Messages.streaming().replace("\"max_tokens\":500", "\"max_tokens\":100000");
      var clients = new ArrayList<Future<List<String>>>();
      for (int i = 0; i < 4; i++) {
        clients.add(threads.submit(() -> stream(box, ask)));
      }
      for (var client : clients) {
        var events = client.get();
        int last = events.size() - 1;
        assertEquals(STOP, events.get(last));
        var delta = GatewayBox.parse(events.get(last - 1).split("\ndata: ", 2)[1]);
        assertEquals("max_tokens", delta.at("/delta/stop_reason").asText());
        assertTrue(delta.at("/usage/output_tokens").asLong() > 0, delta::toString);
        assertTrue(delta.at("/usage/cost").asDouble() > 0, delta::toString);
        assertTrue(delta.at("/nexus/max_tokens_clamped").asLong() > 0, delta::toString);
        assertTrue(events.getFirst().startsWith("event: message_start"), events::getFirst);
        assertEquals(named(events, "content_block_start"), named(events, "content_block_stop"));
      }
      long spent = spent(box.idle());
      assertTrue(spent <= 100_000_000, () -> "spent " + spent);
      assertTrue(upstream.billNanos() <= spent, () -> upstream.billNanos() + " of " + spent);
      var _ = upstream.awaitCancellation(1);
    }
  }

  /** The client leaves during hidden reasoning: the output by then is charged. */
  @Test
  void stream_thatThinksUnseen_isChargedByTime_whenItsClientLeaves() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                    request -> {
                      if (request.method().equals("GET")) {
                        return Messages.models("m");
                      }
                      var chunks = new ArrayList<Chunk>();
                      chunks.add(Messages.start(UpstreamUsage.of(8, 1)));
                      var thought = "{\"type\":\"redacted_thinking\",\"data\":\"x\"}";
                      chunks.add(
                          Messages.event(
                              "content_block_start",
                              "\"index\":0,\"content_block\":" + thought,
                              0));
                      chunks.addAll(Collections.nCopies(20_000, new Chunk("", 1)));
                      return Messages.events(chunks, UpstreamUsage.of(8, 20_000))
                          .paced(UpstreamReply.Pace.perSecond(100));
                    })
                .price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var ask = Messages.streaming("\"thinking\":{\"type\":\"adaptive\"}");
      try (RawHttp client = RawHttp.connect(box.port())) {
        var open = ask.replace("\"max_tokens\":500", "\"max_tokens\":20000");
        assertEquals(200, client.open(Messages.PATH, open).status());
        assertTrue(client.event().orElseThrow().text().contains("message_start"));
        long end = System.nanoTime() + 30_000_000_000L;
        while (upstream.billNanos() < 1_000_000 && System.nanoTime() < end) {
          Thread.sleep(5);
        }
      }
      upstream.awaitCancellation(1);
      long spent = spent(box.idle());
      assertTrue(upstream.billNanos() >= 1_000_000, () -> "billed " + upstream.billNanos());
      assertTrue(upstream.billNanos() <= spent, () -> upstream.billNanos() + " of " + spent);
    }
  }

  @Test
  void stream_thatBreaks_endsWithAnError_andIsCharged() throws Exception {
    var usage = UpstreamUsage.of(8, 100);
    try (Upstream upstream =
            Upstream.start(
                    request ->
                        request.method().equals("GET")
                            ? Messages.models("m")
                            : Messages.stream(words(100), usage).breakingAfter(52, Break.CLOSE))
                .price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var events = stream(box, Messages.streaming());
      assertTrue(
          events
              .getLast()
              .startsWith(
                  "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\""),
          events::getLast);
      assertTrue(spent(box.idle()) >= upstream.billNanos());
    }
  }

  @Test
  void streamsError_beforeAnyText_isFree_andAnotherBackendServes() throws Exception {
    var usage = UpstreamUsage.of(8, 3);
    var overloaded =
        Messages.event(
            "error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}", 0);
    try (Upstream bad =
            Upstream.start(
                request ->
                    request.method().equals("GET")
                        ? Messages.models("m")
                        : Messages.events(List.of(overloaded), UpstreamUsage.of(0, 0)));
        Upstream good = Upstream.start(request -> Messages.reply(request, "All is well", usage));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("name = \"cloud\"", "name = \"first\"\npriority = 1")
                    + Messages.CONFIG
                        .substring(
                            Messages.CONFIG.indexOf("[[backends]]"),
                            Messages.CONFIG.indexOf("[[pricing]]"))
                        .replace("{0}", "{1}"),
                bad,
                good)) {
      var events = stream(box, Messages.streaming());
      assertEquals(STOP, events.getLast());
      assertEquals(1, bad.chats().size());
      assertEquals(8 * 2_500 + 3 * 10_000, spent(box.idle()));
    }
  }

  /** Searches beyond those that were held for end a stream; tools that are free may run on. */
  @ParameterizedTest
  @CsvSource({"web_search, true", "tool_search_tool_regex, false", "bash_code_execution, false"})
  void stream_thatSearchesTooOften_isCut(String tool, boolean isCut) throws Exception {
    var chunks = new ArrayList<Chunk>();
    chunks.add(Messages.start(UpstreamUsage.of(8, 1)));
    for (int i = 0; i < 50; i++) {
      var call =
          "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"%s\",\"input\":{}}"
              .formatted(tool);
      chunks.add(
          Messages.event(
              "content_block_start", "\"index\":%d,\"content_block\":%s".formatted(i, call), 1));
      chunks.add(Messages.event("content_block_stop", "\"index\":" + i, 0));
    }
    chunks.add(Messages.end("end_turn", "{\"output_tokens\":250}"));
    chunks.add(Messages.event("message_stop", "", 0));
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.method().equals("GET")
                        ? Messages.models("m")
                        : Messages.events(chunks, UpstreamUsage.of(8, 250))
                            .paced(UpstreamReply.Pace.everyMillis(1)));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 100"), upstream)) {
      var search = "\"tools\":[{\"type\":\"web_search_20250305\",\"max_uses\":3}]";
      var events = stream(box, Messages.streaming(search));
      assertEquals(STOP, events.getLast());
      var end = isCut ? "max_tokens" : "end_turn";
      assertTrue(events.get(events.size() - 2).contains(end), events::toString);
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
    }
  }

  /** Unknown fields and events are forwarded unchanged, in both directions. */
  @Test
  void everything_passesByteForByte() throws Exception {
    var body =
        """
        { "model" : "m", "max_tokens": 64000, "stream": true ,
          "thinking": {"type": "adaptive"}, "output_config": {"effort": "high"},
          "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
          "metadata": {"user_id": "{\\"device_id\\":\\"0\\"}"}, "new_field": [1, {"a": null}],
          "system": [{"type": "text", "text": "K\\u00f6ln \uD83C\uDF27", "cache_control": {"type": "ephemeral"}}],
          "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"},
              {"type": "new_block", "x": {"y": 1}}]},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": "c2ln"},
              {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls"}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "a"}]},
            {"role": "system", "content": "mid-conversation"}],
          "tools": [{"name": "Bash", "input_schema": {"$schema": "x", "type": "object"}},
            {"type": "memory_20250818", "name": "memory"}] }
        """;
    var usage = UpstreamUsage.of(300, 9);
    var chunks =
        List.of(
            Messages.start(usage),
            new Chunk("event: ping\ndata: {\"type\": \"ping\"}", 0),
            new Chunk("event: future_event\nid: 7\ndata: {\"type\":\"future_event\",\"a\":[1]}", 0),
            Messages.event(
                "content_block_start",
                "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
                0),
            Messages.delta(
                "{\"type\":\"thinking_delta\",\"thinking\":\"hm\",\"estimated_tokens\":3}"),
            Messages.delta("{\"type\":\"signature_delta\",\"signature\":\"Ab3+\"}"),
            Messages.event("content_block_stop", "\"index\":0", 0),
            Messages.event(
                "content_block_start",
                "\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}",
                0),
            Messages.delta("{\"type\":\"text_delta\",\"text\":\"Köln\"}"),
            Messages.delta(
                "{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\""
                    + "long ".repeat(500)
                    + "\"}}"),
            Messages.event("content_block_stop", "\"index\":1", 0),
            Messages.end("end_turn", "{\"output_tokens\":9,\"cost\":null}"),
            Messages.event("message_stop", "", 0));
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.method().equals("GET")
                        ? Messages.models("m")
                        : Messages.events(chunks, usage));
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var events = stream(box, body);
      assertEquals(body, upstream.chats().getFirst().text());
      var expected = new ArrayList<>(chunks.stream().map(Chunk::data).toList());
      int end = expected.size() - 2;
      expected.set(end, expected.get(end).replace("\"cost\":null", "\"cost\":0.00084"));
      assertEquals(expected, events);
      assertEquals(300 * 2_500 + 9 * 10_000, spent(box.idle()));
    }
  }
}
