package io.nexus.server.dialect.openai.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.tokens.HeuristicTokenCounter;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One document does not know of the one before, whatever that was. */
class ReusableJsonParserTest {

  private static final String WHOLE =
      """
      {"choices":[{"delta":{"content":"H\\u00e9llo \\n"}}], "usage": {"prompt_tokens":7, \
      "completion_tokens":3 }}\
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"choices\":[{\"delta\":{\"content\":\"Hel",
        "{\"choices\":[",
        "{\"usage\":{\"prompt_tokens\":1",
        "{}}",
        "{} 5",
        "{} tru",
        "{} {\"choices\":[",
        "{}   ",
        "5",
        "\"text",
        "nul",
        "[[[",
        "{\"choices\":[}",
        "{\"a\":\u0001}",
        " "
      })
  void read_afterAnything_readsAsEver(String before) {
    for (int i = 0; i < 20; i++) {
      read(before, meter());
      assertWhole();
    }
  }

  @Test
  void getTextCharacters_ofEachName_areThose() throws IOException {
    var names = List.of("a", "longer", "n\u00e4".repeat(200), "b");
    var bytes =
        names.stream()
            .map(name -> '"' + name + "\":1")
            .collect(Collectors.joining(",", "{", "}"))
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 2; i++) {
      try (var json = ReusableJsonParser.of(bytes, 0, bytes.length)) {
        var read = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          if (json.currentToken() == JsonToken.FIELD_NAME) {
            var chars = json.getTextCharacters();
            read.add(new String(chars, json.getTextOffset(), json.getTextLength()));
          }
        }
        assertEquals(names, read);
      }
    }
  }

  @Test
  void read_documentThatEndsTooEarly_isNoJsonAndItsTextCounts() {
    int text = WHOLE.indexOf("H\\u");
    for (int to = 1; to < WHOLE.length(); to++) {
      var part = WHOLE.substring(0, to);
      var meter = meter();
      assertFalse(read(part, meter).isJson(), part);
      assertTrue(meter.chars() >= Math.clamp(to - text, 0, 8), part);
    }
  }

  @Test
  void read_largeDocuments_areReadOneAfterTheOther() {
    var large =
        "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}".formatted("word ".repeat(100_000));
    for (int i = 0; i < 3; i++) {
      assertEquals(500_000, read(large).chars());
      assertWhole();
    }
  }

  @Test
  void of_parserThatHasReadMuch_isAnother() throws IOException {
    var first = closed("{}");
    assertSame(first, closed("{}"));
    var text = "{\"content\":\"%s\"}".formatted("x".repeat(60_000));
    int reads = 0;
    while (closed(text) == first) {
      reads++;
      assertTrue(reads < 600, "36 MB were read by one");
    }
    assertTrue(reads > 200, "only " + reads + " were read by one");
    assertWhole();
  }

  /** The parser that has read a document, given back. */
  private static ReusableJsonParser closed(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try (var parser = ReusableJsonParser.of(bytes, 0, bytes.length)) {
      parser.nextToken();
      parser.skipChildren();
      return parser;
    }
  }

  @Test
  void read_byManyThreadsAtOnce_eachReadsItsOwn() throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var readings = IntStream.range(0, 64).mapToObj(i -> threads.submit(() -> same(i))).toList();
      for (int i = 0; i < readings.size(); i++) {
        assertEquals(i, readings.get(i).get());
      }
    }
  }

  private static long same(int chars) {
    var json = "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}".formatted("x".repeat(chars));
    for (int i = 0; i < 500; i++) {
      assertEquals(chars, read(json).chars());
    }
    return chars;
  }

  /** Somewhere within an array, as an event lies in its buffer. */
  private static void assertWhole() {
    byte[] document = WHOLE.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = ("data: " + WHOLE + "\n\n").getBytes(StandardCharsets.UTF_8);
    var meter = meter();
    var reader = new ChunkReader(meter);
    var chunk = reader.read(bytes, 6, 6 + document.length, false);
    var usage = reader.usage().usage();
    assertEquals(7, usage.inputTokens());
    assertEquals(3, usage.outputTokens());
    assertEquals(6 + document.length - 2, Objects.requireNonNull(chunk.usage()).brace());
    assertEquals(1, chunk.choices());
    assertEquals("Héllo \n".length(), meter.chars());
  }

  private static OutputMeter read(String json) {
    var meter = meter();
    read(json, meter);
    return meter;
  }

  private static Chunk read(String json, OutputMeter meter) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new ChunkReader(meter).read(bytes, 0, bytes.length, false);
  }

  private static OutputMeter meter() {
    return new OutputMeter(new HeuristicTokenCounter().forModel("m").orElseThrow());
  }
}
