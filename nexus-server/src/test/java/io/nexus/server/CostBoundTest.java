package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hold for each part of a request is at least the provider's bill for it. */
class CostBoundTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1000
      hard_limit_action = "reject"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      models = ["m", "gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "gpt-5.4", "qwen3-vl-plus"]
      [[pricing]]
      model = "*"
      provider = "openai"
      input = 1
      output = 10
      """;

  /** A word of five letters a token. */
  private static final String WORDS = "hello ".repeat(2000);

  private static Upstream upstream;
  private static GatewayBox box;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
    upstream.price(Prices.of("1", "10"));
    box = GatewayBox.start(CONFIG, upstream);
  }

  @AfterAll
  static void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private static long held(String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      Answer answer = client.post("/v1/explain", body);
      assertEquals(200, answer.status(), answer::text);
      JsonNode explained = GatewayBox.json(answer);
      return GatewayBox.nanos(explained.at("/candidates/0/hold_usd"));
    }
  }

  /** Nano-dollars: a token of input costs 1,000 and one of output 10,000. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "m | 0 | 'user':'u'",
        "m | 2000000 | 'n':3",
        "m | 4000000 | 'best_of':5",
        "m | 4000000 | 'n':2,'best_of':5",
        "m | 20000000 | 'prediction':{'type':'content','content':'@'}",
        "gpt-4o | 20000000 |"
            + " 'prediction':{'type':'content','content':[{'type':'text','text':'@'}]}",
        "m | 2000000 | 'tools':[{'type':'function','function':{'name':'f','description':'@'}}]",
        "gpt-4o | 2000000 |"
            + " 'tools':[{'type':'function','function':{'name':'f','description':'@'}}]",
        "m | 2000000 | 'functions':[{'name':'f','description':'@'}]",
        "m | 2000000 | 'tool_choice':{'type':'allowed_tools','allowed_tools':{'x':'@'}}",
        "m | 2000000 | 'documents':[{'title':'t','text':'@'}]",
        "gpt-4o | 2000000 | 'documents':[{'@':1}]",
        "m | 2000000 | 'response_format':{'type':'json_schema','json_schema':{'schema':{'d':'@'}}}",
        "gpt-4o | 2000000 | 'response_format':{'type':'json_schema','json_schema':{'d':'@'}}",
        "gpt-4o | 2000000 | 'anything':{'new':['@']}",
      })
  void hold_field_isForItsTokensAtLeast(String model, long nanos, String fields) throws Exception {
    long plain = held(Chats.body(model, "\"max_tokens\":100"));
    String body =
        Chats.body(model, "\"max_tokens\":100", fields.replace('\'', '"').replace("@", WORDS));
    long held = held(body);
    assertTrue(held >= plain + nanos, () -> held + " are held, of them " + plain + " anyway");
    Answer answer = Chats.send(box, body);
    assertEquals(200, answer.status(), answer::text);
  }

  /** The most that providers publish for one image, by their formulas. */
  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 1445, auto",
    "gpt-4o, 85, low",
    "gpt-4o-mini, 48169, high",
    "gpt-5.4, 12000, original",
    "claude-sonnet-4-5, 4784, auto",
    "claude-sonnet-4-5, 4784, low",
    "qwen3-vl-plus, 16384, auto",
    "m, 16384, low",
  })
  void hold_image_isForTheLargest(String model, long tokens, String detail) throws Exception {
    long plain = held(withPart(model, ""));
    for (String url : new String[] {"https://example.com/a.png", "data:image/png;base64,iVBORw"}) {
      String part =
          "{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\",\"detail\":\"%s\"}}"
              .formatted(url, detail);
      long held = held(withPart(model, part));
      assertTrue(held >= plain + tokens * 1_000, () -> held + " are held for " + url);
    }
  }

  /** A second of sound is 10 to 32 tokens; a page of a document some 2,000 as text and image. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "16000 | 320 | {'type':'input_audio','input_audio':{'format':'mp3','data':'@'}}",
        "1000 | 2000 | {'type':'file','file':{'filename':'a.pdf','file_data':'@'}}",
        "40000 | 40000 | {'type':'file','file':{'file_data':'data:application/pdf;base64,@'}}",
        "40000 | 40000 | {'type':'video_url','video_url':{'url':'data:video/mp4;base64,@'}}",
        "40000 | 40000 | {'type':'image_url','image_url':{'url':'data:video/mp4;base64,@'}}",
      })
  void hold_data_isForWhatItMayContain(int bytes, long tokens, String part) throws Exception {
    long plain = held(Chats.body("m", "\"max_tokens\":100"));
    String data = "QUJD".repeat(bytes / 3 + 1);
    long held = held(withPart("m", part.replace('\'', '"').replace("@", data)));
    assertTrue(held >= plain + tokens * 1_000, () -> held + " are held");
  }

  @ParameterizedTest
  @CsvSource({
    "Max_Tokens, max_tokens",
    "maxTokens, max_tokens",
    "N, n",
    "MODEL, model",
    "Stream, stream",
    "Messages, messages",
  })
  void chat_nameInAnotherSpelling_is400AndNothingIsSent(String spelt, String right)
      throws Exception {
    int before = upstream.chats().size();
    for (String path : new String[] {Chats.PATH, "/v1/explain"}) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        Answer answer = client.post(path, Chats.body("m", "\"" + spelt + "\":1"));
        assertEquals(400, answer.status(), answer::text);
        JsonNode error = GatewayBox.json(answer).path("error");
        assertEquals(right, error.path("param").asText());
        assertTrue(error.path("message").asText().contains("'" + right + "'"), error::toString);
      }
    }
    assertEquals(before, upstream.chats().size());
  }

  private static String withPart(String model, String part) {
    return "{\"model\":\"%s\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}"
        .formatted(model, part);
  }
}
