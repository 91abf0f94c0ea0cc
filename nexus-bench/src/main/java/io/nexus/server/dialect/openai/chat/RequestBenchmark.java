package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.bench.micro.SampleText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a chat request. */
@State(Scope.Benchmark)
public class RequestBenchmark {

  /** Kilobytes of the body. */
  @Param({"1", "32", "1024"})
  public int kilobytes;

  private final JsonMapper mapper = new JsonMapper();
  private byte[] body = {};

  /**
   * Writes a body of messages of half a kilobyte.
   *
   * @throws IOException never
   */
  @Setup
  public void write() throws IOException {
    var json = mapper.createObjectNode();
    json.put("model", "gpt-4o").put("temperature", 0.2).put("max_tokens", 256).put("stream", true);
    json.putObject("stream_options").put("include_usage", true);
    var messages = json.putArray("messages");
    var text = SampleText.of(kilobytes * 1_024);
    for (int from = 0; from < text.length(); from += 512) {
      messages
          .addObject()
          .put("role", from == 0 ? "system" : "user")
          .put("content", text.substring(from, Math.min(from + 512, text.length())));
    }
    body = mapper.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
  }

  /** What the gateway needs of it, in one pass. */
  @Benchmark
  public ChatRequest parse() {
    return ChatRequestParser.parse(body);
  }

  /** All of it, as a tree. */
  @Benchmark
  public JsonNode baselineTree() throws IOException {
    return mapper.readTree(body);
  }
}
