package io.nexus.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.util.regex.Pattern;

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
 *   <li>what the client is told that it cost is what was charged.
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
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "http://127.0.0.1:9"
      models = ["m"]
      apis = ["chat", "completions", "embeddings", "moderations"]
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      context_window = 8000
      max_output_tokens = 5000
      """;

  private static final JsonMapper JSON = new JsonMapper();
  private static final String[] TYPES = {
    "application/json", "text/event-stream", "application/x-ndjson", ""
  };
  private static final String[] PATHS = {
    "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/moderations"
  };
  private static final int[] PIECES = {1, 7, 64, 4096};
  private static final String HI =
      "{\"model\":\"m\",\"max_tokens\":5000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final byte[] GOOD =
      """
      {"choices":[{"index":0,"message":{"content":"hello"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8}}\
      """
          .getBytes(StandardCharsets.UTF_8);

  /** What 8,000 tokens of input and 5,000 of output cost. */
  private static final long MOST_NANOS = 8_000 * 2_500L + 5_000 * 10_000L;

  private static final int TIMES_STATED = 10;

  /** A report of fewer tokens than a sixteenth of its bytes is not believed. */
  private static final int MOST_BYTES_A_TOKEN = 16;

  private static final long SLACK_TOKENS = 17;
  private static final Pattern WORDS = Pattern.compile("(?:[a-z]{1,12} ){3,}[a-z]{0,12}");
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
   * @throws AssertionError if something does not hold; the input stands in it
   */
  void run(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    try {
      var body = Arrays.copyOfRange(input, 2, input.length);
      if ((input[0] & 0xC0) == 0xC0) {
        request(PATHS[input[0] & 3], body);
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
    backend.answerWith(
        new Reply(status, TYPES[kind & 3], body, PIECES[kind >> 2 & 3], (how & 2) != 0));
    var asked =
        !stream
            ? HI + "}"
            : (how & 4) == 0
                ? HI + ",\"stream\":true}"
                : HI + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    var answer = post(PATHS[0], asked.getBytes(StandardCharsets.UTF_8));
    check(answer.status() != 500 || status == 500, "it failed: " + answer.text());
    long charged = charged();
    long words = status == 200 && answer.status() == 200 ? words(answer.text()) : 0;
    boolean stated = new String(body, StandardCharsets.ISO_8859_1).contains("cost");
    long least = (words / MOST_BYTES_A_TOKEN - SLACK_TOKENS) * 10_000;
    check(stated || charged >= least, charged + " charged, " + least + " were passed on");
    long most = stated ? TIMES_STATED * MOST_NANOS : MOST_NANOS;
    if (charged > most) {
      long before = implausible();
      post(PATHS[0], asked.getBytes(StandardCharsets.UTF_8));
      charged();
      check(implausible() > before, charged + " charged, " + most + " can be used, in silence");
    }
    var told = answer.header("X-Nexus-Cost");
    if (told.isPresent() && !stream) {
      check(
          charged == new java.math.BigDecimal(told.get()).movePointRight(9).longValueExact(),
          charged + " charged, told " + told.get());
    }
    if (answer.status() >= 502) {
      backend.answerWith(new Reply(200, TYPES[0], GOOD, 4096, false));
      check(post(PATHS[0], (HI + "}").getBytes(StandardCharsets.UTF_8)).status() == 200, "closed");
      charged();
    }
  }

  private void request(String path, byte[] body) throws IOException {
    backend.answerWith(new Reply(200, TYPES[0], GOOD, 4096, false));
    var answer = post(path, body);
    check(answer.status() < 500 || answer.status() == 503, "it failed: " + answer.text());
    long charged = charged();
    check(answer.status() != 200 || charged > 0 || path.equals(PATHS[3]), "served for nothing");
    check(answer.status() == 200 || charged == 0, charged + " charged for a refusal");
  }

  private long implausible() throws IOException {
    return MetricsPage.of(box).count("nexus_usage_implausible_total");
  }

  /** The bytes of words that the answer, or each of its events, passes on. */
  private static long words(String text) {
    long bytes = 0;
    for (var line : text.split("\n", -1)) {
      var json = line.startsWith("data:") ? line.substring("data:".length()) : line;
      for (var choice : parsed(json).path("choices")) {
        bytes += Math.max(wordsIn(choice.path("delta")), wordsIn(choice.path("message")));
      }
    }
    return bytes;
  }

  private static long wordsIn(JsonNode message) {
    var content = message.path("content");
    return content.isTextual() && WORDS.matcher(content.asText()).matches()
        ? content.asText().length()
        : 0;
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
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

  /** What was charged since it was last asked, as soon as nothing is under way any more. */
  private long charged() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var now = GatewayBox.json(stats.get("/v1/stats"));
      var budget = now.path("budget");
      boolean idle =
          GatewayBox.nanos(budget.path("held_usd")) == 0
              && now.path("backends").path(0).path("pending").asLong() == 0;
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
