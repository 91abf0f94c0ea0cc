package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests to Google's API, and what a backend that speaks it answers. */
final class Gemini {

  /** One such backend with the model {@code m}, for money, and a budget. */
  static final String CONFIG =
      """
      [budget]
      monthly_limit = 1
      hard_limit_action = "reject"
      soft_limit_percent = 100
      [[backends]]
      name = "cloud"
      type = "google"
      url = "{0}"
      models = ["m"]
      max_concurrent = 1000
      [[pricing]]
      model = "m"
      input = 2.5
      cached_input = 0.25
      output = 10
      """;

  private Gemini() {}

  /** The path of a verb of the model {@code m}. */
  static String path(String verb) {
    return "/v1beta/models/m:" + verb;
  }

  static String stream() {
    return path("streamGenerateContent?alt=sse");
  }

  /** A prompt of a few words, and further fields if any. */
  static String ask(String... fields) {
    var body =
        new StringBuilder(
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Say something nice\"}]}]");
    for (var field : fields) {
      body.append(',').append(field);
    }
    return body.append('}').toString();
  }

  /** The field with the longest answer. */
  static String limit(long tokens) {
    return "\"generationConfig\":{\"maxOutputTokens\":" + tokens + "}";
  }

  /** The usage of an answer; thoughts are beside the visible output. */
  static String usage(UpstreamUsage usage) {
    return "{\"promptTokenCount\":%d,\"cachedContentTokenCount\":%d,\"candidatesTokenCount\":%d,"
            .formatted(usage.prompt(), usage.cached(), usage.completion() - usage.reasoning())
        + "\"thoughtsTokenCount\":%d,\"totalTokenCount\":%d}"
            .formatted(usage.reasoning(), usage.prompt() + usage.completion());
  }

  /** A chunk of a stream, or a whole answer. */
  static String chunk(String parts, String finishReason, UpstreamUsage usage) {
    return "{\"candidates\":[{\"content\":{\"parts\":[%s],\"role\":\"model\"}%s,\"index\":0}],"
            .formatted(
                parts, finishReason.isEmpty() ? "" : ",\"finishReason\":\"" + finishReason + "\"")
        + "\"usageMetadata\":%s,\"modelVersion\":\"m\",\"responseId\":\"r1\"}"
            .formatted(usage(usage));
  }

  static String text(String text) {
    return "{\"text\":" + JsonNodeFactory.instance.textNode(text) + "}";
  }

  static UpstreamReply.Whole whole(String body, UpstreamUsage usage) {
    return UpstreamReply.json(200, body, usage);
  }

  /**
   * The answer that a request asks for: each chunk of a stream has a word and the usage by then.
   */
  static UpstreamReply reply(UpstreamRequest request, String text, UpstreamUsage usage) {
    if (request.method().equals("GET")) {
      return models("m");
    }
    if (!request.path().contains(":stream")) {
      return whole(chunk(text(text), "STOP", usage), usage);
    }
    return stream(List.of(text.split("(?<= )")), usage);
  }

  /** A stream of a token a delta. */
  static UpstreamReply.Events stream(List<String> deltas, UpstreamUsage usage) {
    var chunks = new ArrayList<Chunk>();
    for (int i = 0; i < deltas.size(); i++) {
      boolean last = i == deltas.size() - 1;
      var so =
          last
              ? usage
              : new UpstreamUsage(
                  usage.prompt(), usage.cached(), usage.reasoning() + i + 1, usage.reasoning());
      chunks.add(new Chunk(chunk(text(deltas.get(i)), last ? "STOP" : "", so), 1));
    }
    return events(chunks, usage);
  }

  /** A stream that ends with its connection. */
  static UpstreamReply.Events events(List<Chunk> chunks, UpstreamUsage usage) {
    return UpstreamReply.events(chunks, usage).usageChunk(UsageChunk.BARE);
  }

  static UpstreamReply models(String... names) {
    var list = new ArrayList<String>();
    for (var name : names) {
      list.add("{\"name\":\"models/" + name + "\"}");
    }
    return UpstreamReply.refuse(200, "{\"models\":[" + String.join(",", list) + "]}");
  }

  /** Sends a body to the gateway. */
  static Answer post(GatewayBox box, String path, String body, String... headers)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body, headers);
    }
  }

  /** The spend in nano-dollars; fails if anything is held. */
  static long spent(JsonNode stats) {
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")), "nothing is held");
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  /** A gateway with that much money. */
  static GatewayBox box(String limit, Upstream upstream) throws IOException {
    return GatewayBox.start(
        CONFIG.replace("monthly_limit = 1", "monthly_limit = " + limit), upstream);
  }

  /** A backend that answers everything with that, for nothing. */
  static Upstream answering(String body) throws IOException {
    return Upstream.start(_ -> whole(body, UpstreamUsage.of(0, 0)));
  }
}
