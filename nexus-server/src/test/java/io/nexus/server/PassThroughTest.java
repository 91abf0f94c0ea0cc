package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The changes to a forwarded body; nothing else changes. */
class PassThroughTest {

  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  /** Any JSON in fields that the gateway does not read. */
  private static final List<String> ODD =
      List.of(
          "{\"model\":\"m\"," + MESSAGES + "}",
          "\n\t { \"model\" :\r\n \"m\" , " + MESSAGES + " ,\t\"x\" : [ ] } \n\n",
          "{" + MESSAGES + ",\"temperature\":1.0,\"top_p\":0.10,\"a\":1e3,\"model\":\"m\"}",
          "{\"a\":-0,\"b\":12345678901234567890,\"c\":1E+2,\"d\":0.1e-7,\"model\":\"m\","
              + MESSAGES
              + "}",
          "{\"x\":1,\"x\":2,\"x\":{\"x\":null},\"model\":\"m\"," + MESSAGES + ",\"x\":true}",
          "{\"mod\\u0065l\":\"\\u006d\",\"m\\u0065ssages\":[{\"role\":\"user\",\"content\":\"\"}]}",
          "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
              + "\"Grüße \\u00e9 \\/ \\ud83d\\ude00 😀 日本 \\ud800 \\\"quoted\\\"\"}]}",
          "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":"
              + "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
              + "\"{\\\"a\\\": 1.50}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":"
              + "[{\"type\":\"text\",\"text\":\"ok\"}]}],\"tools\":[{\"type\":\"function\","
              + "\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"n\":1.0}}}]}",
          "{\"model\":\"m\","
              + MESSAGES
              + ",\"max_tokens\":7,\"seed\":-1,\"stop\":[\"\\n\"],"
              + "\"logit_bias\":{\"50256\":-100},\"metadata\":{\"\":\"\"}}");

  @Test
  void request_oddButValid_reachesTheUpstreamByteForByte() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      for (String body : ODD) {
        Answer answer = client.post(CHAT, body);
        assertEquals(200, answer.status(), () -> body + answer.text());
        assertEquals(body, upstream.chats().getLast().text());
      }
      assertEquals(ODD.size(), upstream.chats().size());
    }
  }

  @Test
  void request_byAlias_onlyTheNameChanges() throws Exception {
    String aliases = "\n[routing.aliases]\n\"other \\\"one\\\"\" = \"m\"\n";
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD + aliases, upstream)) {
      RawHttp client = box.connect();
      for (String body : ODD) {
        String asked = body.replace("\"m\"", "\"other \\\"one\\\"\"");
        assertEquals(200, client.post(CHAT, asked).status());
        assertEquals(body, upstream.chats().getLast().text());
      }
    }
  }

  @Test
  void request_underABudget_getsALimitAtItsEnd() throws Exception {
    String config = "[budget]\nmonthly_limit = 100\n" + GatewayBox.ONE_CLOUD;
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      RawHttp client = box.connect();
      for (String body : ODD) {
        assertEquals(200, client.post(CHAT, body).status());
        int brace = body.lastIndexOf('}');
        String limited =
            body.contains("max_tokens")
                ? body
                : body.substring(0, brace) + ",\"max_tokens\":4096" + body.substring(brace);
        assertEquals(limited, upstream.chats().getLast().text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
  void request_overABudget_isClampedInTheFieldThatItUses(String field) throws Exception {
    String config = "[budget]\nmonthly_limit = 0.01\n" + GatewayBox.ONE_CLOUD;
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      String body = "{ \"%s\" : 50000 , \"model\":\"m\", %s }".formatted(field, MESSAGES);
      Answer answer = box.connect().post(CHAT, body);
      assertEquals(200, answer.status(), answer::text);
      String clamped = answer.header("X-Nexus-Max-Tokens-Clamped").orElseThrow();
      assertTrue(Integer.parseInt(clamped) < 1000, clamped);
      assertEquals(body.replace("50000", clamped), upstream.chats().getLast().text());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"stream\":true}|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\": { } }"
            + "|{\"stream\":true,\"stream_options\": {\"include_usage\":true } }",
        "{\"stream\":true,\"stream_options\":{\"x\":1.0}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1.0}}",
        "{\"stream_options\":null,\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true}",
        "{\"stream_options\":{\"include_usage\" : false },\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\" : true },\"stream\":true}",
        "{\"stream_options\":{\"include_usage\":null},\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1.0}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1.0}}",
        "{\"stream\":false}|{\"stream\":false}",
        "{\"stream\":null}|{\"stream\":null}",
      })
  void request_stream_asksForTheUsage(String fields, String forwarded) throws Exception {
    String head = "{\"model\":\"m\"," + MESSAGES + ",";
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      assertEquals(200, client.post(CHAT, head + fields.substring(1)).status());
      assertEquals(head + forwarded.substring(1), upstream.chats().getLast().text());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5@}}",
        " {\t\"n\":1.0,\"m\":1e3,\"m\":0.10, \"ü\":\"\\u00fc\\/😀\",\"usage\" : "
            + "{ \"completion_tokens\": 5, \"x\":{\"y\":[1.50]},\"prompt_tokens\":10 @} } ",
        "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\"}\"}}]}}],"
            + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5@},\"choices2\":[null]}",
      })
  void answer_withUsage_getsItsCostAndNothingElse(String template) throws Exception {
    String body = template.replace("@", "");
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.json(200, body, USAGE));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      Answer answer = box.connect().post(CHAT, GatewayBox.ask());
      // 10 x 2.5 + 5 x 10 = 75 dollars per million.
      assertEquals(template.replace("@", ",\"cost\":0.000075"), answer.text());
      assertEquals("0.000075", answer.header("X-Nexus-Cost").orElseThrow());
    }
  }

  @Test
  void answer_withoutUsage_comesAsItIs() throws Exception {
    List<String> bodies =
        List.of(
            "{\"choices\":[],\"usage\":null}",
            "{\"usage\":[1.0]}",
            " [1e3] ",
            "not JSON",
            "\"\\ud800\"",
            "");
    for (String body : bodies) {
      assertPassedOn(Wire.bytes(body));
    }
    assertPassedOn(new byte[] {(byte) 0xFF, (byte) 0xFE, '{', 0, '}', 0});
    assertPassedOn(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'});
  }

  private static void assertPassedOn(byte[] body) throws IOException {
    var reply =
        new UpstreamReply.Whole(
            200, List.of(new Wire.Header("Content-Type", "application/json")), body, USAGE, -1);
    try (Upstream upstream = Upstream.start(_ -> reply);
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      Answer answer = box.connect().post(CHAT, GatewayBox.ask());
      assertEquals(200, answer.status());
      assertArrayEquals(body, answer.body());
    }
  }

  @Test
  void answer_inUtf16_comesAsItIs() throws Exception {
    String text = "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}";
    byte[] bytes = ('\uFEFF' + text).getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    assertPassedOn(bytes);
  }

  @Test
  void answer_withoutContentType_comesAsItIs() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                _ -> UpstreamReply.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      Answer answer = box.connect().post(CHAT, GatewayBox.ask());
      assertEquals(200, answer.status());
      assertEquals("{}", answer.text());
    }
  }
}
