package io.nexus.server;

import static io.nexus.server.ResponsesTest.config;
import static io.nexus.server.ResponsesTest.events;
import static io.nexus.server.ResponsesTest.held;
import static io.nexus.server.ResponsesTest.spent;
import static io.nexus.server.ResponsesTest.upstream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bound of a response's cost: its hold, its limits, and refusals. */
@Timeout(60)
class ResponsesBoundTest {

  /** Fees by call; opening a page is none. Nexus limits the calls where the client does not. */
  @Test
  void providersTools_areLimitedAndCharged() throws Exception {
    String output =
        """
        {"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"x"}},\
        {"id":"ws_2","type":"web_search_call","status":"completed","action":{"type":"open_page","url":"u"}},\
        {"id":"ws_3","type":"web_search_call","status":"completed"},\
        {"id":"fs_1","type":"file_search_call","queries":["q"],"results":[{"text":"long text"}]},\
        {"id":"ci_1","type":"code_interpreter_call","container_id":"cntr_1","code":"1+1","outputs":[]},\
        {"id":"ci_2","type":"code_interpreter_call","container_id":"cntr_1","code":"2","outputs":[]},\
        """
            + Responses.message("found");
    UpstreamUsage usage = UpstreamUsage.of(3000, 20);
    try (Upstream upstream = upstream(_ -> Responses.whole(output, usage));
        GatewayBox box = GatewayBox.start(config("100"), upstream)) {
      Answer answer =
          Responses.send(
              box,
              Responses.body(
                  "m",
                  "\"tools\":[{\"type\":\"web_search\"},{\"type\":\"file_search\","
                      + "\"vector_store_ids\":[\"v\"]},{\"type\":\"code_interpreter\","
                      + "\"container\":{\"type\":\"auto\"}}]"));
      assertEquals(200, answer.status(), answer::text);
      JsonNode sent = upstream.chats().getFirst().json();
      assertEquals(30, sent.path("max_tool_calls").asInt());
      long fees = 2 * 10_000_000 + 2_500_000 + 30_000_000;
      assertEquals(upstream.billNanos() + fees, spent(box.idle()));
    }
  }

  /** Binary data and results of tools are not generated text. */
  @Test
  void pictureAndHiddenReasoning_areNotCounted() throws Exception {
    String output =
        "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"%1$s\"},"
                .formatted("Ab3d".repeat(20_000))
            + "{\"id\":\"ig_1\",\"type\":\"image_generation_call\",\"result\":\"%1$s\"},"
                .formatted("Ab3d".repeat(20_000))
            + Responses.message("here");
    try (Upstream upstream =
            upstream(
                _ ->
                    UpstreamReply.json(
                        200,
                        Responses.object("resp_1", "completed", output, "null"),
                        UpstreamUsage.of(8, 1)));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      assertEquals(200, Responses.send(box, Responses.body("m")).status());
      assertTrue(spent(box.idle()) < 200_000);
    }
  }

  /** A provider that exceeds the limit of searches is cut off. */
  @Test
  void providersTools_beyondWhatIsHeld_areCut() throws Exception {
    List<Chunk> chunks = Responses.begin(false);
    for (int i = 0; i < 40; i++) {
      Responses.add(
          chunks,
          "response.output_item.added",
          "\"output_index\":%d,\"item\":{\"id\":\"ws_%d\",\"type\":\"web_search_call\"}"
              .formatted(i, i));
      Responses.add(
          chunks,
          "response.output_item.done",
          ("\"output_index\":%d,\"item\":{\"id\":\"ws_%d\",\"type\":\"web_search_call\","
                  + "\"action\":{\"type\":\"search\",\"query\":\"x\"}}")
              .formatted(i, i));
    }
    try (Upstream upstream =
            upstream(
                _ ->
                    Responses.end(
                            new ArrayList<>(chunks),
                            Responses.message("x"),
                            "completed",
                            UpstreamUsage.of(100, 5))
                        .paced(UpstreamReply.Pace.everyMillis(5)));
        GatewayBox box = GatewayBox.start(config("100"), upstream)) {
      Answer answer =
          Responses.send(
              box,
              Responses.body(
                  "m",
                  "\"stream\":true",
                  "\"max_tool_calls\":3",
                  "\"tools\":[{\"type\":\"web_search\"}]"));
      JsonNode last = events(answer).getLast();
      assertEquals("response.incomplete", last.path("type").asText(), answer::text);
      JsonNode stats = box.idle();
      assertTrue(spent(stats) >= 40_000_000, stats::toString);
      assertTrue(spent(stats) < 80_000_000, stats::toString);
    }
  }

  /** A request of unknown size is held at the model's context window, or refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "previous_response_id | 'previous_response_id':'resp_x'",
        "conversation | 'conversation':{'id':'conv_x'}",
        "conversation | 'conversation':'conv_x'",
        "prompt | 'prompt':{'id':'pmpt_1'}",
        "tools | 'tools':[{'type':'web_search'}]",
        "tools | 'tools':[{'type':'namespace','name':'n','tools':[{'type':'mcp'}]}]",
        "tools | 'tools':[{'type':'shell','environment':{'type':'container_auto'}}]",
        "instructions.content.file_id |"
            + " 'instructions':[{'role':'user','content':[{'type':'input_file','file_id':'f'}]}]",
        "instructions.content.file_url |"
            + " 'instructions':[{'role':'user','content':[{'file_url':'https://x/y.pdf'}]}]",
        "instructions.id | 'instructions':[{'type':'item_reference','id':'msg_1'}]",
      })
  void unboundedPart_isHeldOrRefused(String field, String part) throws Exception {
    String deny = config("100").replace("[budget]", "[budget]\nunbounded = \"deny\"");
    String body = Responses.body("m", part.replace('\'', '"'), "\"max_output_tokens\":100");
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox strict = GatewayBox.start(deny, upstream);
        GatewayBox box = GatewayBox.start(config("100"), upstream)) {
      Answer refused = Responses.send(strict, body);
      assertEquals(400, refused.status(), refused::text);
      assertEquals(field, GatewayBox.json(refused).at("/error/param").asText());
      long held = explained(box, body);
      assertTrue(held > 1_000_000L * 2_500, () -> "held are " + held);
      assertEquals(200, Responses.send(box, body).status());
    }
  }

  private static long explained(GatewayBox box, String body) throws IOException {
    Answer answer = Responses.post(box, "/v1/explain?api=responses", body);
    return GatewayBox.nanos(GatewayBox.json(answer).at("/candidates/0/hold_usd"));
  }

  /** Nano-dollars: a token of input costs 2,500 and one of output 10,000. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "4000000 | 'instructions':'@'",
        "4000000 | 'instructions':[{'role':'developer','content':[{'type':'input_text','text':'@'}]}]",
        "4000000 | 'instructions':[{'type':'function_call_output','call_id':'c','output':'@'}]",
        "4000000 | 'instructions':[{'type':'function_call','call_id':'c','arguments':'@'}]",
        "4000000 | 'instructions':[{'type':'reasoning','summary':[{'type':'summary_text','text':'@'}]}]",
        "4000000 | 'tools':[{'type':'function','name':'f','description':'@'}]",
        "4000000 | 'tools':[{'type':'namespace','name':'n','tools':[{'type':'function','name':'@'}]}]",
        "4000000 | 'text':{'format':{'type':'json_schema','name':'s','schema':{'d':'@'}}}",
        "4000000 | 'anything':{'new':['@']}",
        "3000000 | 'instructions':[{'type':'message','content':[{'type':'input_image','image_url':'u'}]}]",
      })
  void hold_field_isForItsTokensAtLeast(long nanos, String fields) throws Exception {
    String words = "hello ".repeat(1700);
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("100"), upstream)) {
      long plain = explained(box, Responses.body("m", "\"max_output_tokens\":100"));
      long held =
          explained(
              box,
              Responses.body(
                  "m", "\"max_output_tokens\":100", fields.replace('\'', '"').replace("@", words)));
      assertTrue(held >= plain + nanos, () -> held + " are held, of them " + plain + " anyway");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "max_output_tokens | {'model':'m','input':'x','Max_Output_Tokens':5}",
        "model | {'input':'x'}",
        "input | {'model':'m','input':5}",
        "tools | {'model':'m','tools':{}}",
        "max_output_tokens | {'model':'m','max_output_tokens':'5'}",
        "max_output_tokens | {'model':'m','max_output_tokens':5,'max_output_tokens':50000}",
      })
  void wrongRequest_saysWhichField(String field, String body) throws Exception {
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, body.replace('\'', '"'));
      assertEquals(400, answer.status(), answer::text);
      assertEquals(field, GatewayBox.json(answer).at("/error/param").asText());
      assertFalse(answer.text().contains("50000"));
      assertEquals(List.of(), upstream.chats());
    }
  }
}
