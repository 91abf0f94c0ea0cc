package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chat answers do not report the search that was made for them, and that is billed. */
class SearchFeeTest {

  private static final String CONFIG =
      "[budget]\nmonthly_limit = 100\n"
          + GatewayBox.ONE_CLOUD
              .replace("[\"m\"]", "[\"m\", \"m-search-preview\"]")
              .replace("model = \"m\"", "model = \"m*\"")
          + """
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
    assertEquals(right, Chats.charged(CONFIG, "application/json", whole, Chats.body(model, named)));
    var stream = PIECE + "data: {\"choices\":[]," + usage + "}\n\ndata: [DONE]\n\n";
    var ask = Chats.body(model, named, "\"stream\":true");
    assertEquals(right, Chats.charged(CONFIG, "text/event-stream", stream, ask));
  }

  @Test
  void stream_thatBreaksOff_isChargedItsSearch() throws Exception {
    var ask = Chats.body("m-search-preview", "\"stream\":true");
    assertTrue(Chats.charged(CONFIG, "text/event-stream", PIECE, ask) > 25_000_000);
  }
}
