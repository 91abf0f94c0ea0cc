package io.nexus.server.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.demo.TourAnswer.Refused;
import io.nexus.server.demo.TourAnswer.Served;
import io.nexus.server.demo.TourStep.Way;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** A client of the gateway, like an application. Not for several threads. */
final class TourClient implements AutoCloseable {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

  private final CloseableHttpClient http = HttpClients.createMinimal();
  private final String url;

  /**
   * The state of the global budget.
   *
   * @param spentUsd what the cycle has cost
   * @param limitUsd what it may cost
   * @param percent of the limit that is spent
   * @param status the budget's status
   */
  record Standing(BigDecimal spentUsd, BigDecimal limitUsd, BigDecimal percent, String status) {}

  TourClient(int port) {
    this.url = "http://127.0.0.1:" + port;
  }

  /** Sends a request and reads the answer to its end. */
  TourAnswer send(TourStep step) throws IOException {
    boolean isChat = step.way() != Way.MESSAGES;
    var post = new HttpPost(url + (isChat ? "/v1/chat/completions" : "/v1/messages"));
    post.setEntity(new StringEntity(body(step), ContentType.APPLICATION_JSON));
    if (step.way() == Way.STRICT) {
      post.setHeader("X-Nexus-Strict", "true");
    }
    return http.execute(post, response -> answer(response, step.way() == Way.STREAM));
  }

  /** The budget's state once all requests are settled; a stream is settled after its end. */
  Standing standing() throws IOException {
    long endNanos = System.nanoTime() + SETTLED_WITHIN.toNanos();
    var budget = stats().path("budget");
    while (budget.path("held_usd").decimalValue().signum() != 0 && System.nanoTime() < endNanos) {
      budget = stats().path("budget");
    }
    return new Standing(
        budget.path("current_spending_usd").decimalValue(),
        budget.path("monthly_limit_usd").decimalValue(),
        budget.path("utilization_percent").decimalValue(),
        budget.path("status").asText());
  }

  @Override
  public void close() throws IOException {
    http.close();
  }

  private JsonNode stats() throws IOException {
    return http.execute(new HttpGet(url + "/v1/stats"), response -> JSON.readTree(text(response)));
  }

  private static String body(TourStep step) {
    var body =
        JSON.createObjectNode()
            .put("model", step.model())
            .put("max_tokens", TourStep.MAX_TOKENS)
            .put("stream", step.way() == Way.STREAM);
    if (step.way() == Way.STREAM) {
      body.putObject("stream_options").put("include_usage", true);
    }
    body.putArray("messages").addObject().put("role", "user").put("content", step.prompt());
    return body.toString();
  }

  private static TourAnswer answer(ClassicHttpResponse response, boolean stream)
      throws IOException, ParseException {
    int status = response.getCode();
    var text = text(response);
    if (status != 200) {
      var error = JSON.readTree(text).path("error");
      if (!error.path("type").asText().equals("budget_exceeded")) {
        throw new IOException("the gateway answered with status " + status + ": " + text);
      }
      var budget = error.path("budget");
      return new Refused(
          status, budget.path("required").decimalValue(), budget.path("remaining").decimalValue());
    }
    var headers = new TreeMap<String, String>();
    for (var header : response.getHeaders()) {
      headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    var usage = (stream ? lastChunk(text) : JSON.readTree(text)).path("usage");
    return new Served(
        headers,
        usage.path("prompt_tokens").asLong(usage.path("input_tokens").asLong()),
        usage.path("completion_tokens").asLong(usage.path("output_tokens").asLong()),
        usage.path("cost").decimalValue());
  }

  /** The chunk before {@code [DONE]}, which carries the usage. */
  private static JsonNode lastChunk(String events) throws IOException {
    var last = "{}";
    for (var line : events.lines().toList()) {
      if (line.startsWith("data: {")) {
        last = line.substring("data: ".length());
      }
    }
    return JSON.readTree(last);
  }

  private static String text(ClassicHttpResponse response) throws IOException, ParseException {
    return EntityUtils.toString(response.getEntity());
  }
}
