package io.nexus.server;

import io.nexus.server.FuzzedBackend.Reply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * A gateway that is given any bytes, as the body of a request or as a backend's answer, and what
 * must hold for all of them:
 *
 * <ul>
 *   <li>the client has an answer that is no failure of the gateway's own, and nothing is logged as
 *       one;
 *   <li>nothing is held or under way when the answer is over;
 *   <li>what is charged is no less than what words were passed on, and no more than the request
 *       could use, or ten times that where the provider states its own cost, unless the log says
 *       so;
 *   <li>the cost shown to the client is the charge.
 * </ul>
 *
 * <p>The first two bytes of an input say what the others are. For one thread.
 */
final class FuzzedGateway implements AutoCloseable {

  private static final String TOML =
      """
      [budget]
      monthly_limit = 100000000
      [health_check]
      enabled = false
      failure_threshold = 1000
      """
          + backend("m", "\"chat\", \"completions\", \"embeddings\", \"moderations\"")
          + backend("a", "\"messages\", \"responses\", \"gemini\", \"rerank\"")
          + backend("t", "\"messages\"");

  /** A backend of one model with the APIs that it speaks. */
  private static String backend(String model, String apis) {
    return """
    [[backends]]
    name = "%s"
    type = "generic"
    location = "cloud"
    url = "http://127.0.0.1:9"
    models = ["%s"]
    apis = [%s]
    [[pricing]]
    model = "%s"
    input = 2.5
    output = 10
    context_window = 8000
    max_output_tokens = 5000
    """
        .formatted(model, model, apis, model);
  }

  private static final String[] TYPES = {
    "application/json", "text/event-stream", "application/x-ndjson", ""
  };
  private static final String[] PATHS = {
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/moderations",
    "/v1/messages",
    "/v1/responses",
    "/v1beta/models/a:generateContent",
    "/v1/rerank"
  };

  /**
   * How a client asks: the API, natively or translated for a backend of another.
   *
   * @param path where
   * @param stream what is put on the path for a stream
   * @param body the request's body, open at its end
   */
  private record Way(String path, String stream, String body) {

    static Way chat(String model, String path) {
      return new Way(path, path, "{\"model\":\"" + model + "\",\"max_tokens\":5000," + HI);
    }

    static Way responses(String model) {
      var path = "/v1/responses";
      return new Way(
          path, path, "{\"model\":\"" + model + "\",\"max_output_tokens\":5000,\"input\":\"hi\"");
    }

    /** The request, which names the stream by its path or by its body. */
    byte[] body(boolean streams, boolean wantsUsage) {
      var options = streams && path.equals(stream) ? ",\"stream\":true" : "";
      var usage = wantsUsage ? ",\"stream_options\":{\"include_usage\":true}" : "";
      return (body + options + usage + "}").getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String GEMINI = "/v1beta/models/a:";
  private static final Way[] WAYS = {
    Way.chat("m", "/v1/chat/completions"),
    Way.chat("a", "/v1/messages"),
    Way.responses("a"),
    new Way(
        GEMINI + "generateContent",
        GEMINI + "streamGenerateContent?alt=sse",
        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],"
            + "\"generationConfig\":{\"maxOutputTokens\":5000}"),
    Way.chat("m", "/v1/messages"),
    Way.responses("m"),
    Way.chat("t", "/v1/chat/completions"),
    Way.responses("t"),
  };
  private static final int[] PIECES = {1, 7, 64, 4096};
  private static final byte[] GOOD =
      """
      {"choices":[{"index":0,"message":{"content":"hello"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}}\
      """
          .getBytes(StandardCharsets.UTF_8);

  /** The cost of 8,000 tokens of input and 5,000 of output. */
  private static final long MOST_NANOS = 8_000 * 2_500L + 5_000 * 10_000L;

  private static final int TIMES_STATED = 10;

  /** A report of fewer tokens than a sixteenth of its bytes is not believed. */
  private static final int MOST_BYTES_A_TOKEN = 16;

  private static final long SLACK_TOKENS = 17;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Remembers what is logged as a failure of the gateway's own. */
  private static final class Failures extends Handler {
    private volatile String last = "";

    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue()
          && !entry.getMessage().contains("is sent no more requests")) {
        last =
            entry.getMessage() + " " + Arrays.toString(entry.getParameters()) + entry.getThrown();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final Logger OWN = Logger.getLogger("io.nexus");
  private final Failures failures = new Failures();
  private final Level levelBefore = OWN.getLevel() == null ? Level.INFO : OWN.getLevel();
  private final FuzzedBackend backend = new FuzzedBackend();
  private final GatewayBox box;
  private final RawHttp stats;
  private RawHttp client;
  private long spent;

  FuzzedGateway() throws IOException {
    OWN.setLevel(Level.SEVERE);
    OWN.addHandler(failures);
    var installed = Extensions.installed();
    box =
        GatewayBox.of(TOML)
            .with(
                new Extensions(
                    installed.reconcilers(),
                    List.of(),
                    installed.pricingSources(),
                    List.of(backend),
                    installed.ledgers()))
            .start();
    stats = connect();
    client = connect();
  }

  /**
   * Gives it one input.
   *
   * @throws AssertionError if a rule is violated; it contains the input
   */
  void run(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    try {
      var body = Arrays.copyOfRange(input, 2, input.length);
      if ((input[0] & 0xC0) == 0xC0) {
        request(PATHS[input[0] & 7], body);
      } else {
        answer(input[0], input[1], body);
      }
    } catch (AssertionError | IOException e) {
      charged(); // The next input answers for itself alone.
      throw new AssertionError("for the input " + HexFormat.of().formatHex(input), e);
    }
  }

  private void answer(int how, int kind, byte[] body) throws IOException {
    boolean stream = (how & 1) != 0;
    int status = (kind & 0x70) == 0x70 ? ((kind & 0x80) == 0 ? 400 : 500) : 200;
    var reply = new Reply(status, TYPES[kind & 3], body, PIECES[kind >> 2 & 3], (how & 2) != 0);
    backend.answerWith(reply);
    var way = WAYS[how >> 3 & 7];
    var path = stream ? way.stream() : way.path();
    var asked = way.body(stream, stream && (how & 0x3C) == 4);
    var answer = post(path, asked);
    check(answer.status() != 500 || status == 500, "it failed: " + answer.text());
    long charged = charged();
    long words = status == 200 && answer.status() == 200 ? FuzzedWords.in(answer.text()) : 0;
    boolean stated = new String(body, StandardCharsets.ISO_8859_1).contains("cost");
    long least = (words / MOST_BYTES_A_TOKEN - SLACK_TOKENS) * 10_000;
    check(stated || charged >= least, charged + " charged, " + least + " were passed on");
    long most = stated ? TIMES_STATED * MOST_NANOS : MOST_NANOS;
    if (charged > most) {
      long before = implausible();
      post(path, asked);
      charged();
      check(implausible() > before, charged + " charged, " + most + " can be used, in silence");
    }
    var told = answer.header("X-Nexus-Cost");
    if (told.isPresent() && !stream) {
      check(
          charged == new java.math.BigDecimal(told.get()).movePointRight(9).longValueExact(),
          charged + " charged, told " + told.get());
    }
    if (answer.status() >= 502 && way.equals(WAYS[0])) {
      backend.answerWith(new Reply(200, TYPES[0], GOOD, 4096, false));
      check(post(PATHS[0], way.body(false, false)).status() == 200, "closed");
      charged();
    }
  }

  private void request(String path, byte[] body) throws IOException {
    backend.answerWith(new Reply(200, TYPES[0], GOOD, 4096, false));
    var answer = post(path, body);
    check(answer.status() < 500 || answer.status() == 503, "it failed: " + answer.text());
    long charged = charged();
    check(
        answer.status() != 200 || charged > 0 || path.equals(PATHS[3]),
        path + " served for nothing");
    check(answer.status() == 200 || charged == 0, charged + " charged for a refusal");
  }

  private long implausible() throws IOException {
    return MetricsPage.of(box).count("nexus_usage_implausible_total");
  }

  /** Patient with a machine that stands still for a while. */
  private RawHttp connect() throws IOException {
    return box.connect().patient(PATIENCE);
  }

  private RawHttp.Answer post(String path, byte[] body) throws IOException {
    var head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    try {
      return sent(head, body);
    } catch (SocketTimeoutException e) {
      throw e; // It may have been served: once more would be charged twice.
    } catch (IOException e) {
      client = connect(); // A refusal may have ended the connection before.
      return sent(head, body);
    }
  }

  private RawHttp.Answer sent(String head, byte[] body) throws IOException {
    var headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    var message = Arrays.copyOf(headBytes, headBytes.length + body.length);
    System.arraycopy(body, 0, message, headBytes.length, body.length);
    client.send(message);
    return client.read();
  }

  /** The charge since the last call, as soon as no request is running. */
  private long charged() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var now = GatewayBox.json(stats.get("/v1/stats"));
      var budget = now.path("budget");
      boolean idle =
          GatewayBox.nanos(budget.path("held_usd")) == 0
              && now.path("backends").findValues("pending").stream()
                  .allMatch(pending -> pending.asLong() == 0);
      if (idle) {
        check(failures.last.isEmpty(), failures.last);
        long before = spent;
        spent = GatewayBox.nanos(budget.path("current_spending_usd"));
        return spent - before;
      }
      check(System.nanoTime() < end, "still held: " + now);
      Thread.onSpinWait();
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  @Override
  public void close() throws IOException {
    box.close();
    OWN.removeHandler(failures);
    OWN.setLevel(levelBefore);
  }
}
