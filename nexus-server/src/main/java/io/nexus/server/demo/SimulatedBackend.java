package io.nexus.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import io.nexus.server.mock.Speech;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backend without a model: it answers every prompt with words, the same for the same prompt, in
 * each API of the mock upstream.
 *
 * <p>It keeps its own bill by its models' prices, like a provider, to compare with the gateway's
 * accounts. A stream that the client leaves is billed for what was sent. Safe for many threads.
 */
public final class SimulatedBackend implements AutoCloseable {

  private static final long MILLION = 1_000_000;
  private static final List<String> WORDS =
      List.of(
          ("A budget is a promise about the future: every token spends some of it, and what is held"
                  + " first cannot be spent twice.")
              .split(" "));

  private final Map<String, ModelPricing> models;
  private final Duration perToken;
  private final AtomicLong requests = new AtomicLong();
  private final Upstream upstream;

  private SimulatedBackend(Map<String, ModelPricing> models, Duration perToken) {
    this.models = new TreeMap<>(models);
    this.perToken = perToken;
    try {
      this.upstream = Upstream.start(this::reply).forgetful();
    } catch (IOException e) {
      throw new UncheckedIOException("no simulated backend came up", e);
    }
    upstream.models(this.models.keySet().toArray(String[]::new));
    this.models.forEach((model, pricing) -> upstream.price(model, prices(pricing)));
  }

  /**
   * Starts one on a free port.
   *
   * @param models its models and their prices
   * @param perToken the time for a token; not negative
   */
  public static SimulatedBackend start(Map<String, ModelPricing> models, Duration perToken) {
    return new SimulatedBackend(models, perToken);
  }

  /** The base URL for a backend's configuration, with {@code /v1}. */
  public String url() {
    return upstream.url();
  }

  /** The cost of all answers so far; includes an answer before its last byte is sent. */
  public Money bill() {
    return new Money(upstream.billNanos());
  }

  /** The number of requests that were answered, refusals not among them. */
  public long requests() {
    return requests.get();
  }

  @Override
  public void close() {
    try {
      upstream.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a simulated backend cannot be stopped", e);
    }
  }

  private static Prices prices(ModelPricing pricing) {
    var input = usd(pricing.cost(Usage.of(MILLION, 0)));
    var output = usd(pricing.cost(Usage.of(0, MILLION)));
    return new Prices(input, input, output, output);
  }

  private static BigDecimal usd(Money money) {
    return BigDecimal.valueOf(money.nanos(), 9);
  }

  private UpstreamReply reply(UpstreamRequest request) {
    JsonNode json = request.json();
    if (!json.isObject()) {
      return refuse(400, "The body is not JSON.");
    }
    if (!models.containsKey(request.model())) {
      return refuse(404, "There is no such model here.");
    }
    requests.incrementAndGet();
    Speech speech = speech(request, json);
    return request.streaming()
        ? speech.stream(request).paced(_ -> Thread.sleep(perToken))
        : new Stalled(
            _ -> Thread.sleep(perToken.multipliedBy(speech.pieces().size())),
            speech.whole(request));
  }

  /** Some four characters a token for the prompt, a word a token for the answer. */
  private static Speech speech(UpstreamRequest request, JsonNode json) {
    String prompt = (json.has("messages") ? json.path("messages") : json).toString();
    int seed = prompt.hashCode() & 0xffff;
    int wanted = 160 + seed % 240;
    int count = Math.clamp(request.outputLimit(wanted), 0, wanted);
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add((i == 0 ? "" : " ") + WORDS.get((seed + i) % WORDS.size()));
    }
    return Speech.of(
        List.copyOf(tokens), count < wanted, UpstreamUsage.of((prompt.length() + 3) / 4, count));
  }

  private static UpstreamReply refuse(int status, String message) {
    return UpstreamReply.refuse(
        status, "{\"error\":{\"message\":\"" + message + "\",\"type\":\"invalid_request_error\"}}");
  }
}
