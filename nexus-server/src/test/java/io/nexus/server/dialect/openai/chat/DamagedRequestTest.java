package io.nexus.server.dialect.openai.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.dialect.Span;
import io.nexus.server.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged JSON is read or refused, and never breaks a billed request. */
class DamagedRequestTest {

  private static final String REQUEST =
      """
      {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":\
      "image_url","image_url":{"url":"x","detail":"low"}},{"type":"input_audio","input_audio":\
      {"data":"AAAA"}}]},{"role":"assistant","content":null,"name":"n","tool_calls":[{"id":"1"}]}],\
      "stream":true,"stream_options":{"include_usage":false},"max_tokens":5,"n":2,"user":"u",\
      "tools":[{"type":"function"}],"response_format":{"type":"json_object"},"modalities":["text"]}\
      """;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void parse_damagedRequest_isReadOrRefused(long seed) {
    RandomGenerator random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] body = damaged(REQUEST, random);
      try {
        ChatRequest request = ChatRequestParser.parse(body);
        Span model = request.places().model();
        assertEquals('"', body[model.from()]);
        assertEquals('"', body[model.to() - 1]);
        assertEquals('}', body[request.places().end()]);
      } catch (ApiException e) {
        assertEquals(400, e.status());
      }
    }
  }

  /** A few bytes changed, cut out, doubled or swapped for what JSON is made of. */
  private static byte[] damaged(String text, RandomGenerator random) {
    var body = new StringBuilder(text);
    for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
      int from = random.nextInt(body.length());
      int to = Math.min(body.length(), from + random.nextInt(0, 12));
      switch (random.nextInt(5)) {
        case 0 -> body.setCharAt(from, (char) random.nextInt(256));
        case 1 -> body.delete(from, to);
        case 2 -> body.insert(from, body.substring(from, to));
        case 3 -> body.setLength(Math.max(2, from));
        default -> {
          String[] parts = {"null", "[", "]", "{", "}", "\"", "1", "[1]", "{\"a\":1}", ",", ":"};
          body.replace(from, to, parts[random.nextInt(parts.length)]);
        }
      }
      if (body.length() < 2) {
        return new byte[] {'{', '}'};
      }
    }
    return body.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
