package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chat answers do not report the search that was made for them, and that is billed. */
class SearchFeeTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 100
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m", "m-search-preview"]
      [[pricing]]
      model = "m*"
      input = 2.5
      output = 10
      [pricing.fees]
      search = 0.025
      """;

  private static final String PIECE =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello there\"}}]}\n\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "m; 'n':1; ; 750_000",
        "m; 'web_search_options':null; ; 750_000",
        "m; 'web_search_options':{}; ; 25_750_000",
        "m; 'web_search_options':{}; ,'server_tool_use':{'web_search_requests':2}; 50_750_000",
        "m-search-preview; 'n':1; ; 25_750_000",
        "m-search-preview; 'web_search_options':{}; ,'cost':0.03; 30_000_000"
      })
  void answer_isChargedOneSearchAtLeast(String model, String field, String more, String nanos)
      throws Exception {
    var usage =
        "'usage':{'prompt_tokens':100,'completion_tokens':50%s}"
            .formatted(more == null ? "" : more)
            .replace('\'', '"');
    var named = field.replace('\'', '"');
    var right = Long.parseLong(nanos.replace("_", ""));
    var whole = "{\"choices\":[{\"message\":{\"content\":\"hello there\"}}]," + usage + "}";
    assertEquals(right, charged("application/json", whole, Chats.body(model, named)));
    var stream = PIECE + "data: {\"choices\":[]," + usage + "}\n\ndata: [DONE]\n\n";
    var ask = Chats.body(model, named, "\"stream\":true");
    assertEquals(right, charged("text/event-stream", stream, ask));
  }

  @Test
  void stream_thatBreaksOff_isChargedItsSearch() throws Exception {
    var ask = Chats.body("m-search-preview", "\"stream\":true");
    assertTrue(charged("text/event-stream", PIECE, ask) > 25_000_000);
  }

  private static long charged(String type, String body, String ask) throws Exception {
    var head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, body.length());
    var raw = new Raw(List.of(Wire.bytes(head + body)), Pace.atOnce(), true);
    try (Upstream upstream = Upstream.start(_ -> raw);
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, ask);
      assertEquals(200, answer.status(), answer::text);
      return GatewayBox.nanos(box.idle().at("/budget/current_spending_usd"));
    }
  }
}
