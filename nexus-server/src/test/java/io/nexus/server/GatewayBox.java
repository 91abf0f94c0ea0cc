package io.nexus.server;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.mock.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * A gateway as an operator runs it, from the text of a {@code nexus.toml}, on a free port and by a
 * clock that the test turns.
 */
final class GatewayBox implements AutoCloseable {

  /** The path of chat requests. */
  static final String CHAT = "/v1/chat/completions";

  /** One backend in the cloud that serves the model {@code m}, for money, and no budget. */
  static final String ONE_CLOUD =
      """
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      """;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Goes by another clock until it is turned, and then stands still. Safe for concurrent use. */
  static final class Clock implements InstantSource {
    private final AtomicReference<InstantSource> now;

    Clock(InstantSource now) {
      this.now = new AtomicReference<>(now);
    }

    Clock(Instant now) {
      this(InstantSource.fixed(now));
    }

    @Override
    public Instant instant() {
      return now.get().instant();
    }

    void set(Instant instant) {
      now.set(InstantSource.fixed(instant));
    }
  }

  /** The parts of a gateway. */
  static final class Setup {
    private final String toml;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> headers = List.of();
    private Extensions extensions = Extensions.installed();
    private InstantSource now = InstantSource.fixed(Instant.parse("2026-03-10T12:00:00Z"));

    private Setup(String toml) {
      this.toml = toml;
      environment.put("NEXUS_SERVER__PORT", "0");
      environment.put("NEXUS_LEDGER__URL", "memory");
      if (!toml.contains("shutdown_grace_seconds")) {
        environment.put("NEXUS_SERVER__SHUTDOWN_GRACE_SECONDS", "1");
      }
    }

    /** A variable of its environment. */
    Setup with(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    Setup with(Extensions others) {
      extensions = others;
      return this;
    }

    /** The client key that the box itself asks for figures with. */
    Setup asking(String clientKey) {
      headers = List.of("Authorization: Bearer " + clientKey);
      return this;
    }

    /** The initial time of its clock. */
    Setup at(String instant) {
      now = InstantSource.fixed(Instant.parse(instant));
      return this;
    }

    /** Its clock runs, as a durable ledger's does. */
    Setup onSystemClock() {
      now = InstantSource.system();
      return this;
    }

    GatewayBox start() throws IOException {
      return new GatewayBox(this);
    }
  }

  private final Clock clock;
  private final Gateway gateway;
  private final String[] headers;
  private final List<RawHttp> connections = new ArrayList<>();

  private GatewayBox(Setup setup) throws IOException {
    clock = new Clock(setup.now);
    headers = setup.headers.toArray(String[]::new);
    gateway = new Gateway(load(setup), setup.extensions, clock);
    gateway.start();
  }

  /**
   * A gateway to be.
   *
   * @param toml its configuration; {@code {0}}, {@code {1}} and so on stand for the addresses of
   *     the upstreams
   */
  static Setup of(String toml, Upstream... upstreams) {
    String text = toml;
    for (int i = 0; i < upstreams.length; i++) {
      text = text.replace("{" + i + "}", upstreams[i].url());
    }
    return new Setup(text);
  }

  /** A chat request for the model {@code m} with a few words, and further fields if any. */
  static String ask(String... fields) {
    StringBuilder body = new StringBuilder("{\"model\":\"m\",\"messages\":[");
    body.append("{\"role\":\"user\",\"content\":\"Say something nice\"}]");
    for (String field : fields) {
      body.append(',').append(field);
    }
    return body.append('}').toString();
  }

  /** A running gateway with nothing special about it. */
  static GatewayBox start(String toml, Upstream... upstreams) throws IOException {
    return of(toml, upstreams).start();
  }

  private static NexusConfig load(Setup setup) throws IOException {
    Path file = Files.createTempFile("nexus", ".toml");
    try {
      Files.writeString(file, setup.toml);
      return switch (NexusConfig.load(file, setup.environment)) {
        case Loaded loaded -> loaded.config();
        case Invalid invalid -> throw new AssertionError(invalid.problems());
      };
    } finally {
      Files.delete(file);
    }
  }

  int port() {
    return gateway.port();
  }

  Gateway gateway() {
    return gateway;
  }

  Clock clock() {
    return clock;
  }

  /** A connection to it, closed with it at the latest. */
  synchronized RawHttp connect() throws IOException {
    RawHttp connection = RawHttp.connect(gateway.port());
    connections.add(connection);
    return connection;
  }

  /** What {@code GET /v1/stats} says, numbers exact. */
  JsonNode stats() throws IOException {
    return json("/v1/stats");
  }

  /** The answer of a path, as JSON. */
  JsonNode json(String path) throws IOException {
    try (RawHttp connection = RawHttp.connect(gateway.port())) {
      RawHttp.Answer answer = connection.get(path, headers);
      if (answer.status() == 401) {
        throw new AssertionError(answer.text());
      }
      return json(answer);
    }
  }

  static JsonNode json(RawHttp.Answer answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  /** The output of a command, with exact numbers. */
  static JsonNode parse(String text) throws IOException {
    return JSON.readTree(text);
  }

  /** An amount of the stats in nano-dollars; fails if it has a part of one. */
  static long nanos(JsonNode usd) {
    return usd.decimalValue().movePointRight(9).longValueExact();
  }

  /** The stats when nothing is under way any more; fails after 10 seconds. */
  JsonNode idle() throws IOException, InterruptedException {
    return await(GatewayBox::isIdle);
  }

  /** The stats as soon as they fulfil the condition; fails after 10 seconds. */
  JsonNode await(Predicate<JsonNode> condition) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    JsonNode stats = stats();
    while (!condition.test(stats)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still: " + stats);
      }
      Thread.sleep(2);
      stats = stats();
    }
    return stats;
  }

  private static boolean isIdle(JsonNode stats) {
    JsonNode requests = stats.path("requests");
    boolean answered =
        requests.path("total").asLong()
            == requests.path("success").asLong() + requests.path("errors").asLong();
    for (JsonNode backend : stats.path("backends")) {
      answered &= backend.path("pending").asLong() == 0;
    }
    return answered;
  }

  @Override
  public synchronized void close() throws IOException {
    for (RawHttp connection : connections) {
      connection.close();
    }
    gateway.close();
  }
}
