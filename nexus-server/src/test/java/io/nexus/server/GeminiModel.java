package io.nexus.server;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The model for clients of Google's API, and its bill. */
final class GeminiModel {

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 2);
  private static final String WHERE = "{\"city\":\"Köln\",\"degrees\":21}";

  private GeminiModel() {}

  static Upstream start() throws IOException {
    return Upstream.start(GeminiModel::reply)
        .models("m")
        .price(Prices.of("2.5", "0.25", "10", "10"));
  }

  /** Its bill for the answers that were read to their end. */
  static long billNanos(Upstream upstream) {
    long billed = 0;
    for (var request : upstream.chats()) {
      boolean whole = !request.text().matches("(?s).*(endless|slowly|break).*");
      billed += whole ? upstream.billNanos(request.number()) : 0;
    }
    return billed;
  }

  /** The model's behaviour: it calls the given tool, and writes the requested JSON. */
  private static UpstreamReply reply(UpstreamRequest request) {
    var json = request.json();
    if (request.path().endsWith(":countTokens")) {
      return Gemini.whole("{\"totalTokens\":31}", NONE);
    }
    if (request.path().contains("mbedContent")) {
      return vectors(request.path().contains("batch") ? json.path("requests").size() : 0);
    }
    var contents = json.path("contents");
    var last = contents.path(contents.size() - 1);
    if (json.path("tools").toString().contains("unctionDeclarations")
        && !last.toString().contains("functionResponse")) {
      return generated(request, "{\"functionCall\":{\"name\":\"weather\",\"args\":" + WHERE + "}}");
    }
    if (json.at("/generationConfig/responseMimeType").asText().equals("application/json")) {
      return generated(request, Gemini.text(WHERE));
    }
    if (request.text().contains("endless")) {
      return Gemini.stream(Collections.nCopies(20_000, "word "), UpstreamUsage.of(11, 20_000))
          .paced(Pace.everyMillis(1));
    }
    if (request.text().contains("break")) {
      return Gemini.stream(List.of("one ", "two ", "three"), USAGE).breakingAfter(2, Break.CLOSE);
    }
    if (request.text().contains("inlineData")) {
      return Gemini.reply(request, "Hello from upstream", new UpstreamUsage(269, 0, 7, 2));
    }
    return request.text().contains("slowly")
        ? Gemini.stream(List.of("one ", "two ", "three"), USAGE).paced(Pace.everyMillis(200))
        : Gemini.reply(request, "Hello from upstream", USAGE);
  }

  private static UpstreamReply generated(UpstreamRequest request, String part) {
    var chunk = Gemini.chunk(part, "STOP", USAGE);
    return request.path().contains(":stream")
        ? Gemini.events(List.of(new UpstreamReply.Chunk(chunk, 7)), USAGE)
        : Gemini.whole(chunk, USAGE);
  }

  /** The vector (1, 2) for each of a batch, or for the only one. */
  private static UpstreamReply vectors(int count) {
    var vector = "{\"values\":[1.0,2.0]}";
    var body =
        count == 0
            ? "\"embedding\":" + vector
            : Collections.nCopies(count, vector).stream()
                .collect(Collectors.joining(",", "\"embeddings\":[", "]"));
    return Gemini.whole(
        "{" + body + ",\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9}}",
        UpstreamUsage.of(9, 0));
  }
}
