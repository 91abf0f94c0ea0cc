package io.nexus.server.mock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.mock.Wire.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The upstream's reaction to one request. */
public sealed interface UpstreamReply {

  /**
   * The pace of an answer: called before each part, counted from 0. Interrupted when the client
   * leaves.
   */
  @FunctionalInterface
  interface Pace {
    void await(int part) throws InterruptedException;

    static Pace atOnce() {
      return part -> {};
    }

    /** A permit of the test's for each part. */
    static Pace permits(Semaphore permits) {
      return part -> {
        permits.acquire();
        if (Thread.interrupted()) {
          permits.release();
          throw new InterruptedException();
        }
      };
    }

    /** All of it once the latch is down. */
    static Pace after(CountDownLatch latch) {
      return part -> latch.await();
    }

    static Pace everyMillis(long millis) {
      return part -> Thread.sleep(millis);
    }

    /** A fixed number of parts per second; late parts catch up. For one reply. */
    static Pace perSecond(int parts) {
      long nanos = TimeUnit.SECONDS.toNanos(1) / parts;
      AtomicLong start = new AtomicLong();
      return part -> {
        start.compareAndSet(0, System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(start.get() + part * nanos - System.nanoTime());
      };
    }
  }

  /** Whether a stream ends in a chunk with its usage. */
  enum UsageChunk {
    WHEN_ASKED,
    ALWAYS,
    NEVER,
    /** No usage chunk and no end marker. */
    BARE
  }

  /** How the upstream breaks off. */
  enum Break {
    /** A plain close: what was sent arrives, the rest is missing. */
    CLOSE,
    /** RST: the client may lose what it has not read yet. */
    RESET
  }

  /**
   * A whole answer with a Content-Length.
   *
   * @param usage the billed usage; none for a refusal
   * @param breakAfterBytes closes after this number of bytes of the body; -1 never. It is billed in
   *     full
   */
  @SuppressWarnings("ArrayRecordComponent") // Replies are not compared.
  record Whole(
      int status, List<Header> headers, byte[] body, UpstreamUsage usage, int breakAfterBytes)
      implements UpstreamReply {

    public Whole breakingAfterBytes(int bytes) {
      return new Whole(status, headers, body, usage, bytes);
    }

    public Whole with(String name, String value) {
      List<Header> more = new ArrayList<>(headers);
      more.add(new Header(name, value));
      return new Whole(status, List.copyOf(more), body, usage, breakAfterBytes);
    }
  }

  /**
   * One event: its data, or its whole text with a name, and its tokens. Without data nothing is
   * sent: hidden reasoning, which is billed.
   */
  record Chunk(String data, long tokens) {}

  /**
   * A stream of events, each one write and one chunk of the chunked coding, ended by [DONE]. Whole,
   * it is billed by its usage; cut short, by its prompt and the tokens of the chunks that were
   * sent, and not at all before the first.
   *
   * @param breakAfter breaks off after this number of chunks; -1 never
   */
  record Events(
      List<Chunk> chunks,
      UpstreamUsage usage,
      Pace pace,
      UsageChunk usageChunk,
      int breakAfter,
      Break how)
      implements UpstreamReply {

    public Events chunks(List<Chunk> others) {
      return new Events(List.copyOf(others), usage, pace, usageChunk, breakAfter, how);
    }

    public Events paced(Pace other) {
      return new Events(chunks, usage, other, usageChunk, breakAfter, how);
    }

    public Events usageChunk(UsageChunk other) {
      return new Events(chunks, usage, pace, other, breakAfter, how);
    }

    public Events breakingAfter(int count, Break by) {
      return new Events(chunks, usage, pace, usageChunk, count, by);
    }

    /** The billed usage if it was cut after this number of tokens. */
    UpstreamUsage cutAfter(long tokens) {
      return new UpstreamUsage(usage.prompt(), usage.cached(), tokens, 0);
    }
  }

  /**
   * A stream of a model that generates a fixed number of tokens per second and shows only the first
   * ones, one in each event. Generated tokens are billed as they are generated, visible or not,
   * until the client leaves or the stream ends.
   *
   * @param total the number of tokens generated
   * @param shown the number of tokens shown; the rest is silence
   * @param finishReason the finish reason in each event; empty for null
   */
  record Making(
      UpstreamUsage usage, long total, long tokensASecond, long shown, String finishReason)
      implements UpstreamReply {

    public static Making of(long prompt, long total, long tokensASecond, long shown) {
      return new Making(UpstreamUsage.of(prompt, total), total, tokensASecond, shown, "");
    }

    public Making saying(String reason) {
      return new Making(usage, total, tokensASecond, shown, reason);
    }

    UpstreamUsage after(long tokens) {
      return UpstreamUsage.of(usage.prompt(), tokens);
    }
  }

  /** Nothing, not even a status line, until the pace allows it; then another reply. */
  record Stalled(Pace pace, UpstreamReply then) implements UpstreamReply {}

  /** Closes without an answer. */
  record HangUp(Break how) implements UpstreamReply {}

  /**
   * Generates and bills the whole answer, and sends nothing of it. Generated tokens are billed as
   * they are generated, until the client leaves.
   */
  record Unanswered(UpstreamUsage usage, long tokensASecond, Break how) implements UpstreamReply {}

  /** Bytes as they are, a part at a time; then closes, or leaves the connection open. */
  record Raw(List<byte[]> parts, Pace pace, boolean close) implements UpstreamReply {}

  /** The answer that a chat request asks for: a stream of the words, or one completion. */
  static UpstreamReply chat(UpstreamRequest request, String content, UpstreamUsage usage) {
    return request.streaming()
        ? stream(request, List.of(content.split("(?<= )")), usage)
        : completion(request, content, usage);
  }

  static Whole completion(UpstreamRequest request, String content, UpstreamUsage usage) {
    String body =
        """
        {"id":"chatcmpl-%d","object":"chat.completion","created":1700000000,"model":%s,\
        "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],\
        "usage":%s}\
        """
            .formatted(request.number(), quoted(request.model()), quoted(content), usage.json());
    return json(200, body, usage);
  }

  /** A stream of one token a delta, its last chunk the finish reason. */
  static Events stream(UpstreamRequest request, List<String> deltas, UpstreamUsage usage) {
    List<Chunk> chunks = new ArrayList<>();
    for (String delta : deltas) {
      chunks.add(
          new Chunk(chunk(request, choice("{\"content\":" + quoted(delta) + "}", "null")), 1));
    }
    chunks.add(new Chunk(chunk(request, choice("{}", "\"stop\"")), 0));
    return events(chunks, usage);
  }

  /**
   * A stream with hidden reasoning before its output.
   *
   * @param steps the number of billing steps during the reasoning
   * @param thought the tokens of each step
   */
  static Events thinking(UpstreamRequest request, int steps, int thought, List<String> deltas) {
    List<Chunk> chunks = new ArrayList<>(Collections.nCopies(steps, new Chunk("", thought)));
    UpstreamUsage usage =
        new UpstreamUsage(8, 0, (long) steps * thought + deltas.size(), (long) steps * thought);
    chunks.addAll(stream(request, deltas, usage).chunks());
    return events(chunks, usage);
  }

  static Events events(List<Chunk> chunks, UpstreamUsage usage) {
    return new Events(
        List.copyOf(chunks), usage, Pace.atOnce(), UsageChunk.WHEN_ASKED, -1, Break.CLOSE);
  }

  static Whole json(int status, String body, UpstreamUsage usage) {
    List<Header> headers = List.of(new Header("Content-Type", "application/json"));
    return new Whole(status, headers, Wire.bytes(body), usage, -1);
  }

  static Whole refuse(int status, String body) {
    return json(status, body, UpstreamUsage.of(0, 0));
  }

  static Whole tooManyRequests(int retryAfterSeconds) {
    String body = "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\"}}";
    return refuse(429, body).with("Retry-After", Integer.toString(retryAfterSeconds));
  }

  static Raw raw(String... parts) {
    List<byte[]> bytes = new ArrayList<>();
    for (String part : parts) {
      bytes.add(Wire.bytes(part));
    }
    return new Raw(List.copyOf(bytes), Pace.atOnce(), true);
  }

  /** The list that GET /v1/models answers with. */
  static Whole models(List<String> ids) {
    List<String> entries = new ArrayList<>();
    for (String id : ids) {
      entries.add(
          "{\"id\":%s,\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"upstream\"}"
              .formatted(quoted(id)));
    }
    return refuse(200, "{\"object\":\"list\",\"data\":[" + String.join(",", entries) + "]}");
  }

  /** The chunk that carries a stream's usage. */
  static String usageChunk(UpstreamRequest request, UpstreamUsage usage) {
    String chunk = chunk(request, "");
    return chunk.substring(0, chunk.length() - 1) + ",\"usage\":" + usage.json() + "}";
  }

  /** One token of a stream. */
  static String token(UpstreamRequest request, String text, String finishReason) {
    return chunk(request, choice("{\"content\":" + quoted(text) + "}", finishReason));
  }

  /** The end of a stream. */
  static String end(UpstreamRequest request, String finishReason) {
    return chunk(request, choice("{}", quoted(finishReason)));
  }

  private static String choice(String delta, String finishReason) {
    return "{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}";
  }

  private static String chunk(UpstreamRequest request, String choice) {
    return """
    {"id":"chatcmpl-%d","object":"chat.completion.chunk","created":1700000000,"model":%s,\
    "choices":[%s]}\
    """
        .formatted(request.number(), quoted(request.model()), choice);
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
