package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.control.tokens.HeuristicTokenCounter;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.SseBuffer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One chunk of a stream: cut out, read for usage, its text metered. Streams of 200 chunks. */
@State(Scope.Benchmark)
public class ChunkBenchmark {
  private static final int CHUNKS = 200;
  private static final String CHUNK =
      """
      data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,\
      "model":"gpt-4o-2024-08-06","system_fingerprint":"fp_bench","choices":[{"index":0,\
      "delta":{"content":" token"},"logprobs":null,"finish_reason":null}],"usage":null}

      """;

  private final byte[] stream = CHUNK.repeat(CHUNKS).getBytes(StandardCharsets.UTF_8);
  private final HeuristicTokenCounter counter = new HeuristicTokenCounter();
  private final JsonMapper mapper = new JsonMapper();

  /** As an upstream sends it: a chunk a read. */
  private InputStream arriving() {
    int length = stream.length / CHUNKS;
    return new ByteArrayInputStream(stream) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int most) {
        return super.read(buffer, offset, Math.min(length, most));
      }
    };
  }

  /** As the relay does it, without the sockets. */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long relay() throws IOException {
    var in = arriving();
    var events = new SseBuffer(AnswerRoom.taken());
    var meter = new OutputMeter(counter.forModel("gpt-4o").orElseThrow());
    var chunks = new ChunkReader(meter);
    while (events.fill(in)) {
      while (events.next()) {
        chunks.read(events.data(), events.dataFrom(), events.dataTo(), events.isError());
        meter.compact();
      }
    }
    return meter.tokens();
  }

  /** Line by line, each chunk as a tree. */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long baselineLinesAndTrees() throws IOException {
    var lines = new BufferedReader(new InputStreamReader(arriving(), StandardCharsets.UTF_8));
    long chars = 0;
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        var chunk = mapper.readTree(line.substring(6));
        chars += chunk.path("choices").path(0).path("delta").path("content").asText().length();
      }
    }
    return chars;
  }
}
